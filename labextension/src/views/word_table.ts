import { element } from './dom';
import { IPage, PagedTable } from './paged_table';
import { trans } from './trans';

/** Asks for words with a beginning: from which on, how many. */
export type AskWords = (
  prefix: string,
  first: number,
  count: number
) => Promise<IPage<string>>;

/** What the space stands for in the entries of a dictionary (`lstm-punc-dawg`, …). */
export function placeholder(component: string): string {
  if (component.includes('punc')) {
    return trans.__('word');
  }
  return component.includes('number') ? trans.__('digit') : '';
}

/**
 * The words of a dictionary, searched by how they begin.
 */
export function wordTable(
  component: string,
  ask: AskWords,
  beside: Pick<PagedTable.IOptions<string>, 'tools' | 'notes'> = {}
): PagedTable<string> {
  const hole = placeholder(component);
  return new PagedTable<string>({
    name: 'tessnb-word-table',
    label: trans.__('Words'),
    placeholder: trans.__('Words that begin with …'),
    empty: trans.__('No word begins like that. Capitals and accents count.'),
    height: 28,
    ...beside,
    ask,
    draw: word => element('div', { dir: 'auto' }, ...spelled(word, hole))
  });
}

/** A word; where there are placeholders, as what they stand for. */
export function spelled(word: string, hole: string): (Node | string)[] {
  if (!hole) {
    return [word];
  }
  return word
    .split(/( )/)
    .filter(Boolean)
    .map(part =>
      part === ' ' ? element('span', { class: 'tessnb-hole' }, hole) : part
    );
}
