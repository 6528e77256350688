import { element } from './dom';
import { ErrorActions } from './error_actions';
import { editInPlace } from './error_editing';
import { ErrorHead } from './error_head';
import { drawErrorRow, drawWaiting } from './error_rows';
import { IArrangement, ICounts, IPicture, IRow, ITable } from './error_types';
import { button, field, fill, number } from './fields';
import { ILineDetail, LineDetail } from './line_detail';
import { PagedRows } from './paged_rows';
import { trans } from './trans';
import { VirtualRows } from './virtual_rows';

const HEIGHTS = { pictures: 76, plain: 40 };
const PICTURE_HEIGHT = 34;
const PICTURES_KEPT = 400;

let serial = 0;

/**
 * A table of lines with what is wrong in them: sorted, sifted, looked at, marked. Rows and pictures are asked for
 * as they come into sight.
 */
export class ErrorsView {
  readonly node: HTMLElement;
  private state: ITable | null = null;
  private readonly rows: PagedRows<IRow>;
  private list: VirtualRows;
  private readonly pictures = new Map<number, IPicture | null>();
  private readonly detail: LineDetail;
  private readonly title = element('b', {});
  private readonly tabs = element('span', {
    class: 'tessnb-errors-tabs',
    role: 'group',
    'aria-label': trans.__('Table')
  });
  private readonly count = element('span', {
    class: 'tessnb-errors-count',
    'aria-live': 'polite'
  });
  private readonly problem = element('div', {
    class: 'tessnb-failure',
    role: 'alert',
    hidden: ''
  });
  private readonly head: ErrorHead;
  private readonly body = element('div', {});
  private readonly empty = element('div', { class: 'tessnb-errors-empty' });
  private readonly search: HTMLInputElement;
  private readonly query: HTMLInputElement;
  private readonly actions: ErrorActions;
  private readonly id = `tessnb-errors-${++serial}`;
  private readonly resized = new ResizeObserver(() => this.onResize());
  private counts: ICounts = { selected: 0, marked: 0, undo: false };
  private room = 0;
  private anchor = 0;
  private editing = -1;

  constructor(private readonly options: ErrorsView.IOptions) {
    this.rows = new PagedRows((first, count) => options.onRows(first, count));
    this.search = field('search', trans.__('Search all texts'), text =>
      options.onArrange({ search: text })
    );
    this.query = field('text', "cer > 5 and font == 'DejaVu Sans'", text =>
      options.onArrange({ query: text })
    );
    this.query.classList.add('tessnb-code', 'tessnb-errors-query');
    this.query.spellcheck = false;
    this.search.setAttribute('aria-label', trans.__('Search'));
    this.query.setAttribute('aria-label', trans.__('Condition'));
    this.query.title = trans.__(
      'A condition on columns: cer > 5 and truth.str.contains("x")'
    );
    this.head = new ErrorHead(change => options.onArrange(change));
    this.actions = new ErrorActions({
      selectAll: () => this.selectAll(),
      mark: mark => this.mark(mark),
      correct: () => this.edit(this.list.current),
      undo: () => options.onUndo(),
      mend: kind => options.onMend(kind)
    });
    this.detail = new LineDetail({
      onView: (line, view) => options.onView(line, view),
      onClose: () => {
        options.onClose();
        this.list.node.focus();
      }
    });
    this.list = this.makeList(HEIGHTS.pictures);
    this.node = element(
      'div',
      { class: 'tessnb-errors' },
      element(
        'div',
        { class: 'tessnb-errors-bar' },
        this.title,
        this.tabs,
        this.count
      ),
      element('div', { class: 'tessnb-errors-bar' }, this.search, this.query),
      this.problem,
      this.actions.node,
      element(
        'div',
        { class: 'tessnb-errors-frame' },
        this.head.node,
        this.body
      ),
      this.empty,
      this.detail.node
    );
    this.empty.hidden = true;
    this.count.textContent = trans.__('Waiting for an answer …');
  }

  /** Where a widget may be put that shows the opened line. */
  get place(): HTMLElement {
    return this.detail.place;
  }

  setTitle(title: string): void {
    this.title.textContent = title;
  }

