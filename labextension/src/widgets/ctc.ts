import './ctc.css';
import type { RenderProps } from '@anywidget/types';

import { CTCView } from '../views/ctc';
import { ICTCMessage, Show, toLine } from '../views/ctc_line';

interface IModel {
  index: number;
  show: Show;
  model: string;
  iteration: number;
  models: string[];
  iterations: number[];
  _count: number;
  _follows: boolean;
  _note: string;
  _picture: DataView;
  _shown: ICTCMessage;
}

const STATE = [
  'index',
  'show',
  'model',
  'iteration',
  'models',
  'iterations',
  '_note'
] as const;

export default {
  render({ model, el }: RenderProps<IModel>): () => void {
    const tell = <K extends 'index' | 'show' | 'model' | 'iteration'>(
      name: K,
      value: IModel[K]
    ) => {
      model.set(name, value);
      model.save_changes();
    };
    const view = new CTCView({
      onIndex: index => tell('index', index),
      onModel: name => tell('model', name),
      onShow: show => tell('show', show),
      onIteration: iteration => tell('iteration', iteration)
    });
    const onState = () =>
      view.setState({
        index: model.get('index'),
        count: model.get('_count'),
        models: model.get('models'),
        model: model.get('model'),
        show: model.get('show'),
        iterations: model.get('iterations'),
        iteration: model.get('iteration'),
        follows: model.get('_follows'),
        note: model.get('_note')
      });
    const onPicture = () => void view.setPicture(model.get('_picture'));
    const onShown = () => view.setLine(toLine(model.get('_shown')));
    el.classList.add('tessnb-widget');
    el.setAttribute('data-lm-suppress-shortcuts', 'true');
    el.append(view.node);
    STATE.forEach(name => model.on(`change:${name}`, onState));
    model.on('change:_picture', onPicture);
    model.on('change:_shown', onShown);
    onState();
    onShown();
    onPicture();
    return () => {
      STATE.forEach(name => model.off(`change:${name}`, onState));
      model.off('change:_picture', onPicture);
      model.off('change:_shown', onShown);
      view.dispose();
    };
  }
};
