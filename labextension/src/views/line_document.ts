import { element } from './dom';
import { number } from './fields';
import { ILineBoxes, LineBoxesView } from './line_boxes';
import { ILine, LineList } from './line_list';
import { trans } from './trans';

/**
 * A document of training lines: the chosen line large, and all of them in a list below.
 */
export class LineDocumentView {
  readonly node: HTMLElement;
  private readonly list: LineList<ILine>;
  private readonly large = new LineBoxesView();
  private readonly head = element('div', { class: 'tessnb-toolbar' });
  private readonly title = element('b', { dir: 'auto' });
  private readonly facts = element('span', { class: 'tessnb-soft' });
  private readonly place = element('input', {
    type: 'number',
    min: '1',
    'aria-label': trans.__('Go to line')
  });
  private readonly empty = element(
    'div',
    { class: 'tessnb-line-empty', hidden: '' },
    trans.__(
      'This document has no lines. “tesseract page.tif page lstm.train” makes some of an image with its box file.'
    )
  );
  private timer = 0;

  constructor(private readonly options: LineDocumentView.IOptions) {
    this.list = new LineList<ILine>({
      label: trans.__('Lines; arrow keys move'),
      onRows: options.onRows,
      loadPicture: options.loadPicture,
      onMove: row => this.choose(row)
    });
    this.place.addEventListener('change', () => {
      this.list.moveTo(Number(this.place.value) - 1);
    });
    this.head.append(
      this.title,
      this.facts,
      element(
        'label',
        { class: 'tessnb-line-go' },
        `${trans.__('Line')} `,
        this.place
      )
    );
    this.node = element(
      'div',
      { class: 'tessnb-lines' },
      this.head,
      this.large.node,
      this.list.node,
      this.empty
    );
  }

  /** There are so many lines; the first of them follow. */
  setDocument(name: string, count: number, bytes: number): void {
    this.title.textContent = name;
    const size =
      bytes >= 1e5
        ? `${(bytes / 1e6).toFixed(1)} MB`
        : `${(bytes / 1e3).toFixed(1)} kB`;
    const lines = trans._n('%2 line', '%2 lines', count, number(count));
    this.facts.textContent = `${lines} · ${size}`;
    this.place.max = String(count);
    this.empty.hidden = count > 0;
    this.list.node.hidden = this.large.node.hidden = !count;
    this.list.reset(count);
    if (count) {
      this.choose(0);
    }
  }

  setLines(first: number, lines: readonly ILine[]): void {
    this.list.take(first, lines);
  }

  /** Show a line large, if it is still the chosen one. */
  setLine(row: number, line: ILineBoxes, url: string): void {
    if (row === this.list.current) {
      this.large.show(row, line, url);
    }
  }

  /** Say why a line cannot be shown. */
  setProblem(row: number, words: string): void {
    if (row === this.list.current) {
      this.large.fail(words);
    }
  }

  focus(): void {
    this.list.focus();
  }

  dispose(): void {
    window.clearTimeout(this.timer);
    this.list.dispose();
    this.large.dispose();
  }

  private choose(row: number): void {
    this.place.value = String(row + 1);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.options.onChoose(row), 80);
  }
}

export namespace LineDocumentView {
  export interface IOptions {
    readonly onRows: (first: number, count: number) => void;
    readonly loadPicture: (row: number, signal: AbortSignal) => Promise<string>;
    /** A line is to be shown large. */
    readonly onChoose: (row: number) => void;
  }
}
