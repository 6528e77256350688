import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';

import { grown } from '../views/run_points';
import { percent } from '../views/figures';
import {
  IRun,
  ago,
  done,
  duration,
  left,
  speed,
  summary
} from '../views/run_words';

const RUN: IRun = {
  path: 'a/b',
  name: 'b',
  run: '1',
  state: 'running',
  over: false,
  iteration: 1240,
  max_iterations: 3600,
  fraction: 0.34,
  rate: 31.2,
  eta: 75.6,
  bcer: 0.534,
  best_bcer: 0.51,
  held_out: null,
  reason: '',
  updated: 0,
  place: '',
  kernel: null,
  notebook: '',
  can_go_on: false
};

test('a curve grows, and stays short', () => {
  deepEqual(grown([], []), []);
  deepEqual(grown([[1, 9]], [[2, 8]]), [
    [1, 9],
    [2, 8]
  ]);
  const many = Array.from({ length: 1001 }, (_, at) => [at, 1] as const);
  const short = grown(many.slice(0, 500), many.slice(500), 100);
  equal(short.length <= 100, true);
  deepEqual(short[0], [0, 1]);
  deepEqual(short[short.length - 1], [1000, 1]);
});

test('a run that went back draws that part anew', () => {
  const before = [[10, 9] as const, [20, 8] as const, [30, 9] as const];
  deepEqual(
    grown(before, [
      [20, 7],
      [25, 6]
    ]),
    [
      [10, 9],
      [20, 7],
      [25, 6]
    ]
  );
  deepEqual(
    grown(
      [],
      [
        [10, 9],
        [30, 8],
        [20, 7]
      ]
    ),
    [
      [10, 9],
      [20, 7]
    ]
  );
  deepEqual(
    grown(before, [
      [40, 5],
      [5, 4]
    ]),
    [[5, 4]]
  );
});

test('a run in words', () => {
  equal(
    summary(RUN),
    'running · 1\u202f240 / 3\u202f600 · 0.53\u202f% · 1 min 16 s left'
  );
  equal(done(RUN), '34\u202f%');
  equal(done({ ...RUN, fraction: null }), '1\u202f240');
  equal(speed(RUN), '31/s');
  equal(speed({ ...RUN, rate: 3.14 }), '3.1/s');
  equal(speed({ ...RUN, over: true }), '');
  equal(left({ ...RUN, state: 'paused' }), '');
  equal(
    summary({
      ...RUN,
      state: 'paused',
      max_iterations: 0,
      eta: null,
      bcer: null
    }),
    'paused · 1\u202f240 · –'
  );
});

test('figures as a person says them', () => {
  equal(percent(12.345), '12.3\u202f%');
  equal(percent(0), '0.00\u202f%');
  equal(percent(null), '–');
  equal(duration(0.2), '1 s');
  equal(duration(59.6), '1 min 00 s');
  equal(duration(3 * 3600 + 5 * 60), '3 h 05 min');
  equal(ago(-3), 'just now');
  equal(ago(119), '1 min ago');
  equal(ago(47 * 3600), '47 h ago');
  equal(ago(72 * 3600), '3 days ago');
});
