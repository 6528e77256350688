import { element } from './dom';
import { bytes, facts, plainTable, section } from './facts';
import { number } from './fields';

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

const CHANGES: Readonly<Record<string, string>> = {
  same: '= same',
  changed: '≠ changed',
  'only left': '− only in the first',
  'only right': '+ only in the second'
};

/** The difference in one sentence. */
export function inWords(difference: IDifference): string {
  const changed = difference.components.filter(
    ({ change }) => change !== 'same'
  );
  if (!changed.length) {
    return 'All components are the same, byte for byte.';
  }
  const names = changed.map(({ name }) => name).join(', ');
  return `${changed.length} of ${difference.components.length} components differ: ${names}.`;
}

/**
 * Show what differs between two models, side by side.
 */
export function drawDifference(difference: IDifference): HTMLElement {
  const { left, right } = difference;
  const parts = [
    element('p', { class: 'tessnb-sentence' }, inWords(difference)),
    section(
      'Components',
      plainTable(
        'Components of both models',
        ['Component', '', left, right],
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
        'Facts that differ',
        plainTable('Facts that differ', ['', left, right], difference.facts)
      )
    );
  }
  if (difference.layers.length) {
    parts.push(
      section(
        'Weights',
        plainTable(
          'Weights of each layer',
          ['Layer', left, right, 'changed', 'by'],
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
    ...lists_of('Characters', difference.characters, left, right),
    ...difference.words.flatMap(each =>
      lists_of(`Entries of ${each.dictionary}`, each, left, right)
    )
  ];
  if (lists.length) {
    parts.push(section('Only in one of them', facts(lists)));
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
    .map(([name, only]) => [`${what}, only in ${name}`, some(only)]);
}

function some({ count, some }: IOnly): HTMLElement {
  const rest = count - some.length;
  return element(
    'span',
    {},
    element('b', { class: 'tessnb-tabular' }, `${number(count)}: `),
    ...some.flatMap(text => [element('bdi', {}, text), ' ']),
    rest > 0 ? `and ${number(rest)} more` : ''
  );
}

function changeCell(change: string): HTMLElement {
  return element(
    'span',
    { class: change === 'same' ? 'tessnb-soft' : 'tessnb-changed' },
    CHANGES[change] ?? change
  );
}

function size(value: number | null): string {
  return value === null ? '–' : bytes(value);
}

function percent(value: number): string {
  return `${value.toFixed(value && value < 0.095 ? 2 : 1)}\u202f%`;
}