  /** Show this table; its rows follow when they are asked for. */
  setTable(state: ITable): void {
    const before = this.state;
    this.state = state;
    const same = before?.version === state.version;
    const height = state.pictures ? HEIGHTS.pictures : HEIGHTS.plain;
    if (!before || before.pictures !== state.pictures) {
      this.list.node.remove();
      this.list = this.makeList(height);
      this.body.append(this.list.node);
    }
    this.drawTabs(state);
    if (this.head.show(state)) {
      this.node.style.setProperty('--tessnb-errors-columns', this.head.grid);
      this.detail.close();
    }
    fill(this.search, state.search);
    fill(this.query, state.query);
    this.setProblem(state.problem);
    const total = state.tables.find(([name]) => name === state.show)?.[1] ?? 0;
    this.count.textContent =
      state.rows === total
        ? trans._n('%2 row', '%2 rows', total, number(total))
        : trans._n(
            '%3 of %2 row',
            '%3 of %2 rows',
            total,
            number(total),
            number(state.rows)
          );
    this.drawEmpty(state, total);
    this.actions.setRemedies(state.remedies);
    if (!same) {
      this.forgetPictures();
      this.list.node.style.height = `${total * height + 2}px`;
      this.editing = -1;
      this.anchor = 0;
      this.rows.reset(state.rows);
      this.list.reset(state.rows);
    } else {
      this.refresh();
    }
    this.drawCounts(state);
  }

  /** Marks or the selection have changed. */
  setCounts(counts: ICounts): void {
    this.drawCounts(counts);
    this.refresh();
  }

  /** Take rows that have come. */
  setRows(first: number, rows: readonly IRow[]): void {
    for (const row of this.rows.take(first, rows)) {
      if (row !== this.editing) {
        this.list.refreshRow(row);
      }
    }
  }

  setPicture(row: number, picture: IPicture): void {
    this.pictures.set(row, picture);
    if (row !== this.editing) {
      this.list.refreshRow(row);
    }
    for (const [old, one] of this.pictures) {
      if (this.pictures.size <= PICTURES_KEPT) {
        break;
      }
      this.pictures.delete(old);
      one?.forget();
    }
  }

  setDetail(detail: ILineDetail): void {
    this.detail.show(detail);
    this.node.scrollIntoView({ block: 'nearest' });
  }

  /** A widget of its own shows the line, or no longer. */
  setPlaceUsed(used: boolean): void {
    this.detail.use(used);
  }

  setProblem(text: string): void {
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }

  dispose(): void {
    this.resized.disconnect();
    this.forgetPictures();
    this.detail.dispose();
  }

  private refresh(): void {
    this.rows.refresh();
    this.list.refresh();
  }

  private onResize(): void {
    const { clientWidth: room, offsetWidth } = this.list.node;
    this.head.node.style.paddingRight = `${Math.max(0, offsetWidth - room - 1)}px`;
    if (room && Math.abs(room - this.room) > 16) {
      this.room = room;
      this.forgetPictures();
    }
    if (room && this.editing < 0) {
      this.list.refresh();
    }
  }

  private drawCounts(counts: ICounts): void {
    this.counts = counts;
    this.actions.setCounts(counts);
  }

  private forgetPictures(): void {
    for (const one of this.pictures.values()) {
      one?.forget();
    }
    this.pictures.clear();
  }

  private makeList(height: number): VirtualRows {
    const list = new VirtualRows({
      id: this.id,
      label: trans.__('Lines'),
      height,
      draw: index => this.drawRow(index),
      onChoose: index => this.options.onOpen(index, this.detail.width),
      onSight: (first, end) => this.onSight(first, end)
    });
    list.node.addEventListener('keydown', event => this.onKey(event), true);
    this.resized.disconnect();
    this.resized.observe(list.node);
    list.node.classList.toggle('tessnb-mod-plain', height === HEIGHTS.plain);
    return list;
  }

  private drawTabs(state: ITable): void {
    this.tabs.hidden = state.tables.length < 2;
    this.tabs.replaceChildren(
      ...state.tables.map(([name, count]) => {
        const tab = button(`${name} ${number(count)}`, '', () =>
          this.options.onArrange({ show: name })
        );
        tab.setAttribute('aria-pressed', String(name === state.show));
        return tab;
      })
    );
  }

  private drawEmpty(state: ITable, total: number): void {
    const none = !state.rows;
    this.body.hidden = none;
    this.empty.hidden = !none;
    if (none) {
      const sifted = total > 0;
      this.empty.replaceChildren(
        element(
          'p',
          {},
          sifted
            ? trans.__('No row fulfils these conditions.')
            : state.remedies.length
              ? ''
              : trans.__('Nothing is wrong here.')
        )
      );
      if (sifted) {
        this.empty.append(
          button(trans.__('Show all rows'), '', () =>
            this.options.onArrange({ query: '', search: '', filters: {} })
          )
        );
      }
    }
  }

