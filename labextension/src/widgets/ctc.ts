import './ctc.css';
import type { RenderProps } from '@anywidget/types';

import { CTCView } from '../views/ctc';
import { ICTCMessage, Show, toLine } from '../views/ctc_line';
import { join, set } from './shared/model';

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
  render(props: RenderProps<IModel>): () => void {
    const { model } = props;
    const view = new CTCView({
      onIndex: index => set(model, 'index', index),
      onModel: name => set(model, 'model', name),
      onShow: show => set(model, 'show', show),
      onIteration: iteration => set(model, 'iteration', iteration)
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
    return join(props, view, [
      [STATE, onState],
      [['_shown'], () => view.setLine(toLine(model.get('_shown')))],
      [['_picture'], () => void view.setPicture(model.get('_picture'))]
    ]);
  }
};
