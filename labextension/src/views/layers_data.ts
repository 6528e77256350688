/**
 * What a layer makes of a line: the data that is drawn, and its words.
 */

import { trans } from './trans';

/** A layer in the list. */
export interface ILayer {
  readonly id: string;
  readonly name: string;
  readonly spec: string;
  readonly type: string;
  readonly level: number;
  readonly shape: readonly [number, number, number];
  readonly weights: number;
}

/** Counts of numbers in bins of equal width from -limit to limit. */
export interface IHistogram {
  readonly name: string;
  readonly limit: number;
  readonly counts: readonly number[];
}

/** Numbers of a layer: features one below the other, each `height` rows of `width` positions. */
export interface IField {
  readonly limit: number;
  readonly values: Int16Array;
}

/** A window of weights for each feature. */
export interface IFilters {
  readonly height: number;
  readonly width: number;
  readonly limit: number;
  readonly weights: Int16Array;
  readonly bias: readonly number[];
}

/** The layer that is shown, of a line. */
export interface ILayerShown {
  readonly id: string;
  readonly title: string;
  readonly imageWidth: number;
  readonly imageHeight: number;
  readonly scale: number;
  readonly height: number;
  readonly width: number;
  readonly features: number;
  readonly activations: IField;
  readonly deltas: IField | null;
  readonly filters: IFilters | null;
  readonly histograms: readonly IHistogram[];
  readonly note: string;
}

/** As they come over the wire: parts of the limit, in units of 1/32767. */
export interface IFieldMessage {
  limit: number;
  values: DataView;
}

export interface ILayerMessage extends Omit<
  ILayerShown,
  'activations' | 'deltas' | 'filters'
> {
  activations: IFieldMessage;
  deltas: IFieldMessage | null;
  filters:
    | (Omit<IFilters, 'weights'> & {
        weights: DataView;
      })
    | null;
}

/** What is shown of a layer. */
export type LayerShow = 'both' | 'activations' | 'deltas';

/** What is shown, in a word. */
export function showWord(show: LayerShow): string {
  switch (show) {
    case 'both':
      return trans.__('both');
    case 'activations':
      return trans.__('activations');
    case 'deltas':
      return trans.__('deltas');
  }
}

const WHOLE = 32767;

/** Unpack what came. */
export function toLayer(message: ILayerMessage): ILayerShown {
  const { activations, deltas, filters } = message;
  return {
    ...message,
    activations: toField(activations),
    deltas: deltas && toField(deltas),
    filters: filters && { ...filters, weights: numbers(filters.weights) }
  };
}

function toField({ limit, values }: IFieldMessage): IField {
  return { limit, values: numbers(values) };
}

function numbers(bytes: DataView): Int16Array {
  const values = new Int16Array(bytes.byteLength / 2);
  for (let index = 0; index < values.length; index++) {
    values[index] = bytes.getInt16(2 * index, true);
  }
  return values;
}

/** A field as shares of its limit, from -1 to 1. */
export function shares(field: IField): Float32Array {
  return Float32Array.from(field.values, value => value / WHOLE);
}

/** The value of a field at a place. */
export function valueAt(
  layer: ILayerShown,
  field: IField,
  place: IPlace
): number {
  const row = place.feature * layer.height + place.y;
  return (
    (field.values[row * layer.width + place.position] / WHOLE) * field.limit
  );
}

/** A number of a layer: which feature, which row and position. */
export interface IPlace {
  readonly feature: number;
  readonly y: number;
  readonly position: number;
}

/** The nearest place that there is. */
export function clamped(layer: ILayerShown, place: IPlace): IPlace {
  const within = (value: number, count: number): number =>
    Math.min(Math.max(value, 0), count - 1);
  return {
    feature: within(place.feature, layer.features),
    y: within(place.y, layer.height),
    position: within(place.position, layer.width)
  };
}

/** Another place by rows: beyond a feature's last row comes the next feature. */
export function rowsOn(
  layer: ILayerShown,
  place: IPlace,
  rows: number
): IPlace {
  const count = layer.features * layer.height;
  const at = place.feature * layer.height + place.y + rows;
  const row = Math.min(Math.max(at, 0), count - 1);
  const feature = Math.floor(row / layer.height);
  return { ...place, feature, y: row - feature * layer.height };
}

/** The position at a place of the line image. */
export function positionAt(layer: ILayerShown, x: number): number {
  const position = Math.floor(x / layer.scale);
  return Math.min(Math.max(position, 0), layer.width - 1);
}

/** The middle of a position in pixels of the line image. */
export function middleOf(layer: ILayerShown, position: number): number {
  return (position + 0.5) * layer.scale;
}

/** A number in as many digits as it deserves, with a proper sign. */
export function shown(value: number): string {
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 0.001 || size >= 10000)
      ? size.toExponential(1)
      : String(Number(size.toPrecision(3)));
  return value < 0 ? `\u2212${text}` : text;
}

/** The figures at a place: "feature 12: 0.52 at x = 412, position 137; error −0.01". */
export function placeWords(layer: ILayerShown, place: IPlace): string {
  const x = Math.round(middleOf(layer, place.position));
  const value = shown(valueAt(layer, layer.activations, place));
  const words =
    layer.height > 1
      ? trans.__(
          'feature %1, row %2: %3 at x = %4, position %5',
          place.feature,
          place.y,
          value,
          x,
          place.position
        )
      : trans.__(
          'feature %1: %2 at x = %3, position %4',
          place.feature,
          value,
          x,
          place.position
        );
  return layer.deltas
    ? trans.__(
        '%1; error %2',
        words,
        shown(valueAt(layer, layer.deltas, place))
      )
    : words;
}

/** What a histogram shows, in a sentence. */
export function histogramWords({ name, limit, counts }: IHistogram): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const middle = counts[(counts.length - 1) / 2] / Math.max(total, 1);
  const share = Math.round(100 * middle);
  const count = String(total).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return trans.__(
    '%1: %2 numbers, %3 to %4; %5 % around 0',
    name,
    count,
    shown(-limit),
    shown(limit),
    share
  );
}
