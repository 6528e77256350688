import { element } from './dom';
import { trans } from './trans';

/** A stretch of a text: how it differs, what is true, what was read. */
export type Part = readonly [
  kind: 'equal' | 'insert' | 'delete' | 'replace',
  truth: string,
  read: string
];

/**
 * A text in which what differs from the truth is marked by colour and by form: inserted underlined, deleted
 * struck through, substituted in a box that tells what would be right.
 */
export function drawDifferences(parts: readonly Part[]): HTMLElement {
  const node = element('bdi', { class: 'tessnb-differences', dir: 'auto' });
  for (const [kind, truth, read] of parts) {
    if (kind === 'equal') {
      node.append(read);
    } else if (kind === 'insert') {
      node.append(
        element('ins', { title: trans.__('too much') }, visible(read))
      );
    } else if (kind === 'delete') {
      node.append(
        element('del', { title: trans.__('missing') }, visible(truth))
      );
    } else {
      const title = truth
        ? trans.__('should be %1', visible(truth))
        : trans.__('wrong');
      node.append(element('mark', { title }, visible(read)));
    }
  }
  return node;
}

/** The same in words, for screen readers and titles. */
export function describeDifferences(parts: readonly Part[]): string {
  return parts
    .filter(([kind]) => kind !== 'equal')
    .map(([kind, truth, read]) =>
      kind === 'insert'
        ? trans.__('inserted “%1”', read)
        : kind === 'delete'
          ? trans.__('missing “%1”', truth)
          : truth
            ? trans.__('“%1” for “%2”', read, truth)
            : `“${read}”`
    )
    .join(', ');
}

/** White space that stands alone, as something that is seen. */
export function visible(text: string): string {
  return /^\s+$/u.test(text) ? text.replace(/\s/gu, '␣') : text;
}
