import { element } from './dom';
import { number } from './fields';
import { PagedRows } from './paged_rows';
import { PictureQueue } from './picture_queue';
import { trans } from './trans';
import { VirtualRows } from './virtual_rows';

const HEIGHT = 76;
/** Milliseconds that rows have to stay in sight before their pictures are loaded. */
const REST = 60;

/** A line of text as a list shows it. */
export interface ILine {
  readonly text: string;
  /** Why there is nothing to be seen, or empty. */
  readonly problem: string;
  /** The file that it is in, where each has its own. */
  readonly name?: string;
}

let serial = 0;

/**
 * Lines of text, each under its picture: as many as there are, of which only those in sight are loaded.
 */
export class LineList<T extends ILine> {
  readonly node: HTMLElement;
  private readonly rows: PagedRows<T>;
  private readonly pictures: PictureQueue;
  private readonly list: VirtualRows;
  private readonly resized = new ResizeObserver(() => this.list.refresh());
  private sight: readonly [number, number] = [0, 0];
  private timer = 0;
  private chosen = 0;

  constructor(private readonly options: LineList.IOptions<T>) {
    this.rows = new PagedRows((first, count) => options.onRows(first, count));
    this.pictures = new PictureQueue({
      load: options.loadPicture,
      onReady: row => this.list.refreshRow(row),
      forget: url => URL.revokeObjectURL(url)
    });
    this.list = new VirtualRows({
      id: `tessnb-lines-${++serial}`,
      label: options.label,
      height: HEIGHT,
      multiple: false,
      draw: row => this.draw(row),
      onMove: row => this.move(row),
      onChoose: row => options.onChoose?.(row),
      onSight: (first, end) => this.see(first, end)
    });
    this.node = this.list.node;
    this.resized.observe(this.node);
  }

  /** The row that keys act on. */
  get current(): number {
    return this.list.current;
  }

  get length(): number {
    return this.rows.length;
  }

  get(row: number): T | undefined {
    return this.rows.get(row);
  }

  /** Show so many lines; they follow when they are asked for. */
  reset(count: number, keepPlace = false): void {
    this.rows.reset(count);
    this.pictures.clear();
    this.list.reset(count, keepPlace);
    this.chosen = this.list.current;
  }

  /** Take lines that have come. */
  take(first: number, lines: readonly T[]): void {
    this.rows.take(first, lines).forEach(row => this.list.refreshRow(row));
    this.loadSoon();
  }

  /** Draw a line anew. */
  refresh(row: number): void {
    this.list.refreshRow(row);
  }

  moveTo(row: number): void {
    this.list.moveTo(row);
  }

  focus(): void {
    this.list.node.focus({ preventScroll: true });
  }

  dispose(): void {
    window.clearTimeout(this.timer);
    this.resized.disconnect();
    this.pictures.clear();
  }

  private move(row: number): void {
    const before = this.chosen;
    this.chosen = row;
    this.list.refreshRow(before);
    this.list.refreshRow(row);
    this.options.onMove(row);
  }

  private see(first: number, end: number): void {
    this.sight = [first, end];
    this.rows.want(first, end);
    this.loadSoon();
  }

  private loadSoon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const [first, end] = this.sight;
      const rows = Array.from({ length: end - first }, (_, at) => first + at);
      this.pictures.want(rows.filter(row => this.rows.get(row)));
    }, REST);
  }

  private draw(row: number): HTMLElement {
    const line = this.rows.get(row);
    const node = element('div', {
      class: 'tessnb-line-row',
      'aria-selected': String(row === this.chosen)
    });
    const place = element('span', { class: 'tessnb-line-number' });
    place.textContent = number(row + 1);
    const main = element('span', { class: 'tessnb-line-main' });
    node.append(place, main);
    if (!line) {
      main.append(element('span', { class: 'tessnb-soft' }, '…'));
      return node;
    }
    const badge = this.options.badgeOf?.(row) ?? '';
    if (badge) {
      place.append(element('span', { class: 'tessnb-line-badge' }, badge));
    }
    main.append(this.drawPicture(row, line), this.drawText(row, line));
    const text = this.textOf(row, line);
    const words = line.problem || text || trans.__('no text');
    const whole = line.name
      ? trans.__('line %1, %2: %3', row + 1, line.name, words)
      : trans.__('line %1: %2', row + 1, words);
    node.setAttribute('aria-label', [whole, badge].filter(Boolean).join(', '));
    return node;
  }

  private textOf(row: number, line: T): string {
    return this.options.textOf?.(row) ?? line.text;
  }

  private drawPicture(row: number, line: T): HTMLElement {
    const place = element('span', { class: 'tessnb-line-picture' });
    const url = this.pictures.get(row);
    if (url) {
      place.append(element('img', { src: url, alt: '' }));
    } else if (url === null) {
      place.append(
        element('span', { class: 'tessnb-soft' }, trans.__('no image'))
      );
    }
    return place;
  }

  private drawText(row: number, line: T): HTMLElement {
    const text = this.drawWords(row, line);
    const name = line.name ?? '';
    return element(
      'span',
      { class: 'tessnb-line-text' },
      text,
      element('bdi', { class: 'tessnb-line-name' }, name)
    );
  }

  private drawWords(row: number, line: T): HTMLElement {
    const place = element('span', { class: 'tessnb-line-read' });
    const text = this.textOf(row, line);
    if (line.problem) {
      place.append(
        element('span', { class: 'tessnb-line-problem' }, line.problem)
      );
    } else if (text) {
      place.append(element('bdi', { dir: 'auto' }, text));
    } else {
      place.append(
        element('i', { class: 'tessnb-soft' }, trans.__('no text yet'))
      );
    }
    return place;
  }
}

export namespace LineList {
  export interface IOptions<T extends ILine> {
    readonly label: string;
    /** These rows are wanted; `take` brings them. */
    readonly onRows: (first: number, count: number) => void;
    /** Return the address of a row's picture. */
    readonly loadPicture: (row: number, signal: AbortSignal) => Promise<string>;
    readonly onMove: (row: number) => void;
    readonly onChoose?: (row: number) => void;
    /** A word beside the number, such as that a line is edited. */
    readonly badgeOf?: (row: number) => string;
    /** The text, where it differs from that of the line. */
    readonly textOf?: (row: number) => string | undefined;
  }
}
