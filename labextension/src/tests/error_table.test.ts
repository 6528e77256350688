import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';

import { describeDifferences, visible } from '../views/differences';
import { PagedRows } from '../views/paged_rows';

test('pages are asked for once, and only those in sight', () => {
  const asked: number[] = [];
  const rows = new PagedRows<string>(first => asked.push(first), 10);
  rows.reset(95);
  rows.want(8, 22);
  rows.want(9, 23);
  deepEqual(asked, [0, 10, 20]);
  rows.want(90, 200);
  deepEqual(asked, [0, 10, 20, 90]);
  equal(rows.get(90), undefined);
  deepEqual(rows.take(90, ['a', 'b']), [90, 91]);
  equal(rows.get(91), 'b');
  rows.reset(0);
  rows.want(0, 5);
  equal(asked.length, 4);
  equal(rows.get(91), undefined);
});

test('rows stay to be seen while they come anew', () => {
  const asked: number[] = [];
  const rows = new PagedRows<string>(first => asked.push(first), 10);
  rows.reset(20);
  rows.want(0, 5);
  rows.take(0, ['old']);
  rows.refresh();
  equal(rows.get(0), 'old');
  rows.want(0, 5);
  deepEqual(asked, [0, 0]);
});

test('of a hundred thousand rows few are kept', () => {
  const asked: number[] = [];
  const rows = new PagedRows<number>(first => asked.push(first), 10, 4);
  rows.reset(100000);
  for (let row = 0; row < 1000; row += 10) {
    rows.want(row, row + 10);
    rows.take(row, Array(10).fill(row));
  }
  equal(rows.get(0), undefined);
  equal(rows.get(999), 990);
  rows.want(0, 1);
  equal(asked[asked.length - 1], 0);
});

test('differences in words', () => {
  equal(
    describeDifferences([
      ['equal', 'te', 'te'],
      ['replace', 'a', 'n'],
      ['insert', '', ' '],
      ['delete', 'x', '']
    ]),
    '“n” for “a”, inserted “ ”, missing “x”'
  );
  equal(visible('  '), '␣␣');
  equal(visible('a b'), 'a b');
});
