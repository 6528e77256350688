import { Part } from './differences';

/** A column beside the texts. */
export interface IColumn {
  readonly name: string;
  readonly title: string;
  readonly kind: 'number' | 'choice' | 'text';
  readonly choices: readonly string[];
}

/** How many lines are selected and marked, and whether a step can be taken back. */
export interface ICounts {
  readonly selected: number;
  readonly marked: number;
  readonly undo: boolean;
}

/** A table, of which no row is known yet. */
export interface ITable extends ICounts {
  readonly version: number;
  readonly tables: readonly (readonly [string, number])[];
  readonly show: string;
  readonly columns: readonly IColumn[];
  readonly rows: number;
  readonly query: string;
  readonly search: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly sort: string;
  readonly problem: string;
  readonly pictures: boolean;
  /** Rows are about whole lines, not about places in them. */
  readonly whole: boolean;
  /** What opening a row shows: `line`, another table's name, or nothing. */
  readonly opens: string;
  readonly remedies: readonly (readonly [string, string, number])[];
}

/** A row. */
export interface IRow {
  readonly line: number | null;
  readonly parts: readonly Part[];
  readonly cells: readonly string[];
  readonly mark: string;
  readonly correction: string | null;
  readonly selected: boolean;
}

/** The picture of a row's line. */
export interface IPicture {
  readonly url: string;
  /** In device pixels. */
  readonly width: number;
  /** Where the error is, as parts of the width. */
  readonly mark: readonly [number, number] | null;
  readonly forget: () => void;
}

/** Which rows are wanted, and in which order. */
export interface IArrangement {
  readonly show: string;
  readonly query: string;
  readonly search: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly sort: string;
}
