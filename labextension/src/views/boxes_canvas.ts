import { handleAt, hit, moved, union } from './boxes_model';
import type { Handle, Unit } from './boxes_model';
import { cursor, paintSelection, paintUnit } from './boxes_paint';
import { element } from './dom';
import type { TileStore } from './tile_store';
import {
  fitPage,
  fitWidth,
  levelFor,
  pan,
  reveal,
  tileRect,
  toPage,
  toScreen,
  visibleTiles,
  zoomAt
} from './zoom';
import type { Point, Rect, Size, Tile, Zoom } from './zoom';

/** Pixels on the screen within which an edge is held. */
const REACH = 6;
/** Pixels on the screen below which the height of a box is not worth an outline. */
const TOO_SMALL = 5;
/** Pixels that a pointer moves before a click becomes a drag. */
const SLACK = 3;
/** The whole is held, not an edge. */
export const MOVE: Handle = { x: '', y: '' };

/** What happens on the page. */
export interface CanvasCallbacks {
  /** A unit was clicked, or nothing (-1). */
  pick(unit: number, extend: boolean): void;
  /** The selection was moved or sized. */
  place(rect: Rect): void;
  /** A new box was drawn. */
  draw(rect: Rect): void;
  zoomed(scale: number): void;
}

type Drag =
  | { kind: 'pan'; last: Point }
  | { kind: 'edge'; handle: Handle; rect: Rect }
  | { kind: 'new' };

/**
 * A page with its boxes, which can be zoomed, moved and clicked, and whose boxes can be dragged.
 */
