import './run_controls.css';
import type { RenderProps } from '@anywidget/types';

import { IRunControls, RunControlsView } from '../views/run_controls';
import { sendAside } from './shared/control_channel';
import { join } from './shared/model';

interface IModel {
  _shown: IRunControls;
  /** What the run is called on the control channel; empty if nobody listens there. */
  _aside: string;
}

export default {
  render(props: RenderProps<IModel>): () => void {
    const { model } = props;
    const view = new RunControlsView((command, learningRate = '') => {
      const content = { command, learning_rate: learningRate };
      const to = model.get('_aside');
      if (
        !to ||
        !sendAside(model.widget_manager, 'tessnb_command', { to, ...content })
      ) {
        model.send(content);
      }
    });
    const show = () => view.setControls(model.get('_shown'));
    const leave = join(props, view, [[['_shown'], show]]);
    const name = `${Date.now()}-${Math.random()}`;
    const tellSeen = (seen: boolean) => model.send({ view: name, seen });
    const onVisibility = () => tellSeen(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', onVisibility);
    onVisibility();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      tellSeen(false);
      leave();
    };
  }
};
