import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';

import { errorAxis, iterationTicks } from '../views/axes';

test('the axis of errors ends at ticks around them', () => {
  deepEqual(errorAxis([93.2, 12.5]), {
    low: 10,
    high: 100,
    ticks: [100, 50, 20, 10]
  });
  deepEqual(errorAxis([0, 0.4]).ticks, [0.5, 0.2, 0.1, 0.05, 0.02, 0.01]);
  const single = errorAxis([5]);
  equal(single.low < 5 || single.high > 5, true);
  equal(single.high > single.low, true);
});

test('iterations have few round ticks', () => {
  deepEqual(iterationTicks(3600), [0, 1000, 2000, 3000]);
  deepEqual(iterationTicks(110), [0, 20, 40, 60, 80, 100]);
  for (const last of [1, 7, 99, 100, 1234, 99999]) {
    const count = iterationTicks(last).length;
    equal(count >= 2 && count <= 8, true);
  }
});