export class PageCanvas {
  /** @param isLens - it only follows the selection, at a size at which its line can be read */
  constructor(
    private readonly tiles: TileStore,
    private readonly callbacks: CanvasCallbacks,
    private readonly isLens = false
  ) {
    this.node = element(
      'div',
      {
        class: isLens ? 'tessnb-boxes-lens' : 'tessnb-boxes-page',
        'aria-hidden': 'true'
      },
      this.canvas
    );
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.node);
    if (!isLens) {
      this.listen();
    }
  }

  readonly node: HTMLDivElement;

  private listen(): void {
    this.canvas.addEventListener('pointerdown', event => this.down(event));
    this.canvas.addEventListener('pointermove', event => this.move(event));
    this.canvas.addEventListener('pointerup', event => this.up(event));
    this.canvas.addEventListener('pointercancel', () => this.stop());
    this.canvas.addEventListener('wheel', event => this.wheel(event), {
      passive: false
    });
  }

  dispose(): void {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }

  /** Show another page. */
  setPage(page: Size): void {
    const isSame =
      this.page?.width === page.width && this.page.height === page.height;
    this.page = page;
    this.stop();
    if (!isSame) {
      this.zoom = null;
    }
    this.resize();
  }

  setUnits(units: readonly Unit[]): void {
    this.units = units;
    this.redraw();
  }

  /** Mark units; the page moves where they could not be seen. */
  select(first: number, last: number): void {
    this.chosen = this.units.slice(first, last + 1);
    this.preview = null;
    const rect = this.selection;
    if (this.isLens) {
      this.follow();
    } else if (rect && this.zoom && this.page && !this.drag) {
      this.setZoom(reveal(this.zoom, rect, this.page, this.room));
    }
    this.redraw();
  }

  /** Show the selection elsewhere until it is there. */
  show(rect: Rect | null): void {
    this.preview = rect;
    this.follow();
    this.redraw();
  }

  /** Where the selection is, or is about to be. */
  get selection(): Rect | null {
    if (this.preview) {
      return this.preview;
    }
    return this.chosen.length
      ? this.chosen.map(unit => unit as Rect).reduce(union)
      : null;
  }

  /** The part of the page that is seen. */
  get seen(): Rect {
    const zoom = this.zoom ?? { scale: 1, x: 0, y: 0 };
    const end = toPage(zoom, { x: this.room.width, y: this.room.height });
    return { left: zoom.x, top: zoom.y, right: end.x, bottom: end.y };
  }

  fit(what: 'page' | 'width'): void {
    if (this.page) {
      const fitted = what === 'page' ? fitPage : fitWidth;
      this.setZoom(fitted(this.page, this.room));
    }
  }

  zoomBy(factor: number, at?: Point): void {
    if (this.page && this.zoom) {
      const { width, height } = this.room;
      const selected = this.selection && toScreen(this.zoom, this.selection);
      const centre = selected
        ? {
            x: clamp((selected.left + selected.right) / 2, width),
            y: clamp((selected.top + selected.bottom) / 2, height)
          }
        : { x: width / 2, y: height / 2 };
      this.setZoom(
        zoomAt(this.zoom, factor, at ?? centre, this.page, this.room)
      );
    }
  }

  /** Show the line of the selection as high as the lens, the selection in the middle. */
  private follow(): void {
    const { page, selection } = this;
    if (!this.isLens || !page || !selection) {
      return;
    }
    const line = this.chosen[0]?.line;
    const inLine = this.units.filter(
      unit =>
        unit.line === line &&
        !unit.isEnd &&
        unit.top < selection.bottom &&
        unit.bottom > selection.top
    );
    const { top, bottom } = [...inLine, selection].reduce<Rect>(
      union,
      selection
    );
    const scale = Math.min((0.7 * this.room.height) / (bottom - top), 4);
    const x =
      (selection.left + selection.right) / 2 - this.room.width / scale / 2;
    const y = (top + bottom) / 2 - this.room.height / scale / 2;
    this.setZoom(pan({ scale, x, y }, 0, 0, page, this.room));
  }

  private setZoom(zoom: Zoom): void {
    this.zoom = zoom;
    this.callbacks.zoomed(zoom.scale);
    this.redraw();
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.node;
    if (!this.page || !width || !height) {
      return;
    }
    this.room = { width, height };
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    if (this.isLens) {
      this.zoom ??= { scale: 1, x: 0, y: 0 };
      this.follow();
    } else if (!this.zoom) {
      this.fit(this.page.width > this.page.height * 2 ? 'page' : 'width');
    } else {
      this.setZoom(pan(this.zoom, 0, 0, this.page, this.room));
    }
  }

  /** Draw again, once, before the next picture is shown. */
  redraw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    const context = this.canvas.getContext('2d');
    const { page, zoom } = this;
    if (!context || !page || !zoom) {
      return;
    }
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, this.room.width, this.room.height);
    this.paintPage(context, page, zoom);
    const { left, top, right, bottom } = this.seen;
    for (const unit of this.units) {
      const isSeen =
        unit.right >= left &&
        unit.left <= right &&
        unit.bottom >= top &&
        unit.top <= bottom;
      if (!isSeen || (unit.bottom - unit.top) * zoom.scale < TOO_SMALL) {
        continue;
      }
      paintUnit(context, toScreen(zoom, unit), unit.isEnd);
    }
    if (this.selection) {
      paintSelection(context, toScreen(zoom, this.selection), !this.isLens);
    }
    if (this.drawn) {
      paintUnit(context, toScreen(zoom, this.drawn), true);
    }
  }

  private paintPage(
    context: CanvasRenderingContext2D,
    page: Size,
    zoom: Zoom
  ): void {
    const all = toScreen(zoom, {
      left: 0,
      top: 0,
      right: page.width,
      bottom: page.height
    });
    context.fillStyle = '#fff';
    context.fillRect(
      all.left,
      all.top,
      all.right - all.left,
      all.bottom - all.top
    );
    const level = levelFor(zoom.scale * devicePixelRatio, page);
    const coarsest = levelFor(0, page);
    const wanted: Tile[] = [];
    context.imageSmoothingEnabled = zoom.scale < 3;
    context.imageSmoothingQuality = 'high';
    for (let each = coarsest; each >= level; each--) {
      const tiles = visibleTiles(zoom, each, page, this.room);
      if (each === coarsest || each === level) {
        wanted.push(...tiles);
      }
      for (const tile of tiles) {
        const picture = this.tiles.get(tile);
        if (picture) {
          const at = toScreen(zoom, tileRect(tile, page));
          const [left, top] = [snapped(at.left), snapped(at.top)];
          context.drawImage(
            picture,
            left,
            top,
            snapped(at.right) - left,
            snapped(at.bottom) - top
          );
        }
      }
    }
    this.tiles.want(this.node.className, wanted);
  }

  private place(event: MouseEvent): Point {
    const { left, top } = this.canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  private handle(at: Point): Handle | null {
    const { selection, zoom } = this;
    return selection && zoom
      ? handleAt(toScreen(zoom, selection), at, REACH)
      : null;
  }

  private down(event: PointerEvent): void {
    if (!this.zoom || event.button > 1) {
      return;
    }
    const at = this.place(event);
    const handle = event.button === 0 && !event.shiftKey && this.handle(at);
    this.start = at;
    this.isDragging = false;
    if (event.shiftKey) {
      this.drag = { kind: 'new' };
    } else if (handle && this.selection) {
      this.drag = { kind: 'edge', handle, rect: this.selection };
    } else {
      this.drag = { kind: 'pan', last: at };
    }
    this.canvas.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const at = this.place(event);
    const { drag, page, zoom } = this;
    if (!drag || !page || !zoom) {
      this.canvas.style.cursor = cursor(this.handle(at));
      return;
    }
    const away = Math.hypot(at.x - this.start.x, at.y - this.start.y);
    this.isDragging = this.isDragging || away > SLACK;
    if (!this.isDragging) {
      return;
    }
    if (drag.kind === 'pan') {
      this.canvas.style.cursor = 'grabbing';
      const { x, y } = drag.last;
      this.setZoom(pan(zoom, at.x - x, at.y - y, page, this.room));
      drag.last = at;
    } else if (drag.kind === 'edge') {
      const dx = (at.x - this.start.x) / zoom.scale;
      const dy = (at.y - this.start.y) / zoom.scale;
      this.show(moved(drag.rect, drag.handle, dx, dy, page));
    } else {
      this.drawn = between(toPage(zoom, this.start), toPage(zoom, at), page);
      this.redraw();
    }
  }

  private up(event: PointerEvent): void {
    const { drag, drawn, preview, zoom } = this;
    const dragged = this.isDragging;
    this.stop();
    if (!drag || !zoom) {
      return;
    }
    if (!dragged) {
      const unit = hit(
        this.units,
        toPage(zoom, this.place(event)),
        REACH / zoom.scale
      );
      this.callbacks.pick(unit, event.shiftKey);
    } else if (drag.kind === 'edge' && preview) {
      this.show(preview);
      this.callbacks.place(preview);
    } else if (drag.kind === 'new' && drawn) {
      this.callbacks.draw(drawn);
    }
  }

  private stop(): void {
    this.drag = null;
    this.isDragging = false;
    this.drawn = null;
    this.preview = null;
    this.canvas.style.cursor = '';
    this.redraw();
  }

  /** Zoom; but where nobody works here yet, the notebook scrolls. */
  private wheel(event: WheelEvent): void {
    const home = this.node.closest('.tessnb-boxes');
    if (!event.ctrlKey && !home?.contains(document.activeElement)) {
      return;
    }
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    this.zoomBy(Math.exp((-event.deltaY * lines) / 500), this.place(event));
  }

  private readonly canvas = element('canvas');
  private readonly observer: ResizeObserver;
  private page: Size | null = null;
  private zoom: Zoom | null = null;
  private room: Size = { width: 1, height: 1 };
  private units: readonly Unit[] = [];
  private chosen: readonly Unit[] = [];
  private preview: Rect | null = null;
  private drawn: Rect | null = null;
  private drag: Drag | null = null;
  private start: Point = { x: 0, y: 0 };
  private isDragging = false;
  private frame = 0;
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}

/** Whole device pixels, so that tiles join without seams. */
function snapped(value: number): number {
  return Math.round(value * devicePixelRatio) / devicePixelRatio;
}

/** The rectangle that two points span on the page. */
function between(one: Point, other: Point, page: Size): Rect {
  const [left, right] = [one.x, other.x].sort((a, b) => a - b);
  const [top, bottom] = [one.y, other.y].sort((a, b) => a - b);
  const x = clamp(Math.floor(left), page.width - 1);
  const y = clamp(Math.floor(top), page.height - 1);
  return {
    left: x,
    top: y,
    right: Math.max(clamp(Math.ceil(right), page.width), x + 1),
    bottom: Math.max(clamp(Math.ceil(bottom), page.height), y + 1)
  };
}
