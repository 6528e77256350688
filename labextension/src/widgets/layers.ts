import './layers.css';
import type { RenderProps } from '@anywidget/types';

import { LayersView, Statistic } from '../views/layers';
import {
  ILayer,
  ILayerMessage,
  LayerShow,
  toLayer
} from '../views/layers_data';
import { join, set } from './shared/model';

interface IModel {
  index: number;
  show: LayerShow;
  model: string;
  layer: string;
  models: string[];
  _count: number;
  _note: string;
  _layers: ILayer[];
  _statistics: Statistic[];
  _picture: DataView;
  _shown: ILayerMessage;
}

const STATE = ['index', 'show', 'model', 'layer', 'models', '_note'] as const;

export default {
  render(props: RenderProps<IModel>): () => void {
    const { model } = props;
    const view = new LayersView({
      onIndex: index => set(model, 'index', index),
      onModel: name => set(model, 'model', name),
      onShow: show => set(model, 'show', show),
      onLayer: id => set(model, 'layer', id)
    });
    const onState = () =>
      view.setState({
        index: model.get('index'),
        count: model.get('_count'),
        models: model.get('models'),
        model: model.get('model'),
        show: model.get('show'),
        layer: model.get('layer'),
        note: model.get('_note')
      });
    const onStatistics = () => view.setStatistics(model.get('_statistics'));
    return join(props, view, [
      [['_layers'], () => view.setLayers(model.get('_layers'))],
      [['_statistics'], onStatistics],
      [STATE, onState],
      [['_shown'], () => view.setLayer(toLayer(model.get('_shown')))],
      [['_picture'], () => void view.setPicture(model.get('_picture'))]
    ]);
  }
};
