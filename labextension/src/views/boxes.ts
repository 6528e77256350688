import { BoxesBar } from './boxes_bar';
import type { BarState, Command } from './boxes_bar';
import { PageCanvas } from './boxes_canvas';
import { BoxesEditor } from './boxes_editor';
import { help } from './boxes_help';
import { arrow, commandOf, nudge } from './boxes_keys';
import type {
  BoxesHost,
  PageMessage,
  Request,
  SpliceMessage,
  StateMessage
} from './boxes_messages';
import {
  around,
  moved,
  neighbour,
  newRect,
  shownOrder,
  shownText,
  toBox,
  unitAt,
  unitsOf
} from './boxes_model';
import type { Box, Level, Orders, TextOrder, Unit } from './boxes_model';
import { TextGrid } from './boxes_text';
import { element } from './dom';
import { TileStore } from './tile_store';
import type { Rect, Size, Tile } from './zoom';

/** Milliseconds after which waiting for an answer is said. */
const PATIENCE = 1500;
/** Steps of a held key that may wait for an answer. */
const WAITING = 3;

/**
 * A page with boxes beside its text, both to be corrected.
 */
export class BoxesView {
  constructor(private readonly host: BoxesHost) {
    const act = (command: Command): void => this.act(command);
    this.bar = new BoxesBar(
      act,
      page => this.goTo(page),
      level => host.setLevel(level),
      order => host.setTextOrder(order)
    );
    this.tiles = new TileStore(tiles => this.askTiles(tiles));
    this.canvas = new PageCanvas(this.tiles, {
      pick: (unit, extend) => this.pick(unit, extend),
      place: rect => this.place(() => rect),
      draw: rect => this.insert(rect),
      zoomed: scale => this.bar.setScale(scale)
    });
    this.lens = new PageCanvas(
      this.tiles,
      {
        pick: () => undefined,
        place: () => undefined,
        draw: () => undefined,
        zoomed: () => undefined
      },
      true
    );
    this.editor = new BoxesEditor({
      act,
      change: text => this.edit('text', { text, order: this.textOrder }),
      step: by =>
        this.afterwards(() => {
          this.step(by);
          this.editor.focus();
        }),
      leave: () => {
        this.fill();
        this.grid.node.focus({ preventScroll: true });
      }
    });
    this.grid = new TextGrid((unit, extend) => this.pick(unit, extend));
    this.node = element(
      'div',
      { class: 'tessnb-boxes', 'data-lm-suppress-shortcuts': 'true' },
      this.bar.node,
      element(
        'div',
        { class: 'tessnb-boxes-main' },
        this.canvas.node,
        this.grid.node
      ),
      this.lens.node,
      this.editor.node,
      this.editor.details,
      this.message,
      help()
    );
    this.node.addEventListener('keydown', event => this.key(event));
    const page = this.canvas.node;
    page.addEventListener('mousedown', event => event.preventDefault());
    page.addEventListener('pointerup', () => this.hold());
    this.say('Opening …', '');
    host.send({ kind: 'open' });
  }

  readonly node: HTMLElement;

  dispose(): void {
    clearTimeout(this.patience);
    this.canvas.dispose();
    this.lens.dispose();
    this.tiles.clear();
  }

  showPage(page: PageMessage): void {
    const isSame = page.page === this.state.page && this.boxes.length > 0;
    this.size = { width: page.width, height: page.height };
    this.boxes = page.boxes.map(toBox);
    this.orders = page.orders;
    this.state = page;
    this.node.classList.toggle(
      'tessnb-boxes-flat',
      page.width > 4 * page.height
    );
    if (!isSame) {
      this.first = this.last = 0;
    }
    this.tiles.clear();
    this.canvas.setPage(this.size);
    this.lens.setPage(this.size);
    this.update();
    this.setState(page);
  }

