import './compare.css';
import type { RenderProps } from '@anywidget/types';

import { CompareView, IComparedLine, IComparison } from '../views/compare';
import { Part } from '../views/differences';
import { set } from './shared/model';

type Message =
  | ({ kind: 'state' } & IComparison)
  | {
      kind: 'lines';
      lines: [number, string, Part[], Part[], number, number][];
    };

export default {
  render({ model, el }: RenderProps<{ line: number }>): () => void {
    const urls: string[] = [];
    const asked = new Set<number>();
    const view = new CompareView({
      onWanted: lines => {
        const fresh = lines.filter(line => !asked.has(line));
        fresh.forEach(line => asked.add(line));
        if (fresh.length) {
          model.send({ kind: 'lines', lines: fresh });
        }
      },
      onLine: line => set(model, 'line', line),
      onStart: () => model.send({ kind: 'start' }),
      onCancel: () => model.send({ kind: 'cancel' })
    });
    const onLine = () => view.setLine(model.get('line'));
    const onMessage = (message: Message, buffers: DataView[]) => {
      if (message.kind === 'state') {
        view.setComparison(message);
        return;
      }
      const lines = new Map<number, IComparedLine>();
      message.lines.forEach(([number, truth, a, b, width, height], place) => {
        const picture = new Blob([buffers[place]], { type: 'image/png' });
        const url = URL.createObjectURL(picture);
        urls.push(url);
        lines.set(number, { truth, readings: [a, b], url, width, height });
      });
      view.setLines(lines);
    };
    model.on('change:line', onLine);
    model.on('msg:custom', onMessage);
    el.classList.add('tessnb-widget');
    el.setAttribute('data-lm-suppress-shortcuts', 'true');
    el.append(view.node);
    onLine();
    model.send({ kind: 'hello' });
    return () => {
      model.off('change:line', onLine);
      model.off('msg:custom', onMessage);
      urls.forEach(url => URL.revokeObjectURL(url));
    };
  }
};
