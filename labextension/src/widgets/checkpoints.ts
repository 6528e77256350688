import './checkpoints.css';
import type { RenderProps } from '@anywidget/types';

import { CheckpointsView, ICheckpoint } from '../views/checkpoints';
import { set } from './shared/model';

/** Milliseconds between two looks at what is on disk, while somebody sees the list. */
const LOOK = 3000;

type Message =
  | {
      kind: 'checkpoints';
      checkpoints: ICheckpoint[];
      folder: string;
      undo: number;
    }
  | { kind: 'result'; text: string; failed: boolean };

export default {
  render({ model, el }: RenderProps<{ _chosen: string }>): () => void {
    const view = new CheckpointsView({
      onChosen: name => set(model, '_chosen', name),
      onExport: (name, integer) =>
        model.send({ kind: 'export', name, integer }),
      onRemove: name => model.send({ kind: 'remove', name }),
      onUndo: () => model.send({ kind: 'undo' })
    });
    const onChosen = () => view.setChosen(model.get('_chosen'));
    const onMessage = (message: Message) => {
      if (message.kind === 'checkpoints') {
        const isFirst = !el.dataset.known;
        el.dataset.known = 'true';
        view.setCheckpoints(message.checkpoints, message.folder, message.undo);
        if (isFirst) {
          onChosen();
        }
      } else {
        view.setResult(message.text, message.failed);
      }
    };
    model.on('change:_chosen', onChosen);
    model.on('msg:custom', onMessage);
    el.classList.add('tessnb-widget');
    el.setAttribute('data-lm-suppress-shortcuts', 'true');
    el.append(view.node);
    model.send({ kind: 'look', anyway: true });
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && el.offsetParent) {
        model.send({ kind: 'look' });
      }
    }, LOOK);
    return () => {
      clearInterval(timer);
      model.off('change:_chosen', onChosen);
      model.off('msg:custom', onMessage);
      view.dispose();
    };
  }
};
