/**
 * What a viewer of boxes and the side that has the files say to each other.
 */

import type { BoxRow, Level, Orders, TextOrder } from './boxes_model';
import type { Size } from './zoom';

/** What changed and what can be done. */
export interface StateMessage {
  readonly changed: boolean;
  readonly undo: boolean;
  readonly redo: boolean;
  readonly file: string;
  readonly note?: string;
  readonly error?: string;
}

/** A page. */
export interface PageMessage extends StateMessage, Size {
  readonly page: number;
  readonly pages: number;
  readonly title: string;
  readonly boxes: readonly BoxRow[];
  readonly orders: Orders;
}

/** Boxes that took the place of others; orders come where texts have changed. */
export interface SpliceMessage extends StateMessage {
  readonly page: number;
  readonly start: number;
  readonly removed: number;
  readonly boxes: readonly BoxRow[];
  readonly orders?: Orders;
}

/** What is asked of the other side. */
export type Request =
  | { kind: 'open' | 'undo' | 'redo' | 'save' }
  | { kind: 'tiles'; page: number; tiles: ReadonlyArray<readonly number[]> }
  | {
      kind: 'edit';
      op: 'text' | 'place' | 'split' | 'merge' | 'insert' | 'delete';
      page: number;
      start: number;
      stop: number;
      level: Level;
      text?: string;
      order?: TextOrder;
      rect?: readonly number[];
      word?: boolean;
    };

/** The side that has the files; it answers edits by `splice` or `setState`, in order. */
export interface BoxesHost {
  send(request: Request): void;
  setPage(page: number): void;
  setLevel(level: Level): void;
  setTextOrder(order: TextOrder): void;
  setSelection(start: number, stop: number): void;
}
