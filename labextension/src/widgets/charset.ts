import './charset.css';
import type { RenderProps } from '@anywidget/types';

import { CharsetView } from '../views/charset';
import { ICharacter } from '../views/charset_filter';

/** A character as the widget tells of it. */
export type CharsetRow = [
  text: string,
  points: string,
  name: string,
  script: string,
  type: string,
  codes: number[],
  count: number,
  change: ICharacter['change']
];

type Message =
  | {
      kind: 'charset';
      title: string;
      rows: CharsetRow[];
      outputs: number;
      problem: string;
      text: boolean;
      missing: [string, number][];
      missing_count: number;
      undo: boolean;
      redo: boolean;
    }
  | { kind: 'result'; text: string; failed: boolean };

export default {
  render({ model, el }: RenderProps): () => void {
    const view = new CharsetView({
      onAdd: text => model.send({ kind: 'add', text }),
      onRemove: characters => model.send({ kind: 'remove', characters }),
      onUndo: () => model.send({ kind: 'undo' }),
      onRedo: () => model.send({ kind: 'redo' }),
      onSave: name => model.send({ kind: 'save', name })
    });
    const onMessage = (message: Message) => {
      if (message.kind === 'result') {
        view.setResult(message.text, message.failed);
        return;
      }
      view.setCharset({
        ...message,
        hasText: message.text,
        missingCount: message.missing_count,
        characters: message.rows.map(toCharacter)
      });
    };
    model.on('msg:custom', onMessage);
    el.classList.add('tessnb-widget');
    el.setAttribute('data-lm-suppress-shortcuts', 'true');
    el.append(view.node);
    model.send({ kind: 'hello' });
    return () => model.off('msg:custom', onMessage);
  }
};

/** Give the parts of a row their names. */
export function toCharacter([
  text,
  points,
  name,
  script,
  type,
  codes,
  count,
  change
]: CharsetRow): ICharacter {
  return { text, points, name, script, type, codes, count, change };
}
