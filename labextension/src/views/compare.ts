import { describeDifferences, drawDifferences, Part } from './differences';
import { element } from './dom';
import { percent } from './figures';
import { number } from './fields';
import { trans } from './trans';
import { VirtualRows } from './virtual_rows';

const ROW_HEIGHT = 132;
const IMAGE_HEIGHT = 36;

/** Line, verdict (see `FILTERS`), edits of A and of B. */
export type Judged = readonly [number, number, number, number];

/** What the kernel tells of a comparison. */
export interface IComparison {
  readonly state: 'new' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly names: readonly [string, string];
  readonly done: readonly [number, number];
  readonly total: number;
  readonly problem: string;
  readonly lines?: readonly Judged[];
  /** Name, A, B: percent. */
  readonly rates?: readonly (readonly [string, number, number])[];
  readonly skipped?: number;
}

/** A line with both readings. */
export interface IComparedLine {
  readonly truth: string;
  readonly readings: readonly [readonly Part[], readonly Part[]];
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

/** What can be asked for: verdicts are both right, A right, B right, both wrong, same error. */
export const FILTERS: readonly (readonly [
  name: Filter,
  verdicts: readonly number[]
])[] = [
  ['differ', [1, 2, 3]],
  ['a', [1]],
  ['b', [2]],
  ['wrong', [3, 4]],
  ['all', [0, 1, 2, 3, 4]]
];

type Filter = 'differ' | 'a' | 'b' | 'wrong' | 'all';

/** What a filter lets through, in words. */
function filterWords(filter: Filter): string {
  switch (filter) {
    case 'differ':
      return trans.__('read differently');
    case 'a':
      return trans.__('A right, B wrong');
    case 'b':
      return trans.__('B right, A wrong');
    case 'wrong':
      return trans.__('both wrong');
    case 'all':
      return trans.__('all lines');
  }
}

/**
 * Return the lines that a filter lets through, in order or those first in which the models differ most.
 */
export function chooseLines(
  lines: readonly Judged[],
  filter: string,
  byDifference: boolean
): Judged[] {
  const verdicts = FILTERS.find(([name]) => name === filter)?.[1] ?? [];
  const chosen = lines.filter(line => verdicts.includes(line[1]));
  const apart = ([, , a, b]: Judged) => Math.abs(a - b);
  return byDifference
    ? chosen.sort(
        (one, other) => apart(other) - apart(one) || one[0] - other[0]
      )
    : chosen;
}

let serial = 0;

/**
 * Two models side by side: rates, and the lines that they read differently with both readings.
 */
export class CompareView {
  readonly node: HTMLElement;
  private readonly head = element('div', { class: 'tessnb-status' });
  private readonly progress = element('progress', {
    'aria-label': trans.__('Lines read')
  });
  private readonly action: HTMLButtonElement;
  private readonly rates = element('div', {});
  private readonly filters = element('div', {
    class: 'tessnb-toolbar',
    role: 'group',
    'aria-label': trans.__('Which lines')
  });
  private readonly rows: VirtualRows;
  private readonly empty = element('div', { class: 'tessnb-compare-empty' });
  private readonly cache = new Map<number, IComparedLine>();
  private comparison: IComparison | null = null;
  private list: Judged[] = [];
  private filter = 'differ';
  private byDifference = false;
  private chosen = -1;

  constructor(options: CompareView.IOptions) {
    this.action = element('button', { type: 'button' });
    this.action.addEventListener('click', () => {
      if (this.comparison?.state === 'running') {
        options.onCancel();
      } else {
        options.onStart();
      }
    });
    this.rows = new VirtualRows({
      id: `tessnb-compare-${++serial}`,
      label: trans.__('Lines'),
      height: ROW_HEIGHT,
      multiple: false,
      draw: index => this.drawRow(this.list[index]),
      onChoose: index => {
        this.setLine(this.list[index][0]);
        options.onLine(this.chosen);
      },
      onSight: (first, end) => {
        const wanted = this.list
          .slice(first, end)
          .map(([line]) => line)
          .filter(line => !this.cache.has(line));
        if (wanted.length) {
          options.onWanted(wanted);
        }
      }
    });
    this.rows.node.addEventListener('keydown', event => {
      const number = Number(event.key);
      if (number >= 1 && number <= FILTERS.length) {
        this.sift(FILTERS[number - 1][0]);
        this.rows.node.focus();
      }
    });
    this.node = element(
      'div',
      { class: 'tessnb-compare' },
      this.head,
      this.rates,
      this.filters,
      this.rows.node,
      this.empty
    );
    this.update();
  }

  setComparison(comparison: IComparison): void {
    this.comparison = comparison;
    this.update();
  }

  /** Take a line that was wanted. */
  setLines(lines: ReadonlyMap<number, IComparedLine>): void {
    for (const [number, line] of lines) {
      this.cache.set(number, line);
      this.rows.refreshRow(this.list.findIndex(([own]) => own === number));
    }
  }

  setLine(line: number): void {
    this.chosen = line;
    this.rows.refresh();
  }

  private sift(filter: string): void {
    this.filter = filter;
    this.update();
  }

  private update(): void {
    const { comparison } = this;
    this.drawHead();
    const isDone = comparison?.state === 'done';
    this.rates.hidden = this.filters.hidden = !isDone;
    this.list = chooseLines(
      comparison?.lines ?? [],
      this.filter,
      this.byDifference
    );
    if (isDone) {
      this.drawRates();
      this.drawFilters();
    }
    this.rows.node.hidden = !this.list.length;
    this.empty.hidden = this.list.length > 0;
    this.empty.textContent = this.words();
    this.rows.reset(this.list.length);
  }

