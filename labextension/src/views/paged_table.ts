import { element } from './dom';
import { field, number } from './fields';
import { PagedRows } from './paged_rows';
import { trans } from './trans';
import { VirtualRows } from './virtual_rows';

/** Rows as the server gives them. */
export interface IPage<T> {
  /** How many there are, and how many of them are meant. */
  readonly total: number;
  readonly found: number;
  readonly rows: readonly T[];
}

/** Rows that are asked for together. */
const PAGE = 50;

let serial = 0;

/**
 * A long table that is searched and paged where its rows are: only those in sight are asked for.
 */
export class PagedTable<T> {
  readonly node: HTMLElement;
  private readonly rows: VirtualRows;
  private readonly pages: PagedRows<T>;
  private readonly search: HTMLInputElement;
  private readonly count = element('span', {
    class: 'tessnb-soft tessnb-tabular',
    role: 'status'
  });
  private readonly empty = element('div', { class: 'tessnb-paged-empty' });
  private readonly observer: ResizeObserver;
  private asked = 0;

  constructor(private readonly options: PagedTable.IOptions<T>) {
    this.pages = new PagedRows((first, count) => {
      if (this.pages.get(first) === undefined) {
        void this.ask(first, count);
      }
    }, PAGE);
    this.search = field('search', options.placeholder, () => this.reset());
    this.search.setAttribute('aria-label', options.placeholder);
    this.rows = new VirtualRows({
      id: `tessnb-paged-${++serial}`,
      label: options.label,
      height: options.height,
      multiple: false,
      draw: index => this.draw(index),
      onSight: (first, end) => this.pages.want(first, end)
    });
    this.search.addEventListener('keydown', event => {
      if (event.key === 'ArrowDown') {
        this.rows.node.focus();
        event.preventDefault();
      }
    });
    this.node = element(
      'div',
      { class: `tessnb-paged ${options.name}` },
      element(
        'div',
        { class: 'tessnb-toolbar' },
        this.search,
        ...(options.tools ?? []),
        this.count,
        ...(options.notes ?? [])
      ),
      ...(options.heads
        ? [
            element(
              'div',
              {
                class: 'tessnb-paged-heads tessnb-soft',
                'aria-hidden': 'true'
              },
              ...options.heads.map(text => element('span', {}, text))
            )
          ]
        : []),
      this.rows.node,
      this.empty
    );
    this.empty.hidden = true;
    this.observer = new ResizeObserver(() => this.rows.refresh());
    this.observer.observe(this.rows.node);
  }

  dispose(): void {
    this.observer.disconnect();
    this.asked++;
  }

  /** Look anew, from the first row on. */
  reset(): void {
    this.asked++;
    this.pages.reset(0);
    void this.ask(0, PAGE);
  }

  private async ask(first: number, count: number): Promise<void> {
    const asked = this.asked;
    const isFirst = this.pages.length === 0;
    try {
      const page = await this.options.ask(this.search.value, first, count);
      if (asked !== this.asked) {
        return;
      }
      if (isFirst) {
        this.begin(page);
      } else {
        this.take(first, page);
      }
    } catch (error) {
      if (asked === this.asked) {
        this.say(error instanceof Error ? error.message : String(error), true);
      }
    }
  }

  private begin(page: IPage<T>): void {
    const { found, total } = page;
    this.count.textContent =
      found === total
        ? number(total)
        : trans.__('%1 of %2', number(found), number(total));
    if (found) {
      this.say('', false);
      this.pages.reset(found);
      this.pages.take(0, page.rows);
      this.rows.reset(found);
    } else {
      this.say(this.options.empty, false);
    }
  }

  private take(first: number, { rows }: IPage<T>): void {
    for (const row of this.pages.take(first, rows)) {
      this.rows.refreshRow(row);
    }
  }

  private say(words: string, failed: boolean): void {
    this.empty.textContent = words;
    this.empty.classList.toggle('tessnb-failure', failed);
    this.empty.hidden = !words;
    this.rows.node.hidden = Boolean(words);
  }

  private draw(index: number): HTMLElement {
    const row = this.pages.get(index);
    return row === undefined
      ? element('div', { class: 'tessnb-mod-waiting' }, '…')
      : this.options.draw(row);
  }
}

export namespace PagedTable {
  export interface IOptions<T> {
    /** A class of the table's own, for its columns. */
    readonly name: string;
    readonly label: string;
    readonly placeholder: string;
    /** What to say where nothing is found. */
    readonly empty: string;
    /** Pixels. */
    readonly height: number;
    readonly heads?: readonly string[];
    /** What stands beside the search, before and behind the count. */
    readonly tools?: readonly HTMLElement[];
    readonly notes?: readonly HTMLElement[];
    readonly ask: (
      search: string,
      first: number,
      count: number
    ) => Promise<IPage<T>>;
    readonly draw: (row: T) => HTMLElement;
  }
}
