import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';

import { chooseLines, Judged } from '../views/compare';

const LINES: Judged[] = [
  [0, 0, 0, 0],
  [1, 1, 0, 3],
  [2, 2, 9, 0],
  [3, 3, 2, 1],
  [5, 4, 4, 4]
];

function chosen(filter: string, byDifference = false): number[] {
  return chooseLines(LINES, filter, byDifference).map(([line]) => line);
}

test('lines are sifted by who reads them right', () => {
  deepEqual(chosen('all'), [0, 1, 2, 3, 5]);
  deepEqual(chosen('differ'), [1, 2, 3]);
  deepEqual(chosen('a'), [1]);
  deepEqual(chosen('b'), [2]);
  deepEqual(chosen('wrong'), [3, 5]);
  deepEqual(chosen('nothing'), []);
});

test('the largest differences come first', () => {
  deepEqual(chosen('all', true), [2, 1, 3, 0, 5]);
  deepEqual(
    LINES.map(([line]) => line),
    [0, 1, 2, 3, 5]
  );
});
