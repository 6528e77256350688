import { element } from './dom';
import { number } from './fields';
import { trans } from './trans';

/** Names and values, as a list of two columns; empty values are left out. */
export function facts(
  pairs: readonly (readonly [string, string | HTMLElement])[]
): HTMLElement {
  return element(
    'dl',
    { class: 'tessnb-facts' },
    ...pairs
      .filter(([, value]) => value !== '')
      .flatMap(([name, value]) => [
        element('dt', { class: 'tessnb-soft' }, name),
        element('dd', { class: 'tessnb-tabular' }, value)
      ])
  );
}

/** A number of bytes as people say it: `3.7 MB`. */
export function bytes(size: number): string {
  const units = [trans.__('bytes'), 'kB', 'MB', 'GB'];
  let place = 0;
  while (size >= 1000 && place < units.length - 1) {
    size /= 1000;
    place++;
  }
  return `${place && size < 100 ? size.toFixed(1) : Math.round(size)}\u202f${units[place]}`;
}

/** A heading of a part, with what stands under it. */
export function section(title: string, ...children: Node[]): HTMLElement {
  return element(
    'section',
    { class: 'tessnb-part' },
    element('h2', {}, title),
    ...children
  );
}

/** A table with a caption for screen readers; numbers stand to the right. */
export function plainTable(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly (string | number | Node)[])[]
): HTMLElement {
  const body = rows.map(row =>
    element(
      'tr',
      {},
      ...row.map((value, place) => {
        const isNumber = typeof value === 'number';
        return element(
          place ? 'td' : 'th',
          {
            ...(place ? {} : { scope: 'row' }),
            ...(isNumber ? { class: 'tessnb-number' } : { dir: 'auto' })
          },
          isNumber ? number(value) : value
        );
      })
    )
  );
  return element(
    'table',
    { class: 'tessnb-plain' },
    element('caption', { class: 'tessnb-hidden' }, caption),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...heads.map(text => element('th', { scope: 'col' }, text))
      )
    ),
    element('tbody', {}, ...body)
  );
}

/** What goes wrong where it arose; what is asked for in the place of its answer. */
export async function fillWith(
  place: HTMLElement,
  waiting: string,
  ask: () => Promise<readonly (Node | string)[]>
): Promise<void> {
  place.replaceChildren(element('p', { class: 'tessnb-soft' }, waiting));
  try {
    place.replaceChildren(...(await ask()));
  } catch (error) {
    place.replaceChildren(failure(error));
  }
}

/** An error in words. */
export function failure(error: unknown): HTMLElement {
  const hint = (error as { hint?: string }).hint;
  const words = error instanceof Error ? error.message : String(error);
  return element(
    'p',
    { class: 'tessnb-failure', role: 'alert' },
    hint && !words.includes(hint) ? `${words}. ${hint}` : words
  );
}
