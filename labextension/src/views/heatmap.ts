/**
 * Matrices as pictures: a pixel per cell, transparent where there is nothing, so that any ground fits.
 */

/** Red, green, blue; 0 to 255. */
export type Colour = readonly [number, number, number];

/** What is drawn on light and on dark ground; Okabe and Ito's colours. */
export interface IPalette {
  readonly rows: readonly Colour[];
  readonly none: Colour;
  readonly more: Colour;
  readonly less: Colour;
  readonly substituted: Colour;
  readonly inserted: Colour;
  readonly deleted: Colour;
  readonly dictionary: Colour;
}

const BLUE: Colour = [0, 114, 178];
const SKY: Colour = [86, 180, 233];
const ORANGE: Colour = [230, 159, 0];
const GREEN: Colour = [0, 158, 115];
const VERMILLION: Colour = [213, 94, 0];
const PINK: Colour = [204, 121, 167];

export const LIGHT: IPalette = {
  rows: [BLUE, VERMILLION, GREEN, PINK, SKY, ORANGE],
  none: [153, 153, 153],
  more: BLUE,
  less: VERMILLION,
  substituted: ORANGE,
  inserted: GREEN,
  deleted: VERMILLION,
  dictionary: [148, 68, 117]
};

export const DARK: IPalette = {
  rows: [SKY, [255, 138, 61], [46, 196, 153], PINK, [240, 228, 66], ORANGE],
  none: [153, 153, 153],
  more: SKY,
  less: [255, 138, 61],
  substituted: ORANGE,
  inserted: [46, 196, 153],
  deleted: [255, 138, 61],
  dictionary: PINK
};

/** A colour for style sheets and canvases. */
export function css([red, green, blue]: Colour, alpha = 1): string {
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

/** How strong a value between 0 and 1 is drawn: the eye is to find the weak ones, too. */
export function strength(value: number): number {
  return Math.round(255 * Math.pow(Math.min(Math.max(value, 0), 1), 0.6));
}

/** A picture of values from 0 to 1, each row in its own colour: bytes for `ImageData`. */
export function shades(
  values: ArrayLike<number>,
  columns: number,
  colourOf: (row: number) => Colour
): Uint8ClampedArray {
  return painted(values, columns, (value, row) => [
    colourOf(row),
    strength(value)
  ]);
}

/** A picture of values from -1 to 1 in two colours: bytes for `ImageData`. */
export function signs(
  values: ArrayLike<number>,
  columns: number,
  more: Colour,
  less: Colour
): Uint8ClampedArray {
  return painted(values, columns, value => [
    value >= 0 ? more : less,
    strength(Math.abs(value))
  ]);
}

function painted(
  values: ArrayLike<number>,
  columns: number,
  paint: (value: number, row: number) => [Colour, number]
): Uint8ClampedArray {
  const bytes = new Uint8ClampedArray(4 * values.length);
  for (let index = 0; index < values.length; index++) {
    const [colour, alpha] = paint(values[index], Math.floor(index / columns));
    bytes.set(colour, 4 * index);
    bytes[4 * index + 3] = alpha;
  }
  return bytes;
}

/** Fewer rows: each holds, per column, the value of largest magnitude of those that it stands for. */
export function extremes(
  values: Float32Array,
  columns: number,
  rows: number
): Float32Array {
  const before = values.length / columns;
  const found = new Float32Array(rows * columns);
  for (let row = 0; row < before; row++) {
    const to = Math.floor((row * rows) / before) * columns;
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column];
      if (Math.abs(value) > Math.abs(found[to + column])) {
        found[to + column] = value;
      }
    }
  }
  return found;
}

/** Put such a picture on a canvas of its own, a pixel per cell, to be drawn at any size. */
export function onCanvas(
  bytes: Uint8ClampedArray,
  columns: number
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = bytes.length / 4 / columns;
  canvas
    .getContext('2d')
    ?.putImageData(new ImageData(bytes, canvas.width, canvas.height), 0, 0);
  return canvas;
}

/** Whether an element is on dark ground: its text is light then. */
export function isDark(node: Element): boolean {
  const parts = getComputedStyle(node).color.match(/[\d.]+/g) ?? [];
  const [red, green, blue] = parts.map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140;
}
