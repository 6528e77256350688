/**
 * What a network said of a line, step by step, and what it means: the data that is drawn, and its words.
 */

import { trans } from './trans';

/** One code of a character, held for some steps; `row` is -1 where none is drawn. */
export interface IPart {
  readonly row: number;
  readonly begin: number;
  readonly end: number;
  readonly peak: number;
  readonly probability: number;
}

export type Mark = '' | 'substituted' | 'inserted' | 'deleted';

/** A character at its place; `instead` is what it was without dictionaries, null for the same. */
export interface ISymbol {
  readonly text: string;
  readonly instead: string | null;
  readonly mark: Mark;
  readonly parts: readonly IPart[];
}

export type PathName = 'truth' | 'greedy' | 'beam';

/** A path in a word. */
export function pathWord(path: PathName): string {
  switch (path) {
    case 'truth':
      return trans.__('truth');
    case 'greedy':
      return trans.__('greedy');
    case 'beam':
      return trans.__('beam');
  }
}

/** What is shown of the probabilities. */
export type Show = 'outputs' | 'targets' | 'difference';

/** A row of the heat map; the last one is the null's. */
export interface IRow {
  readonly name: string;
  readonly expected: boolean;
}

export interface ICTCLine {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly steps: number;
  readonly inverted: boolean;
  readonly problem: string;
  readonly rows: readonly IRow[];
  readonly outputs: Float32Array;
  readonly targets: Float32Array | null;
  readonly paths: Readonly<Record<PathName, readonly ISymbol[]>>;
  /** In the order of reading. */
  readonly texts: Readonly<Record<PathName, string>>;
  readonly pairs: ReadonlyArray<readonly [number | null, number | null]>;
  readonly edges: readonly number[];
}

/** As it comes over the wire: probabilities in units of 1/65535. */
export interface ICTCMessage {
  title: string;
  width: number;
  height: number;
  scale: number;
  steps: number;
  inverted: boolean;
  problem: string;
  rows: [string, boolean][];
  outputs: DataView;
  targets: DataView | null;
  paths: Record<
    PathName,
    [string, string | null, Mark, [number, number, number, number, number][]][]
  >;
  texts: Record<PathName, string>;
  pairs: [number | null, number | null][];
  edges: number[];
}

/** Unpack what came. */
export function toLine(message: ICTCMessage): ICTCLine {
  const symbols = (name: PathName): ISymbol[] =>
    message.paths[name].map(([text, instead, mark, parts]) => ({
      text,
      instead,
      mark,
      parts: parts.map(([row, begin, end, peak, probability]) => ({
        row,
        begin,
        end,
        peak,
        probability
      }))
    }));
  return {
    ...message,
    rows: message.rows.map(([name, expected]) => ({ name, expected })),
    outputs: fractions(message.outputs),
    targets: message.targets && fractions(message.targets),
    paths: {
      truth: symbols('truth'),
      greedy: symbols('greedy'),
      beam: symbols('beam')
    }
  };
}

function fractions(bytes: DataView): Float32Array {
  const values = new Float32Array(bytes.byteLength / 2);
  for (let index = 0; index < values.length; index++) {
    values[index] = bytes.getUint16(2 * index, true) / 65535;
  }
  return values;
}

/** The matrix to draw: rows by steps, from 0 to 1, or from -1 to 1 for the difference. */
export function matrix(line: ICTCLine, show: Show): Float32Array {
  const { outputs, targets } = line;
  if (show === 'outputs' || targets === null) {
    return outputs;
  }
  return show === 'targets'
    ? targets
    : targets.map((value, index) => value - outputs[index]);
}

/** The middle of a step in pixels of the image. */
export function xOf(line: ICTCLine, step: number): number {
  return (step + 0.5) * line.scale;
}

/** The step at a place in the image. */
export function stepAt(line: ICTCLine, x: number): number {
  const step = Math.floor(x / line.scale);
  return Math.min(Math.max(step, 0), line.steps - 1);
}

/** The most probable part of a character. */
export function peakOf(symbol: ISymbol): IPart {
  return symbol.parts.reduce((best, part) =>
    part.probability > best.probability ? part : best
  );
}

/** The row that is highest at a step. */
export function highestRow(
  line: ICTCLine,
  values: Float32Array,
  step: number
): number {
  let best = 0;
  for (let row = 1; row < line.rows.length; row++) {
    const value = Math.abs(values[row * line.steps + step]);
    if (value > Math.abs(values[best * line.steps + step])) {
      best = row;
    }
  }
  return best;
}

/** The peaks of a path, by steps. */
export function peaks(symbols: readonly ISymbol[]): number[] {
  return symbols.map(symbol => peakOf(symbol).peak);
}

