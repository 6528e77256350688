/**
 * The boxes of a page: what belongs together, what is where, which is next. Pure; y runs downwards.
 */

import type { Point, Rect, Size } from './zoom';

/** A text and where it stands. */
export interface Box extends Rect {
  readonly text: string;
  /** A word or line (`WordStr`), not a character. */
  readonly isWord: boolean;
  /** Its text in the order of reading, where that differs. */
  readonly reading?: string;
}

/** A box as it is sent: text, left, top, right, bottom, whether a word, text in the order of reading. */
export type BoxRow = readonly [
  string,
  number,
  number,
  number,
  number,
  number,
  string?
];

/** What is marked and edited as one. */
export type Level = 'characters' | 'words' | 'lines';

/** Right-to-left text as it is read, or as it stands on the page. */
export type TextOrder = 'logical' | 'visual';

/** For a line, by its first box: the places of its boxes in the order of reading. */
export type Orders = Readonly<Record<string, readonly number[]>>;

/** Boxes that are one: `boxes.slice(start, stop)`. */
export interface Unit extends Rect {
  readonly start: number;
  readonly stop: number;
  /** The text line it belongs to, from 0. */
  readonly line: number;
  readonly isEnd: boolean;
}

/** An edge or corner that is held, such as `left top`; `all` moves. */
export type Handle = {
  readonly x: 'left' | 'right' | '';
  readonly y: 'top' | 'bottom' | '';
};

const SPACE = ' ';
const LINE_END = '\t';

export function toBox(row: BoxRow): Box {
  const [text, left, top, right, bottom, isWord, reading] = row;
  return { text, left, top, right, bottom, isWord: isWord !== 0, reading };
}

/** What is marked as one; ends of lines are by themselves, and left out unless characters are meant. */
export function unitsOf(boxes: readonly Box[], level: Level): Unit[] {
  const units: Unit[] = [];
  let line = 0;
  let started = false;
  for (let index = 0; index < boxes.length; index++) {
    const box = boxes[index];
    if (box.text === LINE_END && !box.isWord) {
      if (level === 'characters') {
        units.push({
          ...area(box),
          ...range(index, index + 1),
          line,
          isEnd: true
        });
      }
      line += started ? 1 : 0;
      started = false;
      continue;
    }
    const last = units[units.length - 1];
    const follows =
      started && last && last.stop === index && last.line === line;
    started = true;
    if (level === 'words' && box.text === SPACE && !box.isWord) {
      continue;
    }
    const joins =
      follows &&
      level !== 'characters' &&
      !box.isWord &&
      !boxes[index - 1].isWord;
    if (joins) {
      units[units.length - 1] = {
        ...union(last, box),
        ...range(last.start, index + 1),
        line,
        isEnd: false
      };
    } else {
      units.push({
        ...area(box),
        ...range(index, index + 1),
        line,
        isEnd: false
      });
    }
  }
  return units;
}

function range(start: number, stop: number): { start: number; stop: number } {
  return { start, stop };
}

function area({ left, top, right, bottom }: Rect): Rect {
  return { left, top, right, bottom };
}

/** The rectangle around two. */
export function union(one: Rect, other: Rect): Rect {
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom)
  };
}

/** The rectangle around some boxes; of nothing where there are none. */
export function around(rects: readonly Rect[]): Rect | null {
  return rects.length ? rects.map(area).reduce(union) : null;
}

/** The places of a line's boxes as they are shown: read, or from left to right. */
export function shownOrder(
  start: number,
  stop: number,
  orders: Orders,
  textOrder: TextOrder
): number[] {
  const order = textOrder === 'logical' ? orders[String(start)] : undefined;
  const places = Array.from({ length: stop - start }, (_, place) => place);
  return (order ?? places).map(place => start + place);
}

/** The text of some boxes as it is shown. */
export function shownText(
  boxes: readonly Box[],
  places: readonly number[],
  textOrder: TextOrder
): string {
  return places
    .map(place => {
      const { text, reading } = boxes[place];
      return textOrder === 'logical' ? (reading ?? text) : text;
    })
    .join('');
}

