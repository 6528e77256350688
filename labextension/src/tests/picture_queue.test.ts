import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PictureQueue } from '../views/picture_queue';

interface ITrial {
  readonly queue: PictureQueue;
  readonly asked: number[];
  readonly ready: number[];
  readonly forgotten: string[];
  readonly answer: (row: number, fails?: boolean) => Promise<void>;
}

function trial(most = 300): ITrial {
  const asked: number[] = [];
  const ready: number[] = [];
  const forgotten: string[] = [];
  const waiting = new Map<number, [(url: string) => void, () => void]>();
  const queue = new PictureQueue({
    load: row => {
      asked.push(row);
      return new Promise((resolve, reject) =>
        waiting.set(row, [resolve, () => reject(new Error('none'))])
      );
    },
    onReady: row => ready.push(row),
    forget: url => forgotten.push(url),
    atOnce: 2,
    most
  });
  const answer = async (row: number, fails = false): Promise<void> => {
    const [resolve, reject] = waiting.get(row)!;
    if (fails) {
      reject();
    } else {
      resolve(`url${row}`);
    }
    await new Promise(done => setTimeout(done));
  };
  return { queue, asked, ready, forgotten, answer };
}

test('a few pictures are loaded at a time, each once', async () => {
  const { queue, asked, ready, answer } = trial();
  queue.want([0, 1, 2]);
  queue.want([0, 1, 2]);
  assert.deepEqual(asked, [0, 1]);
  await answer(1);
  await answer(0, true);
  assert.deepEqual(asked, [0, 1, 2]);
  assert.deepEqual(ready, [1, 0]);
  assert.deepEqual(
    [queue.get(0), queue.get(1), queue.get(2)],
    [null, 'url1', undefined]
  );
});

test('what is out of sight is not waited for', async () => {
  const { queue, asked, ready, forgotten, answer } = trial();
  queue.want([0, 1, 2]);
  queue.want([7, 8]);
  assert.deepEqual(asked, [0, 1, 7, 8]);
  await answer(0);
  assert.deepEqual([ready, forgotten], [[], ['url0']]);
  assert.equal(queue.get(0), undefined);
  await answer(7);
  assert.deepEqual(ready, [7]);
});

test('the oldest pictures out of sight are let go, and all at the end', async () => {
  const { queue, forgotten, answer } = trial(2);
  queue.want([0]);
  await answer(0);
  queue.want([1, 2]);
  await answer(1);
  await answer(2);
  assert.deepEqual(forgotten, ['url0']);
  queue.clear();
  assert.deepEqual(forgotten, ['url0', 'url1', 'url2']);
});
