/**
 * The boxes of the page that is shown, as units of a level, and which of these are selected. Pure.
 */
import type { SpliceMessage } from './boxes_messages';
import {
  around,
  shownOrder,
  shownText,
  toBox,
  unitAt,
  unitsOf
} from './boxes_model';
import type {
  Box,
  BoxRow,
  Level,
  Orders,
  TextOrder,
  Unit
} from './boxes_model';
import type { Rect } from './zoom';

export class PageBoxes {
  boxes: readonly Box[] = [];
  units: readonly Unit[] = [];
  orders: Orders = {};
  level: Level = 'characters';
  textOrder: TextOrder = 'logical';
  /** Where a selection began, and where it ends, which may be before it. */
  first = 0;
  last = 0;

  /** Take the boxes of a page. */
  set(rows: readonly BoxRow[], orders: Orders): void {
    this.boxes = rows.map(toBox);
    this.orders = orders;
    this.units = unitsOf(this.boxes, this.level);
  }

  /** Take other units. */
  setLevel(level: Level): void {
    this.level = level;
    this.units = unitsOf(this.boxes, level);
  }

  /** Put boxes in the place of others; whether only their places differ. */
  splice({ start, removed, boxes, orders }: SpliceMessage): boolean {
    const added = boxes.map(toBox);
    const stop = start + removed;
    const old = this.boxes.slice(start, stop);
    const made = this.boxes.slice(0, start).concat(added);
    this.boxes = made.concat(this.boxes.slice(stop));
    this.orders = orders ?? this.orders;
    const isSame =
      old.length === added.length &&
      old.every(
        ({ text, isWord }, k) =>
          text === added[k].text && isWord === added[k].isWord
      );
    this.units = isSame
      ? placedAnew(this.units, this.boxes, start, stop)
      : unitsOf(this.boxes, this.level);
    return isSame;
  }

  /** Select units from `first` to `last` (or the other way round, where a selection grows to the left). */
  select(first: number, last: number): void {
    const most = this.units.length - 1;
    this.first = Math.max(Math.min(first, most), 0);
    this.last = Math.max(Math.min(last, most), 0);
  }

  /** The selected units: first and last. */
  get span(): [number, number] {
    return [Math.min(this.first, this.last), Math.max(this.first, this.last)];
  }

  /** The selected boxes: first, and one behind the last. */
  get range(): [number, number] {
    const [low, high] = this.span;
    return [this.units[low]?.start ?? 0, this.units[high]?.stop ?? 0];
  }

  /** The rectangle around the selected boxes. */
  get selection(): Rect | null {
    return around(this.boxes.slice(...this.range));
  }

  /** The next unit with a text, which spaces and ends of lines are not; null where there is none. */
  nextText(by: 1 | -1): number | null {
    let unit = this.first + by;
    while (
      this.units[unit] &&
      (this.units[unit].isEnd ||
        this.boxes[this.units[unit].start].text === ' ')
    ) {
      unit += by;
    }
    return this.units[unit] ? unit : null;
  }

  /** The text of a unit as it is shown. */
  textOf(unit: Unit): string {
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

  /** Whether there is any text that is not read as it stands. */
  get turns(): boolean {
    const turned = this.boxes.some(box => box.reading !== undefined);
    return turned || Object.keys(this.orders).length > 0;
  }
}

/** Units of which some boxes have moved. */
function placedAnew(
  units: readonly Unit[],
  boxes: readonly Box[],
  start: number,
  stop: number
): Unit[] {
  const placed = units.slice();
  for (
    let k = Math.max(unitAt(units, start), 0);
    k < placed.length && placed[k].start < stop;
    k++
  ) {
    const unit = placed[k];
    placed[k] = { ...unit, ...around(boxes.slice(unit.start, unit.stop)) };
  }
  return placed;
}
