import { element } from './dom';

/**
 * A list of any length of which only the rows in sight exist, all of one height.
 *
 * It is a list box with several choices: one row is the current one (arrow keys, Page Up and Down, Home, End),
 * Space or a click chooses. The focus stays on the list; screen readers follow `aria-activedescendant`.
 */
export class VirtualRows {
  readonly node: HTMLElement;
  private readonly sizer: HTMLElement;
  private readonly shown = new Map<number, HTMLElement>();
  private count = 0;
  private currentRow = 0;
  private scheduled = 0;

  constructor(private readonly options: VirtualRows.IOptions) {
    this.sizer = element('div', {
      class: 'tessnb-rows-sizer',
      role: 'presentation'
    });
    this.node = element(
      'div',
      {
        class: 'tessnb-rows',
        role: 'listbox',
        tabindex: '0',
        'aria-label': options.label,
        'aria-multiselectable': String(options.multiple ?? true)
      },
      this.sizer
    );
    this.node.addEventListener('scroll', () => this.schedule());
    this.node.addEventListener('keydown', event => this.onKey(event));
  }

  /** The row that keys act on. */
  get current(): number {
    return this.currentRow;
  }

  /** Show `count` rows, from the first one on or from where one was. */
  reset(count: number, keepPlace = false): void {
    this.count = count;
    this.sizer.style.height = `${count * this.options.height}px`;
    if (!keepPlace) {
      this.node.scrollTop = 0;
      this.currentRow = 0;
    }
    this.currentRow = Math.max(0, Math.min(this.currentRow, count - 1));
    this.refresh();
  }

  /** Draw the rows in sight anew. */
  refresh(): void {
    for (const row of this.shown.values()) {
      row.remove();
    }
    this.shown.clear();
    this.draw();
  }

  /** Draw one row anew, if it is in sight. */
  refreshRow(index: number): void {
    if (this.shown.has(index)) {
      this.shown.get(index)?.remove();
      this.shown.delete(index);
      this.draw();
    }
  }

  /** Make a row the current one and bring it into sight. */
  moveTo(index: number): void {
    const before = this.currentRow;
    this.currentRow = Math.max(0, Math.min(index, this.count - 1));
    const top = this.currentRow * this.options.height;
    const { clientHeight, scrollTop } = this.node;
    if (top < scrollTop) {
      this.node.scrollTop = top;
    } else if (top + this.options.height > scrollTop + clientHeight) {
      this.node.scrollTop = top + this.options.height - clientHeight;
    }
    this.draw();
    this.mark(before);
    this.mark(this.currentRow);
    this.options.onMove?.(this.currentRow);
  }

  private schedule(): void {
    if (!this.scheduled) {
      this.scheduled = requestAnimationFrame(() => {
        this.scheduled = 0;
        this.draw();
      });
    }
  }

  private draw(): void {
    const { height, draw, onSight } = this.options;
    const [first, end] = rowsInSight(
      this.node.scrollTop,
      this.node.clientHeight,
      height,
      this.count
    );
    for (const [index, row] of this.shown) {
      if (index < first || index >= end) {
        row.remove();
        this.shown.delete(index);
      }
    }
    for (let index = first; index < end; index++) {
      if (!this.shown.has(index)) {
        const row = draw(index);
        row.id = `${this.options.id}-${index}`;
        row.classList.add('tessnb-row');
        row.setAttribute('role', 'option');
        row.setAttribute('aria-setsize', String(this.count));
        row.setAttribute('aria-posinset', String(index + 1));
        row.style.transform = `translateY(${index * height}px)`;
        row.style.height = `${height}px`;
        row.addEventListener('click', event => {
          this.moveTo(index);
          this.options.onChoose?.(index, event.shiftKey);
        });
        this.shown.set(index, row);
        this.sizer.insertBefore(row, this.behind(index, end));
        this.mark(index);
      }
    }
    onSight?.(first, end);
  }

  /** The next row that exists, so that rows are read in their order. */
  private behind(index: number, end: number): HTMLElement | null {
    for (let next = index + 1; next < end; next++) {
      const row = this.shown.get(next);
      if (row) {
        return row;
      }
    }
    return null;
  }

  private mark(index: number): void {
    const isCurrent = index === this.currentRow;
    const row = this.shown.get(index);
    row?.classList.toggle('tessnb-mod-current', isCurrent);
    if (isCurrent && row) {
      this.node.setAttribute('aria-activedescendant', row.id);
    }
  }

  private onKey(event: KeyboardEvent): void {
    const page = Math.max(
      1,
      Math.floor(this.node.clientHeight / this.options.height) - 1
    );
    const target = {
      ArrowDown: this.currentRow + 1,
      ArrowUp: this.currentRow - 1,
      PageDown: this.currentRow + page,
      PageUp: this.currentRow - page,
      Home: 0,
      End: this.count - 1
    }[event.key];
    if (!this.count || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (target !== undefined) {
      this.moveTo(target);
    } else if (event.key === ' ' || event.key === 'Enter') {
      this.options.onChoose?.(this.currentRow, false);
    } else {
      return;
    }
    event.preventDefault();
  }
}

/**
 * Which rows are to exist: those in sight and a few around them, as [first, behind the last].
 */
export function rowsInSight(
  scrollTop: number,
  clientHeight: number,
  height: number,
  count: number
): [number, number] {
  const first = Math.max(0, Math.floor(scrollTop / height) - 3);
  const end = Math.ceil((scrollTop + clientHeight) / height) + 3;
  return [Math.min(first, count), Math.min(end, count)];
}

export namespace VirtualRows {
  export interface IOptions {
    /** What the rows' ids begin with; unique in the page. */
    readonly id: string;
    readonly label: string;
    /** Pixels. */
    readonly height: number;
    readonly multiple?: boolean;
    readonly draw: (index: number) => HTMLElement;
    /** A row was clicked or Space pressed; `extend` is that Shift was held. */
    readonly onChoose?: (index: number, extend: boolean) => void;
    readonly onMove?: (index: number) => void;
    /** Rows [first, end) exist now. */
    readonly onSight?: (first: number, end: number) => void;
  }
}
