import { element } from './dom';
import { bytes, facts, plainTable, section } from './facts';
import { number } from './fields';
import { trans } from './trans';

/** Things that only one side has: how many, and the first of them. */
export interface IOnly {
  readonly count: number;
  readonly some: readonly string[];
}

/** What differs between two models, as the server tells of it. */
export interface IDifference {
  readonly left: string;
  readonly right: string;
  readonly facts: readonly (readonly [string, string, string])[];
  readonly components: readonly {
    readonly name: string;
    readonly change: string;
    readonly left: number | null;
    readonly right: number | null;
  }[];
  readonly characters: { readonly left: IOnly; readonly right: IOnly };
  readonly words: readonly {
    readonly dictionary: string;
    readonly left: IOnly;
    readonly right: IOnly;
  }[];
  readonly layers: readonly {
    readonly layer: string;
    readonly left: number | null;
    readonly right: number | null;
    /** Percent of the weights; null where they are not of the same shape. */
    readonly changed: number | null;
    /** Root mean square of the difference to that of the left. */
    readonly relative: number | null;
  }[];
}

/** What has become of a component, in words. */
function changeWords(change: string): string {
  switch (change) {
    case 'same':
      return trans.__('= same');
    case 'changed':
      return trans.__('≠ changed');
    case 'only left':
      return trans.__('− only in the first');
    case 'only right':
      return trans.__('+ only in the second');
    default:
      return change;
  }
}

/** The difference in one sentence. */
export function inWords(difference: IDifference): string {
  const changed = difference.components.filter(
    ({ change }) => change !== 'same'
  );
  if (!changed.length) {
    return trans.__('All components are the same, byte for byte.');
  }
  const names = changed.map(({ name }) => name).join(', ');
  return trans._n(
    '%1 of %2 components differ: %3.',
    '%1 of %2 components differ: %3.',
    changed.length,
    difference.components.length,
    names
  );
}

/**
 * Show what differs between two models, side by side.
 */
export function drawDifference(difference: IDifference): HTMLElement {
  const { left, right } = difference;
  const parts = [
    element('p', { class: 'tessnb-sentence' }, inWords(difference)),
    section(
      trans.__('Components'),
      plainTable(
        trans.__('Components of both models'),
        [trans.__('Component'), '', left, right],
        difference.components.map(each => [
          each.name,
          changeCell(each.change),
          size(each.left),
          size(each.right)
        ])
      )
    )
  ];
  if (difference.facts.length) {
    parts.push(
      section(
        trans.__('Facts that differ'),
        plainTable(
          trans.__('Facts that differ'),
          ['', left, right],
          difference.facts
        )
      )
    );
  }
  if (difference.layers.length) {
    parts.push(
      section(
        trans.__('Weights'),
        plainTable(
          trans.__('Weights of each layer'),
          [
            trans.__('Layer'),
            left,
            right,
            trans.__('changed'),
            trans._p('how much weights differ', 'by')
          ],
          difference.layers.map(each => [
            each.layer,
            each.left ?? '–',
            each.right ?? '–',
            each.changed === null ? '–' : percent(each.changed),
            each.relative === null ? '–' : percent(100 * each.relative)
          ])
        )
      )
    );
  }
  const lists = [
    ...lists_of(trans.__('Characters'), difference.characters, left, right),
    ...difference.words.flatMap(each =>
      lists_of(trans.__('Entries of %1', each.dictionary), each, left, right)
    )
  ];
  if (lists.length) {
    parts.push(section(trans.__('Only in one of them'), facts(lists)));
  }
  return element('div', { class: 'tessnb-difference' }, ...parts);
}

function lists_of(
  what: string,
  sides: { readonly left: IOnly; readonly right: IOnly },
  left: string,
  right: string
): [string, HTMLElement][] {
  return (
    [
      [left, sides.left],
      [right, sides.right]
    ] as const
  )
    .filter(([, { count }]) => count)
    .map(([name, only]) => [
      trans.__('%1, only in %2', what, name),
      some(only)
    ]);
}

function some({ count, some }: IOnly): HTMLElement {
  const rest = count - some.length;
  return element(
    'span',
    {},
    element('b', { class: 'tessnb-tabular' }, `${number(count)}: `),
    ...some.flatMap(text => [element('bdi', {}, text), ' ']),
    rest > 0 ? trans._n('and %2 more', 'and %2 more', rest, number(rest)) : ''
  );
}

function changeCell(change: string): HTMLElement {
  return element(
    'span',
    { class: change === 'same' ? 'tessnb-soft' : 'tessnb-changed' },
    changeWords(change)
  );
}

function size(value: number | null): string {
  return value === null ? '–' : bytes(value);
}

function percent(value: number): string {
  return `${value.toFixed(value && value < 0.095 ? 2 : 1)}\u202f%`;
}