  /** Replace some boxes of the page that is shown. */
  splice(change: SpliceMessage): void {
    if (change.page === this.state.page) {
      const { start, removed, boxes } = change;
      const added = boxes.map(toBox);
      const old = this.boxes.slice(start, start + removed);
      this.boxes = [
        ...this.boxes.slice(0, start),
        ...added,
        ...this.boxes.slice(start + removed)
      ];
      this.orders = change.orders;
      const isSame =
        old.length === added.length &&
        old.every((box, k) => box.text === added[k].text);
      const keeps = isSame && this.last > this.first;
      this.update(isSame);
      if (!keeps) {
        const lead = added[0]?.text === '\t' && !added[0].isWord ? 1 : 0;
        this.select(unitAt(this.units, start + lead));
      }
      if (this.then) {
        this.then();
        this.then = null;
      }
    }
    this.setState(change);
  }

  /** Show what was said about the last request, and go on with the next. */
  setState(state: StateMessage): void {
    clearTimeout(this.patience);
    this.state = { ...this.state, ...state };
    this.bar.setState(this.state);
    const { error, note } = state;
    const unsaved = state.changed
      ? `Not saved${state.file ? `: ${state.file}` : ''}`
      : 'No changes';
    this.say(
      error ?? note ?? unsaved,
      error ? 'error' : state.changed ? 'changed' : ''
    );
    if (error) {
      this.then = null;
      this.queue.length = 0;
      this.canvas.show(null);
      this.lens.show(null);
      if (this.editor.isFocused) {
        this.editor.reopen();
      } else {
        this.fill();
      }
    }
    this.isBusy = false;
    this.queue.shift()?.();
  }

  /** Show a tile of a page, or none where there is none. */
  async putTile(
    page: number,
    [level, column, row]: readonly number[],
    png: Blob | null
  ): Promise<void> {
    const picture = png ? await createImageBitmap(png) : null;
    if (page === this.state.page) {
      this.tiles.put({ level, column, row }, picture);
      this.canvas.redraw();
      this.lens.redraw();
    } else {
      picture?.close();
    }
  }

  setLevel(level: Level): void {
    const start = this.units[this.first]?.start ?? 0;
    this.level = level;
    this.bar.level.value = level;
    this.update();
    this.select(unitAt(this.units, start));
  }

  setTextOrder(order: TextOrder): void {
    this.textOrder = order;
    this.bar.order.value = order;
    this.update();
  }

  /** Select the units that hold some boxes. */
  setSelection(start: number, stop: number): void {
    const first = unitAt(this.units, start);
    const last = unitAt(this.units, Math.max(stop - 1, start));
    if (first !== this.first || last !== this.last) {
      this.select(first, last);
    }
  }

  private update(onlyPlaces = false): void {
    this.units = unitsOf(this.boxes, this.level);
    this.canvas.setUnits(this.units);
    this.lens.setUnits(this.units);
    if (!onlyPlaces) {
      const { boxes, units, orders, level, textOrder } = this;
      this.grid.setContent({ boxes, units, orders, level, textOrder });
      const turns = boxes.some(box => box.reading !== undefined);
      this.bar.order.node.hidden = !turns && !Object.keys(orders).length;
    }
    this.select(this.first, this.last);
  }

  /** Mark units from `first` to `last` (or the other way round, where a selection grows to the left). */
  private select(first: number, last = first): void {
    const most = this.units.length - 1;
    this.first = Math.max(Math.min(first, most), 0);
    this.last = Math.max(Math.min(last, most), 0);
    const [low, high] = this.span;
    this.canvas.select(low, high);
    this.lens.select(low, high);
    this.grid.select(low, high);
    this.fill();
    const [start, stop] = this.range;
    this.host.setSelection(start, stop);
  }

  private get span(): [number, number] {
    return [Math.min(this.first, this.last), Math.max(this.first, this.last)];
  }

