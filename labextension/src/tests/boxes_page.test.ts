import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Errands } from '../views/boxes_errands';
import type { SpliceMessage } from '../views/boxes_messages';
import { BoxRow, unitsOf } from '../views/boxes_model';
import { PageBoxes } from '../views/boxes_page';

const ROWS: BoxRow[] = [
  ['a', 0, 0, 10, 20, 0],
  ['b', 12, 0, 20, 20, 0],
  [' ', 20, 0, 25, 20, 0],
  ['c', 25, 2, 40, 20, 0],
  ['\t', 40, 0, 45, 20, 0],
  ['d', 0, 30, 10, 50, 0]
];

function change(
  start: number,
  removed: number,
  boxes: BoxRow[]
): SpliceMessage {
  const state = { changed: true, undo: true, redo: false, file: '' };
  return { page: 0, start, removed, boxes, ...state };
}

test('what only moves gives the units that all boxes anew would give', () => {
  for (const level of ['characters', 'words', 'lines'] as const) {
    const page = new PageBoxes();
    page.set(ROWS, {});
    page.setLevel(level);
    assert.ok(page.splice(change(1, 1, [['b', 11, -3, 22, 24, 0]])));
    assert.ok(
      page.splice(change(3, 3, [['c', 26, 0, 50, 20, 0], ROWS[4], ROWS[5]]))
    );
    assert.deepEqual(page.units, unitsOf(page.boxes, level));
  }
});

test('other texts give other units', () => {
  const page = new PageBoxes();
  page.set(ROWS, {});
  page.setLevel('words');
  assert.equal(page.units.length, 3);
  assert.ok(!page.splice(change(2, 1, [['x', 20, 0, 25, 20, 0]])));
  assert.equal(page.units.length, 2);
  assert.equal(page.textOf(page.units[0]), 'abxc');
  page.select(1, 0);
  assert.deepEqual(page.range, [0, 6]);
  assert.deepEqual(page.selection, { left: 0, top: 0, right: 45, bottom: 50 });
});

test('the next text is no space and no end of a line', () => {
  const page = new PageBoxes();
  page.set(ROWS, {});
  page.select(1, 1);
  assert.equal(page.nextText(1), 3);
  page.select(3, 3);
  assert.equal(page.nextText(1), 5);
  page.select(5, 5);
  assert.equal(page.nextText(1), null);
});

test('questions wait for each other, and are forgotten after a refusal', () => {
  const asked: string[] = [];
  const errands = new Errands(() => undefined, 1000);
  const ask = (name: string) => () => {
    asked.push(name);
    return name !== 'nothing';
  };
  errands.add(ask('one'));
  errands.add(ask('nothing'));
  errands.add(ask('two'));
  assert.deepEqual([asked.join(), errands.waiting], ['one', 2]);
  errands.afterwards(() => asked.push('after'));
  errands.succeed();
  errands.next();
  assert.equal(asked.join(), 'one,after,nothing,two');
  errands.add(ask('three'));
  errands.fail();
  errands.next();
  errands.add(ask('four'));
  assert.equal(asked.join(), 'one,after,nothing,two,four');
  errands.dispose();
});
