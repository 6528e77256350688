import { element } from './dom';
import { IPage, PagedTable } from './paged_table';
import { trans } from './trans';

/** A character as the server tells of it (`CharacterFacts`). */
export interface ICharacterFacts {
  /** Its unichar-id. */
  readonly number: number;
  readonly unichar: string;
  readonly code_points: string;
  readonly name: string;
  readonly script: string;
  readonly type: string;
  readonly codes: readonly number[];
}

/** Asks for characters that are meant by a search: from which on, how many. */
export type AskCharacters = (
  search: string,
  first: number,
  count: number
) => Promise<IPage<ICharacterFacts>>;

/**
 * The characters of a unicharset, each with the outputs that spell it.
 */
export function characterTable(
  ask: AskCharacters
): PagedTable<ICharacterFacts> {
  return new PagedTable<ICharacterFacts>({
    name: 'tessnb-character-table',
    label: trans.__('Characters'),
    placeholder: trans.__('Search: a character, its name, U+00E9'),
    empty: trans.__('No character is like that.'),
    height: 32,
    heads: [
      trans.__('id'),
      '',
      trans.__('code points'),
      trans.__('name'),
      trans.__('script'),
      trans.__('type'),
      trans.__('codes')
    ],
    ask,
    draw: each =>
      element(
        'div',
        {},
        element(
          'span',
          { class: 'tessnb-number tessnb-soft' },
          `${each.number}`
        ),
        element(
          'bdi',
          {
            class: `tessnb-character ${each.code_points ? '' : 'tessnb-mod-long'}`,
            title: each.unichar
          },
          each.unichar
        ),
        cell(each.code_points, 'tessnb-soft tessnb-tabular'),
        cell(each.name, ''),
        cell(each.script, 'tessnb-soft'),
        cell(each.type, 'tessnb-soft'),
        cell(each.codes.join(' '), 'tessnb-soft tessnb-tabular')
      )
  });
}

function cell(text: string, name: string): HTMLElement {
  return element('span', { class: name, title: text }, text);
}