  private words(): string {
    switch (this.comparison?.state) {
      case 'done':
        return this.filter === 'differ'
          ? trans.__('Both models read every line alike.')
          : trans.__('No line is of this kind.');
      case 'running':
        return trans.__('Lines that are read differently will be seen here.');
      case 'failed':
        return this.comparison.problem;
      case 'cancelled':
        return trans.__('Cancelled. Press Start to read the lines again.');
      case 'new':
        return trans.__('Press Start: both models read all lines.');
      default:
        return trans.__('Waiting for an answer …');
    }
  }

  private drawHead(): void {
    const { comparison } = this;
    if (!comparison) {
      return;
    }
    const { names, state, done, total, skipped } = comparison;
    const read = done[0] + done[1];
    this.progress.max = 2 * total;
    this.progress.value = read;
    this.progress.hidden = state !== 'running';
    this.action.hidden = state === 'done';
    this.action.textContent =
      state === 'running' ? trans.__('Cancel') : trans.__('Start');
    const told =
      state === 'running'
        ? trans.__('%1 of %2 read', number(read), number(2 * total))
        : [
            trans._n('%2 line', '%2 lines', total, number(total)),
            ...(skipped
              ? [
                  trans._n(
                    '%2 cannot be used',
                    '%2 cannot be used',
                    skipped,
                    number(skipped)
                  )
                ]
              : [])
          ].join(', ');
    this.head.replaceChildren(
      badge('A'),
      element('b', {}, names[0]),
      badge('B'),
      element('b', {}, names[1]),
      element('span', { class: 'tessnb-soft tessnb-tabular' }, told),
      this.progress,
      this.action
    );
  }

  private drawRates(): void {
    const { names, rates = [], lines = [] } = this.comparison as IComparison;
    const perfect = [2, 3].map(
      place => lines.filter(line => line[place] === 0).length
    );
    const head = element(
      'tr',
      {},
      ...['', ...names, ''].map(text => element('th', { scope: 'col' }, text))
    );
    const body = rates.map(([name, a, b]) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, name),
        element('td', {}, percent(a)),
        element('td', {}, percent(b)),
        element('td', { class: 'tessnb-soft' }, better(a, b))
      )
    );
    const share = (count: number) =>
      `${number(count)} (${Math.floor((100 * count) / Math.max(lines.length, 1))}\u202f%)`;
    body.push(
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, trans.__('lines right')),
        ...perfect.map(count => element('td', {}, share(count))),
        element('td', { class: 'tessnb-soft' }, better(perfect[1], perfect[0]))
      )
    );
    this.rates.replaceChildren(
      element(
        'table',
        { class: 'tessnb-compare-rates' },
        element('thead', {}, head),
        element('tbody', {}, ...body)
      )
    );
  }

  private drawFilters(): void {
    const lines = this.comparison?.lines ?? [];
    const made = FILTERS.map(([name, verdicts]) => {
      const count = lines.filter(line => verdicts.includes(line[1])).length;
      return toggle(
        `${filterWords(name)} (${number(count)})`,
        name === this.filter,
        () => this.sift(name)
      );
    });
    this.filters.replaceChildren(
      ...made,
      toggle(trans.__('largest difference first'), this.byDifference, () => {
        this.byDifference = !this.byDifference;
        this.update();
      })
    );
  }

  private drawRow([number, , a, b]: Judged): HTMLElement {
    const line = this.cache.get(number);
    const row = element('div', {
      'aria-selected': String(number === this.chosen)
    });
    const place = element(
      'span',
      { class: 'tessnb-compare-number tessnb-soft' },
      String(number)
    );
    if (!line) {
      row.append(place);
      return row;
    }
    const image = element('img', {
      src: line.url,
      alt: trans.__('line %1', number),
      height: String(IMAGE_HEIGHT),
      width: String(Math.round((line.width * IMAGE_HEIGHT) / line.height))
    });
    row.append(
      place,
      element('div', { class: 'tessnb-compare-image' }, image),
      element('span', { class: 'tessnb-soft' }, trans.__('truth')),
      element('bdi', { class: 'tessnb-compare-text', dir: 'auto' }, line.truth)
    );
    [a, b].forEach((edits, side) => {
      const parts = line.readings[side];
      const text = drawDifferences(parts);
      text.classList.add('tessnb-compare-text');
      text.title = describeDifferences(parts);
      row.append(
        element(
          'span',
          { class: edits ? 'tessnb-mod-wrong' : 'tessnb-mod-right' },
          badge('AB'[side]),
          edits ? ` ✗ ${edits}` : ' ✓'
        ),
        text
      );
    });
    return row;
  }
}

function badge(text: string): HTMLElement {
  return element('span', { class: 'tessnb-compare-badge' }, text);
}

function toggle(
  label: string,
  pressed: boolean,
  onClick: () => void
): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', 'aria-pressed': String(pressed) },
    label
  );
  made.addEventListener('click', onClick);
  return made;
}

function better(a: number, b: number): string {
  return a === b
    ? trans.__('the same')
    : a < b
      ? trans.__('A is better')
      : trans.__('B is better');
}

export namespace CompareView {
  export interface IOptions {
    /** These lines are in sight and missing. */
    readonly onWanted: (lines: readonly number[]) => void;
    readonly onLine: (line: number) => void;
    readonly onStart: () => void;
    readonly onCancel: () => void;
  }
}
