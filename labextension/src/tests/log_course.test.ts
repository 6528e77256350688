import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  evaluationCurve,
  ICourse,
  nearest,
  percent,
  summary,
  trainingCurve
} from '../views/log_course';

const COURSE: ICourse = {
  name: 'a.log',
  generation: '5',
  part: 1,
  iterations: [100, 200, 300, 400],
  figures: { bcer: [90, null, 40.25, 4.5], bwer: [100, 99, 80, 20] },
  evaluations: [
    [200, 50, 90],
    [400, 0.055, 30]
  ],
  best: [400, 4.5],
  marks: [],
  skipped: 0
};

test('a curve has a gap where the log has no figure', () => {
  assert.deepEqual(trainingCurve(COURSE, 'characters'), [
    [[100, 90]],
    [
      [300, 40.25],
      [400, 4.5]
    ]
  ]);
  assert.equal(trainingCurve(COURSE, 'words').length, 1);
  assert.deepEqual(evaluationCurve(COURSE, 'words'), [
    [200, 90],
    [400, 30]
  ]);
});

test('the nearest point is found, if there is any', () => {
  const points = trainingCurve(COURSE, 'words')[0];
  assert.equal(nearest(points, 240), 1);
  assert.equal(nearest(points, 1e9), 3);
  assert.equal(nearest([], 5), -1);
});

test('a course is said in words', () => {
  assert.equal(
    summary(COURSE, 'characters'),
    'Character error in training from 90.0 % to 4.50 % at iteration 400; 2 evaluations, the last 0.055 %, the best 0.055 %.'
  );
  assert.deepEqual([99.95, 1.234, 0].map(percent), [
    '100.0 %',
    '1.23 %',
    '0.000 %'
  ]);
});
