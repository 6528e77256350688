import { element } from './dom';
import { IArrangement, IColumn, ITable } from './error_types';
import { button, field, fill } from './fields';
import { trans } from './trans';

/** Pixels between columns; widths of those for choosing and for the number. */
const GAP = 12;
const NARROW = [20, 84];

/**
 * The titles of columns, by which rows are sorted, and above each column what is wanted in it.
 */
export class ErrorHead {
  readonly node = element('div', { class: 'tessnb-errors-head' });
  private readonly sorters = new Map<string, HTMLElement>();
  private readonly filters = new Map<
    string,
    HTMLInputElement | HTMLSelectElement
  >();
  private state: ITable | null = null;

  constructor(
    private readonly onArrange: (change: Partial<IArrangement>) => void
  ) {}

  /** The columns as CSS has them. */
  get grid(): string {
    const columns = this.state?.columns ?? [];
    const widths = columns.map(column => `${columnWidth(column)}px`);
    const narrow = NARROW.map(width => `${width}px`);
    return [...narrow, 'minmax(0, 1fr)', ...widths].join(' ');
  }

  /** How many of so many pixels are left for pictures. */
  pictureWidth(room: number): number {
    const widths = [...NARROW, ...(this.state?.columns ?? []).map(columnWidth)];
    const others = widths.reduce((sum, width) => sum + width + GAP, 2 * GAP);
    return Math.max(160, room - others);
  }

  /** Show a table's columns; return whether they are others than before. */
  show(state: ITable): boolean {
    const other = columnsOf(this.state) !== columnsOf(state);
    this.state = state;
    if (other) {
      this.draw(state);
    }
    for (const [name, made] of this.sorters) {
      const { sort } = state;
      const [order, label] =
        sort === name
          ? ['ascending', trans.__('%1, ascending: sort', made.textContent)]
          : sort === `-${name}`
            ? ['descending', trans.__('%1, descending: sort', made.textContent)]
            : ['', trans.__('%1: sort', made.textContent)];
      made.dataset.order = order;
      made.setAttribute('aria-label', label);
    }
    for (const [name, made] of this.filters) {
      fill(made, state.filters[name] ?? '');
    }
    return other;
  }

  private draw(state: ITable): void {
    this.sorters.clear();
    this.filters.clear();
    const titles = [
      element('span', {}),
      this.sorter('line', state.opens === 'line' ? trans.__('line') : ''),
      this.sorter(
        'truth',
        state.pictures ? trans.__('image and text') : trans.__('text')
      ),
      ...state.columns.map(({ name, title }) => this.sorter(name, title))
    ];
    const nothing = [0, 1, 2].map(() => element('span', {}));
    const filters = state.columns.map(column => this.filter(column));
    this.node.replaceChildren(
      element('div', { class: 'tessnb-errors-titles' }, ...titles),
      element('div', { class: 'tessnb-errors-titles' }, ...nothing, ...filters)
    );
  }

  private sorter(name: string, title: string): HTMLElement {
    const made = button(title, '', () => {
      const sort = this.state?.sort ?? '';
      const down = `-${name}`;
      const next = sort === down ? name : sort === name ? '' : down;
      this.onArrange({ sort: next });
    });
    made.className = 'tessnb-errors-sorter';
    this.sorters.set(name, made);
    made.hidden = !title;
    made.title = trans.__('Sort by %1', title);
    return made;
  }

  private filter(column: IColumn): HTMLElement {
    const change = (text: string) =>
      this.onArrange({
        filters: { ...this.state?.filters, [column.name]: text }
      });
    const label = trans.__('Only %1', column.title);
    if (column.kind === 'choice' && column.choices.length) {
      const made = element('select', { 'aria-label': label });
      made.append(element('option', { value: '' }, trans.__('all')));
      for (const choice of column.choices) {
        made.append(element('option', { value: `=${choice}` }, choice));
      }
      made.addEventListener('change', () => change(made.value));
      this.filters.set(column.name, made);
      return made;
    }
    const hint = column.kind === 'number' ? '> 5, 2..8' : trans.__('contains');
    const made = field('text', hint, change);
    made.setAttribute('aria-label', label);
    this.filters.set(column.name, made);
    return made;
  }
}

function columnsOf(state: ITable | null): string {
  return JSON.stringify([state?.show, state?.pictures, state?.columns]);
}

/** Pixels of a column beside the texts, by what it holds. */
function columnWidth({ kind, choices }: IColumn): number {
  if (kind === 'number') {
    return 88;
  }
  const longest = Math.max(8, ...choices.map(choice => choice.length));
  return kind === 'text' ? 200 : Math.min(24 + 7 * longest, 184);
}
