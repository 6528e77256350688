import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Drafts, ITruth } from '../views/truth_drafts';

function truth(path: string, text: string, stamp = '1'): ITruth {
  return { path, name: path, text, stamp, problem: '' };
}

test('what is typed is a draft until it is as on disk again', () => {
  const drafts = new Drafts();
  const one = truth('a.gt.txt', 'one');
  drafts.type(one, 'ones');
  assert.deepEqual([drafts.count, drafts.has('a.gt.txt')], [1, true]);
  assert.equal(drafts.textOf(one), 'ones');
  drafts.type(one, 'one');
  assert.deepEqual([drafts.count, drafts.textOf(one)], [0, 'one']);
});

test('a draft remembers the file that it was begun from', () => {
  const drafts = new Drafts();
  drafts.type(truth('a.gt.txt', 'one'), 'ones');
  drafts.type(truth('a.gt.txt', 'changed elsewhere', '2'), 'onest');
  drafts.type(truth('b.gt.txt', 'two'), 'too');
  assert.deepEqual(
    drafts.all().map(({ truth, text }) => [truth.stamp, truth.text, text]),
    [
      ['1', 'one', 'onest'],
      ['1', 'two', 'too']
    ]
  );
  drafts.drop('a.gt.txt');
  assert.deepEqual([drafts.has('a.gt.txt'), drafts.count], [false, 1]);
});

test('what is typed while a file is written is not lost', () => {
  const drafts = new Drafts();
  drafts.type(truth('a.gt.txt', 'one'), 'ones');
  drafts.saved(truth('a.gt.txt', 'ones', '2'));
  assert.equal(drafts.count, 0);
  drafts.type(truth('a.gt.txt', 'ones', '2'), 'once');
  drafts.type(truth('a.gt.txt', 'ones', '2'), 'once upon');
  drafts.saved(truth('a.gt.txt', 'once', '3'));
  assert.deepEqual(
    drafts.all().map(({ truth, text }) => [truth.stamp, text]),
    [['3', 'once upon']]
  );
});