/** The next peak to the right or to the left of a step. */
export function nextPeak(
  line: ICTCLine,
  step: number,
  direction: 1 | -1
): number {
  const all = peaks(line.paths.beam);
  const found =
    direction > 0
      ? all.find(peak => peak > step)
      : [...all].reverse().find(peak => peak < step);
  return found ?? step;
}

/** A character so that it can be seen. */
export function visible(text: string): string {
  if (text === ' ') {
    return '␣';
  }
  return /^\p{M}/u.test(text) ? `◌${text}` : text;
}

/** The figures of one cell: "± 0.93 at x = 412, step 137". */
export function figures(line: ICTCLine, row: number, step: number): string {
  const at = row * line.steps + step;
  const name =
    row === line.rows.length - 1
      ? trans.__('blank')
      : visible(line.rows[row].name);
  const words = trans.__(
    '%1 %2 at x = %3, step %4',
    name,
    line.outputs[at].toFixed(2),
    Math.round(xOf(line, step)),
    step
  );
  return line.targets === null
    ? words
    : trans.__('%1; wanted %2', words, line.targets[at].toFixed(2));
}

/** What happens at a step, in a sentence. */
export function explain(line: ICTCLine, step: number): string {
  const changed = line.paths.beam.find(
    symbol =>
      symbol.instead !== null &&
      symbol.parts[0].begin <= step &&
      step < symbol.parts[symbol.parts.length - 1].end
  );
  return [meaning(line.paths.greedy, step), changed && dictionary(changed)]
    .filter(Boolean)
    .join(' ');
}

function quoted(text: string): string {
  return text === '\ufffd'
    ? trans.__('an unfinished code')
    : `“${visible(text)}”`;
}

function meaning(path: readonly ISymbol[], step: number): string {
  for (const symbol of path) {
    const place = symbol.parts.findIndex(
      part => part.begin <= step && step < part.end
    );
    if (place < 0) {
      continue;
    }
    const { begin, end } = symbol.parts[place];
    const what =
      symbol.parts.length > 1
        ? trans.__(
            'Code %1 of %2 of %3',
            place + 1,
            symbol.parts.length,
            quoted(symbol.text)
          )
        : quoted(symbol.text);
    return end - begin > 1
      ? trans.__(
          '%1 wins %2 steps in a row (%3 to %4): read once.',
          what,
          end - begin,
          begin,
          end - 1
        )
      : trans.__('%1 wins this step.', what);
  }
  const before = path.filter(symbol => last(symbol).end <= step).pop();
  const after = path.find(symbol => symbol.parts[0].begin > step);
  const around = path.find(
    symbol => symbol.parts[0].begin <= step && step < last(symbol).end
  );
  if (around) {
    return trans.__('Blank between two codes of %1.', quoted(around.text));
  }
  if (!before || !after) {
    return before
      ? trans.__('Blank behind the last character: nothing is read.')
      : after
        ? trans.__('Blank before the first character: nothing is read.')
        : trans.__('Blank: nothing is read in this line.');
  }
  return before.text === after.text
    ? trans.__(
        'Blank: it keeps two %1 apart; without it they would be one.',
        quoted(before.text)
      )
    : trans.__(
        'Blank between %1 and %2: nothing is read.',
        quoted(before.text),
        quoted(after.text)
      );
}

function last(symbol: ISymbol): IPart {
  return symbol.parts[symbol.parts.length - 1];
}

/** What the dictionary did to a character. */
export function dictionary(symbol: ISymbol): string {
  return symbol.instead
    ? trans.__('The dictionary made “%1” of “%2”.', symbol.text, symbol.instead)
    : trans.__('The dictionary added “%1”.', symbol.text);
}

/** A row of the table beside the picture. */
export interface ITableRow {
  readonly truth: string;
  readonly read: string;
  readonly steps: string;
  readonly x: string;
  readonly probability: string;
  readonly remark: string;
}

/** The same content as a table: a row per character. */
export function tableRows(line: ICTCLine): ITableRow[] {
  return line.pairs.map(([wanted, found]) => {
    const truth = wanted === null ? null : line.paths.truth[wanted];
    const read = found === null ? null : line.paths.beam[found];
    const place = (read ?? truth) as ISymbol;
    const remarks = [
      read?.mark || truth?.mark || '',
      read && read.instead !== null ? dictionary(read) : ''
    ];
    return {
      truth: truth ? visible(truth.text) : '',
      read: read ? visible(read.text) : '',
      steps: `${place.parts[0].begin}–${last(place).end - 1}`,
      x: String(Math.round(xOf(line, peakOf(place).peak))),
      probability: read ? peakOf(read).probability.toFixed(2) : '',
      remark: remarks.filter(Boolean).join('; ')
    };
  });
}