  private drawRow(index: number): HTMLElement {
    const row = this.rows.get(index);
    return row && this.state
      ? drawErrorRow(row, this.state, this.pictures.get(index), {
          choose: extend => {
            this.list.moveTo(index);
            this.choose(index, extend);
          },
          edit: () => this.edit(index)
        })
      : drawWaiting();
  }

  private onSight(first: number, end: number): void {
    this.rows.want(first, end);
    if (!this.state?.pictures) {
      return;
    }
    const missing: number[] = [];
    for (let row = first; row < end; row++) {
      if (!this.pictures.has(row)) {
        this.pictures.set(row, null);
        missing.push(row);
      }
    }
    if (missing.length) {
      const scale = window.devicePixelRatio || 1;
      this.options.onPictures(
        missing,
        Math.round(this.head.pictureWidth(this.list.node.clientWidth) * scale),
        Math.round(PICTURE_HEIGHT * scale)
      );
    }
  }

  private choose(index: number, extend: boolean): void {
    const row = this.rows.get(index);
    if (!row || row.line === null) {
      return;
    }
    if (!extend) {
      this.anchor = index;
      this.options.onSelect([row.line], !row.selected);
      return;
    }
    const [from, to] = [this.anchor, index].sort((a, b) => a - b);
    const lines: number[] = [];
    for (let at = from; at <= to; at++) {
      const line = this.rows.get(at)?.line;
      if (line !== null && line !== undefined) {
        lines.push(line);
      }
    }
    this.options.onSelect(lines, true);
  }

  private selectAll(): void {
    if (this.counts.selected) {
      this.options.onSelect(null, false);
    } else {
      this.options.onSelectAll();
    }
  }

  private mark(mark: string): void {
    const row = this.rows.get(this.list.current);
    if (this.counts.selected) {
      this.options.onMark(mark, null);
    } else if (row && row.line !== null) {
      this.options.onMark(row.mark === mark ? '' : mark, [row.line]);
    }
  }

  private edit(index: number): void {
    const line = this.rows.get(index)?.line;
    if (line !== null && line !== undefined) {
      this.list.moveTo(index);
      this.options.onText(line);
    }
  }

  /** Let a line's text be changed, if its row is still the current one. */
  editText(line: number, text: string): void {
    const index = this.list.current;
    if (this.rows.get(index)?.line !== line) {
      return;
    }
    const place = this.list.node.querySelector(
      `#${this.id}-${index} .tessnb-errors-text`
    );
    if (!place) {
      return;
    }
    this.editing = index;
    editInPlace(place, line, text, changed => {
      if (this.editing !== index) {
        return; // the table is another one
      }
      this.editing = -1;
      if (changed !== null) {
        this.options.onCorrect(line, changed);
      }
      this.list.refreshRow(index);
      this.list.node.focus({ preventScroll: true });
    });
  }

  /** Keys that act on a row; those that move are the list's own. */
  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.list.node || event.altKey) {
      return;
    }
    if (event.ctrlKey || event.metaKey) {
      if (event.key === 'z') {
        this.options.onUndo();
      } else if (event.key === 'a') {
        this.options.onSelectAll();
      } else {
        return;
      }
    } else if (event.key === ' ') {
      this.choose(this.list.current, event.shiftKey);
    } else if (event.key === '/') {
      this.search.focus();
    } else if (event.key === 'Escape') {
      this.detail.close();
    } else if (!this.actions.pressed(event.key)) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

export namespace ErrorsView {
  export interface IOptions {
    readonly onArrange: (change: Partial<IArrangement>) => void;
    readonly onRows: (first: number, count: number) => void;
    readonly onPictures: (
      rows: readonly number[],
      width: number,
      height: number
    ) => void;
    /** Null are all lines. */
    readonly onSelect: (lines: readonly number[] | null, on: boolean) => void;
    readonly onSelectAll: () => void;
    /** Null are the selected lines. */
    readonly onMark: (mark: string, lines: readonly number[] | null) => void;
    /** The text of a line is wanted, to be changed. */
    readonly onText: (line: number) => void;
    readonly onCorrect: (line: number, text: string) => void;
    readonly onUndo: () => void;
    readonly onMend: (kind: string) => void;
    readonly onOpen: (row: number, width: number) => void;
    readonly onView: (line: number, view: string) => void;
    readonly onClose: () => void;
  }
}
