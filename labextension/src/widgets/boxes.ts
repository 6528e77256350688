import './boxes.css';
import type { RenderProps } from '@anywidget/types';

import { BoxesView } from '../views/boxes';
import type {
  PageMessage,
  SpliceMessage,
  StateMessage
} from '../views/boxes_messages';
import type { Level, TextOrder } from '../views/boxes_model';
import { set } from './shared/model';

interface Traits {
  page: number;
  level: Level;
  text_order: TextOrder;
  selection: readonly number[];
}

type Message =
  | ({ kind: 'page' } & PageMessage)
  | ({ kind: 'splice' } & SpliceMessage)
  | ({ kind: 'state' } & StateMessage)
  | { kind: 'tile'; page: number; tile: number[]; error?: string };

/** Milliseconds between two notices of what is selected. */
const PAUSE = 200;

export default {
  render({ model, el }: RenderProps<Traits>): () => void {
    let later = 0;
    const view = new BoxesView({
      send: request => model.send(request),
      setPage: page => set(model, 'page', page),
      setLevel: level => set(model, 'level', level),
      setTextOrder: order => set(model, 'text_order', order),
      setSelection: (start, stop) => {
        clearTimeout(later);
        later = window.setTimeout(() => {
          const [first, last] = model.get('selection');
          if (first !== start || last !== stop) {
            set(model, 'selection', [start, stop]);
          }
        }, PAUSE);
      }
    });
    const receive = (message: Message, buffers: DataView[]): void => {
      if (message.kind === 'page') {
        view.showPage(message);
      } else if (message.kind === 'splice') {
        view.splice(message);
      } else if (message.kind === 'state') {
        view.setState(message);
      } else if (message.kind === 'tile') {
        const [png] = buffers;
        const blob = png ? new Blob([png], { type: 'image/png' }) : null;
        void view.putTile(message.page, message.tile, blob);
      }
    };
    const level = (): void => view.setLevel(model.get('level'));
    const order = (): void => view.setTextOrder(model.get('text_order'));
    const selection = (): void => {
      const [start, stop] = model.get('selection');
      view.setSelection(start, stop);
    };
    model.on('msg:custom', receive);
    model.on('change:level', level);
    model.on('change:text_order', order);
    model.on('change:selection', selection);
    level();
    order();
    el.classList.add('tessnb-widget');
    el.append(view.node);
    return () => {
      clearTimeout(later);
      model.off('msg:custom', receive);
      model.off('change:level', level);
      model.off('change:text_order', order);
      model.off('change:selection', selection);
      view.dispose();
    };
  }
};
