import { BoxesBar } from './boxes_bar';
import type { BarState, Command } from './boxes_bar';
import { PageCanvas } from './boxes_canvas';
import { BoxesEditor } from './boxes_editor';
import { Errands } from './boxes_errands';
import { help } from './boxes_help';
import { arrow, commandOf, nudge } from './boxes_keys';
import type {
  BoxesHost,
  PageMessage,
  Request,
  SpliceMessage,
  StateMessage
} from './boxes_messages';
import { moved, neighbour, newRect, unitAt } from './boxes_model';
import type { Level, TextOrder, Unit } from './boxes_model';
import { PageBoxes } from './boxes_page';
import { TextGrid } from './boxes_text';
import { element } from './dom';
import { TileStore } from './tile_store';
import { trans } from './trans';
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
      change: text => this.edit('text', { text, order: this.model.textOrder }),
      step: by =>
        this.errands.afterwards(() => {
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
    this.say(trans.__('Opening …'), '');
    host.send({ kind: 'open' });
  }

  readonly node: HTMLElement;

  dispose(): void {
    this.errands.dispose();
    this.canvas.dispose();
    this.lens.dispose();
    this.tiles.clear();
  }

  showPage(page: PageMessage): void {
    const { model } = this;
    const isSame = page.page === this.state.page && model.boxes.length > 0;
    this.size = { width: page.width, height: page.height };
    model.set(page.boxes, page.orders);
    this.state = page;
    this.node.classList.toggle(
      'tessnb-boxes-flat',
      page.width > 4 * page.height
    );
    this.tiles.clear();
    this.canvas.setPage(this.size);
    this.lens.setPage(this.size);
    if (!isSame) {
      model.select(0, 0);
    }
    this.update();
    this.setState(page);
  }

  /** Replace some boxes of the page that is shown. */
  splice(change: SpliceMessage): void {
    if (change.page === this.state.page) {
      const { model } = this;
      const onlyPlaces = model.splice(change);
      const keeps = onlyPlaces && model.last > model.first;
      this.update(onlyPlaces);
      if (!keeps) {
        const [text, , , , , isWord] = change.boxes[0] ?? [];
        const lead = text === '\t' && !isWord ? 1 : 0;
        this.select(unitAt(model.units, change.start + lead));
      }
      this.errands.succeed();
    }
    this.setState(change);
  }

  /** Show what was said about the last request, and go on with the next. */
  setState(state: StateMessage): void {
    this.state = { ...this.state, ...state };
    this.bar.setState(this.state);
    const { error, note } = state;
    const unsaved = state.changed
      ? state.file
        ? trans.__('Not saved: %1', state.file)
        : trans.__('Not saved')
      : trans.__('No changes');
    this.say(
      error ?? note ?? unsaved,
      error ? 'error' : state.changed ? 'changed' : ''
    );
    if (error) {
      this.errands.fail();
      this.canvas.show(null);
      this.lens.show(null);
      if (this.editor.isFocused) {
        this.editor.reopen();
      } else {
        this.fill();
      }
    }
    this.errands.next();
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
    const { model } = this;
    const [start] = model.range;
    model.setLevel(level);
    this.bar.level.value = level;
    this.update();
    this.select(unitAt(model.units, start));
  }

  setTextOrder(order: TextOrder): void {
    this.model.textOrder = order;
    this.bar.order.value = order;
    this.update();
  }

  /** Select the units that hold some boxes. */
  setSelection(start: number, stop: number): void {
    const { model } = this;
    const first = unitAt(model.units, start);
    const last = unitAt(model.units, Math.max(stop - 1, start));
    if (first !== model.first || last !== model.last) {
      this.select(first, last);
    }
  }

  private update(onlyPlaces = false): void {
    const { model } = this;
    this.canvas.setUnits(model.units);
    this.lens.setUnits(model.units);
    if (!onlyPlaces) {
      this.grid.setContent(model);
      this.bar.order.node.hidden = !model.turns;
    }
    this.select(model.first, model.last);
  }

  private select(first: number, last = first): void {
    const { model } = this;
    model.select(first, last);
    const [low, high] = model.span;
    this.canvas.select(low, high);
    this.lens.select(low, high);
    this.grid.select(low, high);
    this.fill();
    this.host.setSelection(...model.range);
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
      this.select(extend ? this.model.first : unit, unit);
    }
  }

  /** Show the selected box's text and place below the page. */
  private fill(): void {
    const { model } = this;
    const [low, high] = model.span;
    const unit: Unit | undefined = model.units[low];
    this.editor.show({
      unit,
      count: high - low + 1,
      text: unit && low === high ? model.textOf(unit) : '',
      rect: this.canvas.selection,
      textOrder: model.textOrder
    });
  }

  /** Go to the next text. */
  private step(by: 1 | -1): void {
    const unit = this.model.nextText(by);
    if (unit !== null) {
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
      const { units, first, last } = this.model;
      const unit = neighbour(units, last, arrow(event)!);
      this.select(event.shiftKey ? first : unit, unit);
    } else if (nudge(event)) {
      const { handle, dx, dy } = nudge(event)!;
      if (this.errands.waiting < WAITING) {
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
    const { model } = this;
    const [start, stop] = model.range;
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
        this.errands.add(() => this.host.send({ kind: command }));
        break;
      case 'split': {
        const { text } = model.boxes[start] ?? { text: '' };
        const isOne = stop - start === 1 && Array.from(text).length === 1;
        const goOn = (): void => {
          this.select(model.first + 1);
          this.editor.focus();
        };
        this.errands.whenAnswered(isOne ? goOn : null);
        this.edit('split');
        break;
      }
      case 'merge': {
        const [low, high] = model.span;
        const end = model.units[low === high ? high + 1 : high]?.stop ?? stop;
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
      this.say(trans.__('Opening page %1 …', page + 1), '');
      this.host.setPage(page);
    }
    this.bar.setState(this.state);
  }

  /** Insert a box and ask for its text. */
  private insert(rect: Rect): void {
    const { boxes, level, range } = this.model;
    const [start, stop] = range;
    const word = boxes.length ? boxes[start].isWord : level !== 'characters';
    const { left, top, right, bottom } = rect;
    this.errands.whenAnswered(() => this.editor.focus());
    this.edit('insert', { rect: [left, top, right, bottom], text: '~', word }, [
      stop,
      stop
    ]);
  }

  private place(to: (rect: Rect) => Rect): void {
    this.errands.add(() => {
      const old = this.model.selection;
      if (!old) {
        return false;
      }
      const rect = to(old);
      this.canvas.show(rect);
      this.lens.show(rect);
      const { left, top, right, bottom } = rect;
      this.request('place', { rect: [left, top, right, bottom] });
      return true;
    });
  }

  private edit(
    op: 'text' | 'split' | 'merge' | 'insert' | 'delete',
    more: Partial<Request> = {},
    range: readonly [number, number] = this.model.range
  ): void {
    if (op === 'insert' || range[1] > range[0]) {
      this.errands.add(() => this.request(op, more, range));
    }
  }

  private request(
    op: 'text' | 'place' | 'split' | 'merge' | 'insert' | 'delete',
    more: Partial<Request>,
    [start, stop]: readonly [number, number] = this.model.range
  ): void {
    const { page } = this.state;
    const { level } = this.model;
    const edit = { kind: 'edit', op, page, start, stop, level, ...more };
    this.host.send(edit as Request);
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
  private readonly model = new PageBoxes();
  private readonly errands = new Errands(
    () => this.say(trans.__('Waiting for an answer …'), ''),
    PATIENCE
  );
  private size: Size = { width: 1, height: 1 };
  private state: BarState = {
    page: 0,
    pages: 1,
    changed: false,
    undo: false,
    redo: false,
    file: ''
  };
}
