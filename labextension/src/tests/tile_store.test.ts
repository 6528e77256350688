import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TileStore } from '../views/tile_store';
import type { Tile } from '../views/zoom';

function tiles(count: number, row = 0): Tile[] {
  return Array.from({ length: count }, (_, column) => ({
    level: 0,
    column,
    row
  }));
}

/** What of a picture matters here. */
function picture(closed: number[] = []): ImageBitmap {
  return { width: 1, height: 1, close: () => closed.push(1) } as ImageBitmap;
}

test('a few are asked for at a time, the others when those are there', () => {
  const asked: Tile[][] = [];
  const store = new TileStore(some => asked.push([...some]));
  store.want('page', tiles(20));
  store.want('page', tiles(20));
  assert.deepEqual(asked, [tiles(8)]);
  store.put(asked[0][0], picture());
  assert.deepEqual(asked[1], [tiles(20)[8]]);
  assert.ok(store.get(tiles(1)[0]));
});

test('what two want is asked for once', () => {
  const asked: Tile[][] = [];
  const store = new TileStore(some => asked.push([...some]));
  store.want('page', tiles(3));
  store.want('lens', tiles(4));
  assert.deepEqual(asked.flat(), tiles(4));
});

test('what there is not is not asked for again', () => {
  const asked: Tile[][] = [];
  const store = new TileStore(some => asked.push([...some]));
  store.want('page', tiles(1));
  store.put(tiles(1)[0], null);
  store.want('page', tiles(1));
  assert.equal(asked.length, 1);
  store.clear();
  store.want('page', tiles(1));
  assert.equal(asked.length, 2);
});

test('what is not seen any more is forgotten, the oldest first', () => {
  const store = new TileStore(() => undefined);
  const closed: number[] = [];
  const seen = tiles(5, 1);
  store.want('page', seen);
  for (const tile of [...seen, ...tiles(100)]) {
    store.put(tile, picture(closed));
  }
  const kept = tiles(100).filter(tile => store.get(tile));
  assert.ok(seen.every(tile => store.get(tile)));
  assert.equal(closed.length, 105 - kept.length - seen.length);
  assert.ok(kept.length < 50);
  assert.equal(kept[kept.length - 1].column, 99);
});
