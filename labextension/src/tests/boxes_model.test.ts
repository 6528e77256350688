import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  around,
  codePoints,
  handleAt,
  hit,
  moved,
  neighbour,
  newRect,
  shownOrder,
  shownText,
  toBox,
  unitAt,
  unitsOf
} from '../views/boxes_model';
import type { Box } from '../views/boxes_model';

/** Characters 10 pixels wide, lines 20 high; `|` ends a line. */
function page(text: string): Box[] {
  const boxes: Box[] = [];
  text.split('|').forEach((line, row) => {
    const chars =
      row < text.split('|').length - 1 ? [...line, '\t'] : [...line];
    chars.forEach((char, place) => {
      const corner = [
        10 * place,
        20 * row,
        10 * place + 9,
        20 * row + 15
      ] as const;
      boxes.push(toBox([char, ...corner, 0]));
    });
  });
  return boxes;
}

const PAGE = page('one two|three');
const texts = (level: 'characters' | 'words' | 'lines'): string[] =>
  unitsOf(PAGE, level).map(unit =>
    PAGE.slice(unit.start, unit.stop)
      .map(box => box.text)
      .join('')
  );

test('characters, words and lines', () => {
  assert.deepEqual(texts('characters'), [...'one two\tthree']);
  assert.deepEqual(texts('words'), ['one', 'two', 'three']);
  assert.deepEqual(texts('lines'), ['one two', 'three']);
  assert.deepEqual(
    unitsOf(PAGE, 'lines').map(({ line, left, right }) => [line, left, right]),
    [
      [0, 0, 69],
      [1, 0, 49]
    ]
  );
});

test('a word with its text behind it is by itself', () => {
  const rows = [
    toBox(['one', 0, 0, 30, 10, 1]),
    toBox(['two', 40, 0, 70, 10, 1]),
    toBox(['\t', 71, 0, 75, 10, 0]),
    toBox(['a line', 0, 20, 70, 30, 1])
  ];
  for (const level of ['words', 'lines'] as const) {
    assert.deepEqual(
      unitsOf(rows, level).map(unit => [unit.start, unit.line]),
      [
        [0, 0],
        [1, 0],
        [3, 1]
      ]
    );
  }
});

test('empty lines and spaces at their ends make no units', () => {
  const boxes = page(' a  b |||c');
  assert.deepEqual(
    unitsOf(boxes, 'words').map(unit => [boxes[unit.start].text, unit.line]),
    [
      ['a', 0],
      ['b', 0],
      ['c', 1]
    ]
  );
});

test('boxes are found by their place', () => {
  const units = unitsOf(PAGE, 'characters');
  assert.equal(hit(units, { x: 14, y: 5 }, 2), 1);
  assert.equal(hit(units, { x: 9.6, y: 17 }, 3), 1);
  assert.equal(hit(units, { x: 300, y: 5 }, 2), -1);
  const words = unitsOf(PAGE, 'words');
  assert.equal(unitAt(words, 5), 1);
  assert.equal(unitAt(words, 3), 0);
  assert.equal(unitAt([], 3), -1);
});

test('of boxes within each other the smallest is found', () => {
  const boxes = [
    toBox(['line', 0, 0, 100, 20, 1]),
    toBox(['word', 20, 2, 50, 18, 1])
  ];
  const units = unitsOf(boxes, 'words');
  assert.equal(hit(units, { x: 30, y: 10 }, 3), 1);
  assert.equal(hit(units, { x: 70, y: 10 }, 3), 0);
});

test('steps go along the text and to the nearest above and below', () => {
  const units = unitsOf(PAGE, 'characters');
  assert.equal(neighbour(units, 0, 'left'), 0);
  assert.equal(neighbour(units, 2, 'right'), 3);
  assert.equal(neighbour(units, 12, 'right'), 12);
  assert.equal(neighbour(units, 2, 'down'), 10);
  assert.equal(neighbour(units, 6, 'down'), 12);
  assert.equal(neighbour(units, 10, 'up'), 2);
  assert.equal(neighbour(units, 2, 'up'), 2);
  assert.equal(neighbour(units, 10, 'first'), 8);
  assert.equal(neighbour(units, 1, 'last'), 7);
  assert.equal(neighbour([], -1, 'right'), -1);
});

test('edges and corners can be held', () => {
  const rect = { left: 100, top: 100, right: 200, bottom: 150 };
  assert.deepEqual(handleAt(rect, { x: 102, y: 130 }, 5), { x: 'left', y: '' });
  assert.deepEqual(handleAt(rect, { x: 203, y: 148 }, 5), {
    x: 'right',
    y: 'bottom'
  });
  assert.deepEqual(handleAt(rect, { x: 150, y: 125 }, 5), { x: '', y: '' });
  assert.equal(handleAt(rect, { x: 210, y: 125 }, 5), null);
});

test('boxes stay on the page and keep an area', () => {
  const rect = { left: 10, top: 10, right: 20, bottom: 30 };
  const size = { width: 100, height: 100 };
  const all = { x: '', y: '' } as const;
  assert.deepEqual(moved(rect, all, -50, 5, size), {
    left: 0,
    top: 15,
    right: 10,
    bottom: 35
  });
  assert.deepEqual(moved(rect, { x: 'right', y: '' }, -50, 9, size), {
    ...rect,
    right: 11
  });
  assert.deepEqual(moved(rect, { x: 'left', y: 'top' }, 50, -50, size), {
    ...rect,
    left: 19,
    top: 0
  });
  assert.deepEqual(moved(rect, { x: '', y: 'bottom' }, 7, 500, size), {
    ...rect,
    bottom: 100
  });
});

test('a new box stands behind another, or in the middle of what is seen', () => {
  const size = { width: 100, height: 100 };
  const beside = { left: 80, top: 10, right: 95, bottom: 30 };
  assert.deepEqual(newRect(beside, beside, size), {
    left: 85,
    top: 10,
    right: 100,
    bottom: 30
  });
  const seen = { left: -20, top: -20, right: 120, bottom: 120 };
  const rect = newRect(null, seen, size);
  assert.ok(rect.left >= 0 && rect.right <= 100 && rect.left < rect.right);
  assert.ok(rect.top >= 0 && rect.bottom <= 100 && rect.top < rect.bottom);
});

test('text is shown as it is read or as it stands', () => {
  const boxes = page('גבא 12');
  const orders = { '0': [4, 5, 3, 2, 1, 0] };
  const read = shownOrder(0, 6, orders, 'logical');
  assert.equal(shownText(boxes, read, 'logical'), '12 אבג');
  const stands = shownOrder(0, 6, orders, 'visual');
  assert.equal(shownText(boxes, stands, 'visual'), 'גבא 12');
  const word = [toBox(['גבא', 0, 0, 9, 9, 1, 'אבג'])];
  assert.equal(shownText(word, [0], 'logical'), 'אבג');
  assert.equal(shownText(word, [0], 'visual'), 'גבא');
});

test('small things', () => {
  assert.equal(around([]), null);
  assert.equal(codePoints('é𝄞'), 'U+00E9 U+1D11E');
});
