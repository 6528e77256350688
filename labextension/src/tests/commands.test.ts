import assert from 'node:assert/strict';
import { test } from 'node:test';

import { canEvaluate, canTrain } from '../lab/commands';

const file = (path: string) => ({ path, type: 'file' });
const folder = { path: 'scans', type: 'directory' };

test('lines of any kind can be trained with, and nothing else', () => {
  const lines = ['a.lstmf', 'b.GT.TXT', 'c.tif', 'd.png', 'e.xml'].map(file);
  assert.ok(canTrain([...lines, folder]));
  for (const name of ['eng.traineddata', 'notes.txt', 'a.lstmf.bak', 'png']) {
    assert.ok(!canTrain([...lines, file(name)]), name);
  }
  assert.ok(!canTrain([]));
});

test('lines can be evaluated with one model', () => {
  const model = file('eng.traineddata');
  assert.ok(canEvaluate([model]));
  assert.ok(canEvaluate([file('a.lstmf'), model]));
  assert.ok(!canEvaluate([model, file('fra.traineddata')]));
  assert.ok(!canEvaluate([file('notes.txt')]));
  assert.ok(!canEvaluate([]));
});
