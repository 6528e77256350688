import './layers.css';
import type { RenderProps } from '@anywidget/types';

import { LayersView, Statistic } from '../views/layers';
import {
  ILayer,
  ILayerMessage,
  LayerShow,
  toLayer
} from '../views/layers_data';

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
  render({ model, el }: RenderProps<IModel>): () => void {
    const tell = <K extends 'index' | 'show' | 'model' | 'layer'>(
      name: K,
      value: IModel[K]
    ) => {
      model.set(name, value);
      model.save_changes();
    };
    const view = new LayersView({
      onIndex: index => tell('index', index),
      onModel: name => tell('model', name),
      onShow: show => tell('show', show),
      onLayer: id => tell('layer', id)
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
    const onLayers = () => view.setLayers(model.get('_layers'));
    const onStatistics = () => view.setStatistics(model.get('_statistics'));
    const onPicture = () => void view.setPicture(model.get('_picture'));
    const onShown = () => view.setLayer(toLayer(model.get('_shown')));
    el.classList.add('tessnb-widget');
    el.setAttribute('data-lm-suppress-shortcuts', 'true');
    el.append(view.node);
    STATE.forEach(name => model.on(`change:${name}`, onState));
    model.on('change:_layers', onLayers);
    model.on('change:_statistics', onStatistics);
    model.on('change:_picture', onPicture);
    model.on('change:_shown', onShown);
    onLayers();
    onStatistics();
    onState();
    onShown();
    onPicture();
    return () => {
      STATE.forEach(name => model.off(`change:${name}`, onState));
      model.off('change:_layers', onLayers);
      model.off('change:_statistics', onStatistics);
      model.off('change:_picture', onPicture);
      model.off('change:_shown', onShown);
      view.dispose();
    };
  }
};
