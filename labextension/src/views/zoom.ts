/**
 * What part of a page is seen, and how large: pure geometry, in pixels of the page and of the screen.
 */

/** A width and a height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A place, y downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle, y downwards; right and bottom lie just outside. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Screen pixels per page pixel, and the page's place in the window's upper left corner. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** A square of a page that was reduced `level` times by two. */
export interface Tile {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/** Pixels along a side of a tile. */
export const TILE = 512;

const LARGEST = 16;
/** Of the window, around a page that is shown whole. */
const MARGIN = 8;

/** Show the whole page, in the middle. */
export function fitPage(page: Size, room: Size): Zoom {
  const scale = Math.min(
    Math.max(room.width - 2 * MARGIN, 1) / page.width,
    Math.max(room.height - 2 * MARGIN, 1) / page.height,
    LARGEST
  );
  return settle({ scale, x: 0, y: 0 }, page, room);
}

/** Show the page's whole width, from its top. */
export function fitWidth(page: Size, room: Size): Zoom {
  const scale = Math.min(
    Math.max(room.width - 2 * MARGIN, 1) / page.width,
    LARGEST
  );
  return settle({ scale, x: 0, y: -MARGIN / scale }, page, room);
}

/** Zoom by a factor; what is under a point of the window stays there. */
export function zoomAt(
  zoom: Zoom,
  factor: number,
  at: Point,
  page: Size,
  room: Size
): Zoom {
  const least = Math.min(fitPage(page, room).scale, 1);
  const scale = Math.min(Math.max(zoom.scale * factor, least), LARGEST);
  const place = toPage(zoom, at);
  const x = place.x - at.x / scale;
  const y = place.y - at.y / scale;
  return settle({ scale, x, y }, page, room);
}

/** Move the page by screen pixels. */
export function pan(
  zoom: Zoom,
  dx: number,
  dy: number,
  page: Size,
  room: Size
): Zoom {
  const { scale, x, y } = zoom;
  return settle({ scale, x: x - dx / scale, y: y - dy / scale }, page, room);
}

/** Move the page as little as shows a rectangle, with some of what is around it. */
export function reveal(zoom: Zoom, rect: Rect, page: Size, room: Size): Zoom {
  const { scale } = zoom;
  const x = revealed(zoom.x, room.width / scale, rect.left, rect.right);
  const y = revealed(zoom.y, room.height / scale, rect.top, rect.bottom);
  return settle({ scale, x, y }, page, room);
}

function revealed(
  start: number,
  length: number,
  low: number,
  high: number
): number {
  const border = Math.min(length / 8, Math.max((length - (high - low)) / 2, 0));
  if (low - border < start) {
    return low - border;
  }
  return Math.max(start, Math.min(high + border - length, low - border));
}

/** Centre what is smaller than the window; let nothing else leave it. */
function settle(zoom: Zoom, page: Size, room: Size): Zoom {
  const { scale } = zoom;
  const x = settled(zoom.x, page.width, room.width / scale, MARGIN / scale);
  const y = settled(zoom.y, page.height, room.height / scale, MARGIN / scale);
  return { scale, x, y };
}

function settled(
  start: number,
  whole: number,
  seen: number,
  margin: number
): number {
  if (whole + 2 * margin <= seen + 1e-6) {
    return (whole - seen) / 2;
  }
  return Math.min(Math.max(start, -margin), whole + margin - seen);
}

/** Window → page. */
export function toPage(zoom: Zoom, at: Point): Point {
  return { x: at.x / zoom.scale + zoom.x, y: at.y / zoom.scale + zoom.y };
}

/** Page → window. */
export function toScreen(zoom: Zoom, rect: Rect): Rect {
  return {
    left: (rect.left - zoom.x) * zoom.scale,
    top: (rect.top - zoom.y) * zoom.scale,
    right: (rect.right - zoom.x) * zoom.scale,
    bottom: (rect.bottom - zoom.y) * zoom.scale
  };
}

/** How often the page may be halved before device pixels are missing. */
export function levelFor(scale: number, page: Size): number {
  const most = Math.ceil(
    Math.log2(Math.max(page.width, page.height, TILE) / TILE)
  );
  const level = Math.floor(Math.log2(1 / scale) + 1e-6);
  return Math.min(Math.max(level, 0), most);
}

/** The part of the page that a tile shows. */
export function tileRect(tile: Tile, page: Size): Rect {
  const side = TILE * 2 ** tile.level;
  const left = tile.column * side;
  const top = tile.row * side;
  return {
    left,
    top,
    right: Math.min(left + side, page.width),
    bottom: Math.min(top + side, page.height)
  };
}

/** The tiles of a level that are seen, those in the middle first. */
export function visibleTiles(
  zoom: Zoom,
  level: number,
  page: Size,
  room: Size
): Tile[] {
  const side = TILE * 2 ** level;
  const end = toPage(zoom, { x: room.width, y: room.height });
  const first = (start: number): number =>
    Math.max(Math.floor(start / side), 0);
  const last = (stop: number, whole: number): number =>
    Math.ceil(Math.min(stop, whole) / side) - 1;
  const tiles: Tile[] = [];
  for (let row = first(zoom.y); row <= last(end.y, page.height); row++) {
    for (
      let column = first(zoom.x);
      column <= last(end.x, page.width);
      column++
    ) {
      tiles.push({ level, column, row });
    }
  }
  const middle = toPage(zoom, { x: room.width / 2, y: room.height / 2 });
  const distance = (tile: Tile): number =>
    Math.hypot(
      (tile.column + 0.5) * side - middle.x,
      (tile.row + 0.5) * side - middle.y
    );
  return tiles.sort((one, other) => distance(one) - distance(other));
}
