import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';

import { extremes } from '../views/heatmap';
import {
  clamped,
  histogramWords,
  ILayerMessage,
  placeWords,
  positionAt,
  rowsOn,
  shares,
  shown,
  toLayer,
  valueAt
} from '../views/layers_data';

function numbers(...values: number[]): DataView {
  const bytes = new DataView(new ArrayBuffer(2 * values.length));
  values.forEach((value, at) => bytes.setInt16(2 * at, value, true));
  return bytes;
}

/** Two features of one row and three positions. */
const MESSAGE: ILayerMessage = {
  id: ':4',
  title: 'Lfx2',
  imageWidth: 12,
  imageHeight: 5,
  scale: 4,
  height: 1,
  width: 3,
  features: 2,
  activations: { limit: 2, values: numbers(0, 32767, -32767, 16384, 0, 0) },
  deltas: { limit: 0.01, values: numbers(0, 0, 0, 0, 0, -32767) },
  filters: null,
  histograms: [],
  note: ''
};
const LAYER = toLayer(MESSAGE);

test('numbers are parts of their limit', () => {
  const place = { feature: 0, y: 0, position: 2 };
  equal(valueAt(LAYER, LAYER.activations, place), -2);
  deepEqual([...shares(LAYER.activations)].slice(0, 3), [0, 1, -1]);
});

test('figures of a place', () => {
  equal(
    placeWords(LAYER, { feature: 0, y: 0, position: 1 }),
    'feature 0: 2 at x = 6, position 1; error 0'
  );
  equal(
    placeWords(LAYER, { feature: 1, y: 0, position: 2 }),
    'feature 1: 0 at x = 10, position 2; error −0.01'
  );
  const alone = toLayer({ ...MESSAGE, deltas: null, height: 1 });
  equal(
    placeWords(alone, { feature: 0, y: 0, position: 0 }),
    'feature 0: 0 at x = 2, position 0'
  );
});

test('places stay within the layer', () => {
  deepEqual(clamped(LAYER, { feature: 7, y: -1, position: 9 }), {
    feature: 1,
    y: 0,
    position: 2
  });
  equal(rowsOn(LAYER, { feature: 0, y: 0, position: 1 }, 1).feature, 1);
  equal(rowsOn(LAYER, { feature: 0, y: 0, position: 1 }, -5).feature, 0);
  equal(positionAt(LAYER, 11.9), 2);
  equal(positionAt(LAYER, 400), 2);
});

test('numbers as a person reads them', () => {
  deepEqual([0, -0.5, 12.3456, 0.00002, 1234567].map(shown), [
    '0',
    '−0.5',
    '12.3',
    '2.0e-5',
    '1.2e+6'
  ]);
  const histogram = { name: 'weights', limit: 1.5, counts: [250, 1000, 750] };
  equal(
    histogramWords(histogram),
    'weights: 2\u202f000 numbers, −1.5 to 1.5; 50 % around 0'
  );
});

test('what is small does not get lost among zeros', () => {
  const values = Float32Array.from([0, 0, 0.1, 0, 0, -0.4, 0, 0.2]);
  deepEqual([...extremes(values, 2, 2)].map(shown), ['0.1', '0', '0', '−0.4']);
});