  /** The selected boxes: first, and one behind the last. */
  private get range(): [number, number] {
    const [low, high] = this.span;
    return [this.units[low]?.start ?? 0, this.units[high]?.stop ?? 0];
  }

  /** Let keys come here. */
  private hold(): void {
    if (!this.node.contains(document.activeElement)) {
      this.grid.node.focus({ preventScroll: true });
    }
  }

  private pick(unit: number, extend: boolean): void {
    this.grid.node.focus({ preventScroll: true });
    if (unit >= 0) {
      this.select(extend ? this.first : unit, unit);
    }
  }

  private shown(unit: Unit): string {
    const { boxes, orders, textOrder, units } = this;
    if (unit.stop - unit.start === 1) {
      return shownText(boxes, [unit.start], unit.isEnd ? 'visual' : textOrder);
    }
    const line = units.filter(other => other.line === unit.line);
    const [first, last] = [line[0].start, line[line.length - 1].stop];
    const places = shownOrder(first, last, orders, textOrder).filter(
      place => place >= unit.start && place < unit.stop
    );
    return shownText(boxes, places, textOrder);
  }

  /** Show the selected box's text and place below the page. */
  private fill(): void {
    const [low, high] = this.span;
    const unit: Unit | undefined = this.units[low];
    this.editor.show({
      unit,
      count: high - low + 1,
      text: unit && low === high ? this.shown(unit) : '',
      rect: this.canvas.selection,
      textOrder: this.textOrder
    });
  }

