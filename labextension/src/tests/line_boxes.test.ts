import assert from 'node:assert/strict';
import { test } from 'node:test';

import { placesOf } from '../views/line_boxes';

test('boxes are measured from the lower edge, drawn from the upper one', () => {
  const line = {
    text: 'ab',
    language: '',
    source: '',
    page: 0,
    vertical: false,
    boxes: [
      [0, 0, 50, 40],
      [60, 10, 55, 20]
    ] as const,
    texts: ['a']
  };
  assert.deepEqual(placesOf(line, 100, 40), [
    { left: 0, top: 0, width: 0.5, height: 1, text: 'a' },
    { left: 0.6, top: 0.5, width: 0, height: 0.25, text: '' }
  ]);
});