/** The unit that a box is in, or the nearest before it; -1 where there is none. */
export function unitAt(units: readonly Unit[], box: number): number {
  let low = -1;
  for (let high = units.length; high - low > 1;) {
    const middle = (low + high) >> 1;
    if (units[middle].start <= box) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low < 0 && units.length ? 0 : low;
}

/** The smallest unit under a point, with some tolerance, or -1. */
export function hit(
  units: readonly Unit[],
  at: Point,
  tolerance: number
): number {
  let found = -1;
  let least = Infinity;
  units.forEach((unit, index) => {
    const away = Math.hypot(
      Math.max(unit.left - at.x, at.x - unit.right, 0),
      Math.max(unit.top - at.y, at.y - unit.bottom, 0)
    );
    const size = (unit.right - unit.left) * (unit.bottom - unit.top);
    const cost = 1e12 * away + size;
    if (away <= tolerance && cost < least) {
      found = index;
      least = cost;
    }
  });
  return found;
}

/** The unit a step away: along the text, or in the line above or below, nearest by its middle. */
export function neighbour(
  units: readonly Unit[],
  from: number,
  step: 'left' | 'right' | 'up' | 'down' | 'first' | 'last'
): number {
  const last = units.length - 1;
  if (last < 0) {
    return -1;
  }
  const unit = units[Math.max(from, 0)];
  switch (step) {
    case 'left':
      return Math.max(from - 1, 0);
    case 'right':
      return Math.min(from + 1, last);
    case 'first':
      return units.findIndex(other => other.line === unit.line);
    case 'last':
      return (
        from +
        units.slice(from).filter(other => other.line === unit.line).length -
        1
      );
  }
  const others = units
    .map((other, index) => ({ line: other.line, index, middle: centre(other) }))
    .filter(other =>
      step === 'up' ? other.line < unit.line : other.line > unit.line
    );
  const lines = others.map(other => other.line);
  const line = step === 'up' ? Math.max(...lines) : Math.min(...lines);
  let found = from;
  let least = Infinity;
  for (const other of others) {
    const away = Math.abs(other.middle - centre(unit));
    if (other.line === line && away < least) {
      found = other.index;
      least = away;
    }
  }
  return found;
}

function centre(rect: Rect): number {
  return (rect.left + rect.right) / 2;
}

/** The edge or corner of a rectangle that is near a point; both empty inside, null outside. */
export function handleAt(
  rect: Rect,
  at: Point,
  tolerance: number
): Handle | null {
  const reach = (low: number, high: number): number =>
    Math.min(tolerance, Math.max((high - low) / 4, tolerance / 2));
  const across = reach(rect.left, rect.right);
  const down = reach(rect.top, rect.bottom);
  const outside =
    at.x < rect.left - tolerance ||
    at.x > rect.right + tolerance ||
    at.y < rect.top - tolerance ||
    at.y > rect.bottom + tolerance;
  if (outside) {
    return null;
  }
  const x =
    at.x > rect.right - across
      ? 'right'
      : at.x < rect.left + across
        ? 'left'
        : '';
  const y =
    at.y > rect.bottom - down ? 'bottom' : at.y < rect.top + down ? 'top' : '';
  return { x, y };
}

/** A rectangle whose edge, corner or whole was moved; within the page, and never without area. */
export function moved(
  rect: Rect,
  handle: Handle,
  dx: number,
  dy: number,
  page: Size
): Rect {
  const [left, right] = shifted(
    rect.left,
    rect.right,
    handle.x === 'left' ? -1 : handle.x === 'right' ? 1 : 0,
    handle.x || !handle.y ? Math.round(dx) : 0,
    page.width
  );
  const [top, bottom] = shifted(
    rect.top,
    rect.bottom,
    handle.y === 'top' ? -1 : handle.y === 'bottom' ? 1 : 0,
    handle.y || !handle.x ? Math.round(dy) : 0,
    page.height
  );
  return { left, top, right, bottom };
}

function shifted(
  low: number,
  high: number,
  end: -1 | 0 | 1,
  by: number,
  whole: number
): [number, number] {
  if (end < 0) {
    return [Math.min(Math.max(low + by, 0), high - 1), high];
  }
  if (end > 0) {
    return [low, Math.max(Math.min(high + by, whole), low + 1)];
  }
  const shift = Math.max(Math.min(by, whole - high), -low);
  return [low + shift, high + shift];
}

/** Where a new box would stand: behind one, as large, or in the middle of what is seen. */
export function newRect(beside: Rect | null, seen: Rect, page: Size): Rect {
  if (beside) {
    const width = Math.max(beside.right - beside.left, 1);
    const left = Math.max(Math.min(beside.right, page.width - width), 0);
    return { ...area(beside), left, right: Math.min(left + width, page.width) };
  }
  const inside = {
    left: Math.max(seen.left, 0),
    top: Math.max(seen.top, 0),
    right: Math.min(seen.right, page.width),
    bottom: Math.min(seen.bottom, page.height)
  };
  const width = inside.right - inside.left;
  const height = Math.min((inside.bottom - inside.top) / 2, width / 12);
  const middle = (inside.top + inside.bottom) / 2;
  return {
    left: Math.round(inside.left + width / 8),
    top: Math.round(middle - height / 2),
    right: Math.round(inside.right - width / 8),
    bottom: Math.max(
      Math.round(middle + height / 2),
      Math.round(middle - height / 2) + 1
    )
  };
}

/** `U+0041` and so on. */
export function codePoints(text: string): string {
  return Array.from(
    text,
    char =>
      `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  ).join(' ');
}