  /** Go to the next text: not to spaces and ends of lines. */
  private step(by: 1 | -1): void {
    let unit = this.first + by;
    while (
      this.units[unit] &&
      (this.units[unit].isEnd ||
        this.boxes[this.units[unit].start].text === ' ')
    ) {
      unit += by;
    }
    if (this.units[unit]) {
      this.select(unit);
    }
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const isTyping = target instanceof HTMLInputElement;
    const command = commandOf(event);
    const isButton = target instanceof HTMLButtonElement;
    if (command && (!isTyping || command === 'save')) {
      this.act(command);
    } else if (isTyping || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (arrow(event)) {
      const step = arrow(event)!;
      const unit = neighbour(this.units, this.last, step);
      this.select(event.shiftKey ? this.first : unit, unit);
    } else if (nudge(event)) {
      const { handle, dx, dy } = nudge(event)!;
      if (this.queue.length < WAITING) {
        this.place(rect => moved(rect, handle, dx, dy, this.size));
      }
    } else if (['1', '2', '3'].includes(event.key)) {
      const levels = ['characters', 'words', 'lines'] as const;
      this.host.setLevel(levels[Number(event.key) - 1]);
    } else if (event.key === 'Enter' && !isButton) {
      this.editor.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private act(command: Command): void {
    const [start, stop] = this.range;
    switch (command) {
      case 'previous-page':
      case 'next-page':
        this.goTo(this.state.page + (command === 'next-page' ? 1 : -1));
        break;
      case 'zoom-in':
      case 'zoom-out':
        this.canvas.zoomBy(command === 'zoom-in' ? 1.25 : 0.8);
        break;
      case 'fit-page':
      case 'fit-width':
        this.canvas.fit(command === 'fit-page' ? 'page' : 'width');
        break;
      case 'undo':
      case 'redo':
      case 'save':
        this.ask(() => this.host.send({ kind: command }));
        break;
      case 'split': {
        const isOne =
          stop - start === 1 && Array.from(this.boxes[start].text).length === 1;
        this.then = isOne
          ? () => {
              this.select(this.first + 1);
              this.editor.focus();
            }
          : null;
        this.edit('split');
        break;
      }
      case 'merge': {
        const [low, high] = this.span;
        const end = this.units[low === high ? high + 1 : high]?.stop ?? stop;
        this.edit('merge', {}, [start, end]);
        break;
      }
      case 'insert': {
        const beside = this.canvas.selection;
        this.insert(newRect(beside, this.canvas.seen, this.size));
        break;
      }
      case 'delete':
        this.edit('delete');
    }
  }

  private goTo(page: number): void {
    if (page >= 0 && page < this.state.pages && page !== this.state.page) {
      this.say(`Opening page ${page + 1} …`, '');
      this.host.setPage(page);
    }
    this.bar.setState(this.state);
  }

  /** Insert a box and ask for its text. */
  private insert(rect: Rect): void {
    const [start, stop] = this.range;
    const isEmpty = !this.boxes.length;
    const word = isEmpty
      ? this.level !== 'characters'
      : this.boxes[start].isWord;
    const { left, top, right, bottom } = rect;
    this.then = () => this.editor.focus();
    this.edit('insert', { rect: [left, top, right, bottom], text: '~', word }, [
      stop,
      stop
    ]);
  }

  private place(to: (rect: Rect) => Rect): void {
    if (!this.units.length) {
      return;
    }
    this.ask(() => {
      const [start, stop] = this.range;
      const old = around(this.boxes.slice(start, stop));
      const rect = old && to(old);
      if (!rect) {
        this.isBusy = false;
        return;
      }
      this.canvas.show(rect);
      this.lens.show(rect);
      const { left, top, right, bottom } = rect;
      this.request('place', { rect: [left, top, right, bottom] }, [
        start,
        stop
      ]);
    });
  }

  private edit(
    op: 'text' | 'split' | 'merge' | 'insert' | 'delete',
    more: Partial<Request> = {},
    range: readonly [number, number] = this.range
  ): void {
    if (op === 'insert' || range[1] > range[0]) {
      this.ask(() => this.request(op, more, range));
    }
  }

  private request(
    op: 'text' | 'place' | 'split' | 'merge' | 'insert' | 'delete',
    more: Partial<Request>,
    [start, stop]: readonly [number, number]
  ): void {
    const { page } = this.state;
    const { level } = this;
    const edit = { kind: 'edit', op, page, start, stop, level, ...more };
    this.host.send(edit as Request);
  }

  /** Do something that is answered; before that, nothing else. */
  private ask(work: () => void): void {
    const begin = (): void => {
      this.isBusy = true;
      this.patience = window.setTimeout(
        () => this.say('Waiting for the kernel, which is busy …', ''),
        PATIENCE
      );
      work();
    };
    if (this.isBusy) {
      this.queue.push(begin);
    } else {
      begin();
    }
  }

  private afterwards(work: () => void): void {
    if (this.isBusy) {
      this.then = work;
    } else {
      work();
    }
  }

  private askTiles(tiles: readonly Tile[]): void {
    const wanted = tiles.map(({ level, column, row }) => [level, column, row]);
    this.host.send({ kind: 'tiles', page: this.state.page, tiles: wanted });
  }

  private say(text: string, kind: '' | 'error' | 'changed'): void {
    this.message.textContent = text;
    this.message.dataset.kind = kind;
    this.message.setAttribute('role', kind === 'error' ? 'alert' : 'status');
  }

  private readonly bar: BoxesBar;
  private readonly tiles: TileStore;
  private readonly canvas: PageCanvas;
  private readonly lens: PageCanvas;
  private readonly grid: TextGrid;
  private readonly editor: BoxesEditor;
  private readonly message = element('div', {
    class: 'tessnb-boxes-message',
    role: 'status'
  });
  private boxes: readonly Box[] = [];
  private units: readonly Unit[] = [];
  private orders: Orders = {};
  private size: Size = { width: 1, height: 1 };
  private level: Level = 'characters';
  private textOrder: TextOrder = 'logical';
  private state: BarState = {
    page: 0,
    pages: 1,
    changed: false,
    undo: false,
    redo: false,
    file: ''
  };
  private first = 0;
  private last = 0;
  private then: (() => void) | null = null;
  private isBusy = false;
  private readonly queue: Array<() => void> = [];
  private patience = 0;
}
