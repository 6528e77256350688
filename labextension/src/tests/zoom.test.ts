import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  fitPage,
  fitWidth,
  levelFor,
  pan,
  reveal,
  TILE,
  tileRect,
  toPage,
  toScreen,
  visibleTiles,
  zoomAt
} from '../views/zoom';

const PAGE = { width: 2480, height: 3508 };
const ROOM = { width: 700, height: 500 };

test('a page fits and is centred', () => {
  const zoom = fitPage(PAGE, ROOM);
  const seen = toScreen(zoom, { left: 0, top: 0, right: 2480, bottom: 3508 });
  assert.ok(Math.abs(seen.top - 8) < 1e-6);
  assert.ok(Math.abs(seen.bottom - 492) < 1e-6);
  assert.ok(Math.abs(seen.left + seen.right - 700) < 1e-6);
});

test('its width fits, from the top', () => {
  const seen = toScreen(fitWidth(PAGE, ROOM), {
    left: 0,
    top: 0,
    right: 2480,
    bottom: 1
  });
  assert.ok(Math.abs(seen.left - 8) < 1e-6);
  assert.ok(Math.abs(seen.right - 692) < 1e-6);
  assert.ok(Math.abs(seen.top - 8) < 1e-6);
});

test('what is under the pointer stays there while zooming', () => {
  let zoom = zoomAt(fitWidth(PAGE, ROOM), 4, { x: 350, y: 250 }, PAGE, ROOM);
  for (const at of [
    { x: 300, y: 200 },
    { x: 410, y: 290 }
  ]) {
    const before = toPage(zoom, at);
    zoom = zoomAt(zoom, 1.25, at, PAGE, ROOM);
    const after = toPage(zoom, at);
    assert.ok(Math.abs(before.x - after.x) < 1e-6);
    assert.ok(Math.abs(before.y - after.y) < 1e-6);
  }
});

test('zooming has its ends', () => {
  const middle = { x: 350, y: 250 };
  const zoom = fitPage(PAGE, ROOM);
  assert.equal(zoomAt(zoom, 1e-9, middle, PAGE, ROOM).scale, zoom.scale);
  assert.equal(zoomAt(zoom, 1e9, middle, PAGE, ROOM).scale, 16);
});

test('a page does not leave the window', () => {
  const zoom = zoomAt(fitPage(PAGE, ROOM), 8, { x: 0, y: 0 }, PAGE, ROOM);
  const far = pan(zoom, 1e6, 1e6, PAGE, ROOM);
  assert.ok(Math.abs(far.x * far.scale + 8) < 1e-6);
  const end = pan(zoom, -1e6, -1e6, PAGE, ROOM);
  const seen = toScreen(end, { left: 0, top: 0, right: 2480, bottom: 3508 });
  assert.ok(Math.abs(seen.right - 692) < 1e-6);
  assert.ok(Math.abs(seen.bottom - 492) < 1e-6);
});

test('a rectangle is brought into view, and nothing moves where it is seen', () => {
  const zoom = zoomAt(fitPage(PAGE, ROOM), 8, { x: 0, y: 0 }, PAGE, ROOM);
  const rect = { left: 2000, top: 3000, right: 2040, bottom: 3050 };
  const moved = reveal(zoom, rect, PAGE, ROOM);
  const seen = toScreen(moved, rect);
  assert.ok(seen.left > 0 && seen.right < 700);
  assert.ok(seen.top > 0 && seen.bottom < 500);
  assert.deepEqual(reveal(moved, rect, PAGE, ROOM), moved);
});

test('what is wider than the window begins at its left', () => {
  const zoom = { scale: 1, x: 0, y: 0 };
  const rect = { left: 500, top: 3000, right: 2000, bottom: 3050 };
  const seen = toScreen(reveal(zoom, rect, PAGE, ROOM), rect);
  assert.equal(seen.left, 0);
});

test('tiles are as fine as the screen and no finer', () => {
  assert.equal(levelFor(1, PAGE), 0);
  assert.equal(levelFor(3, PAGE), 0);
  assert.equal(levelFor(0.5, PAGE), 1);
  assert.equal(levelFor(0.4, PAGE), 1);
  assert.equal(levelFor(0.25, PAGE), 2);
  assert.equal(levelFor(0.001, PAGE), 3);
  assert.equal(levelFor(0.1, { width: 300, height: 40 }), 0);
});

test('the visible tiles cover the window, and few others are asked for', () => {
  for (const factor of [1, 2, 5, 30]) {
    const at = { x: 420, y: 130 };
    const zoom = zoomAt(fitPage(PAGE, ROOM), factor, at, PAGE, ROOM);
    const level = levelFor(zoom.scale, PAGE);
    const tiles = visibleTiles(zoom, level, PAGE, ROOM);
    assert.ok(tiles.length > 0 && tiles.length <= 20);
    const rects = tiles.map(tile => tileRect(tile, PAGE));
    for (let x = 0; x < ROOM.width; x += 13) {
      for (let y = 0; y < ROOM.height; y += 17) {
        const place = toPage(zoom, { x, y });
        const outside =
          place.x < 0 ||
          place.y < 0 ||
          place.x >= PAGE.width ||
          place.y >= PAGE.height;
        const hits = rects.filter(
          rect =>
            rect.left <= place.x &&
            place.x < rect.right &&
            rect.top <= place.y &&
            place.y < rect.bottom
        );
        assert.equal(hits.length, outside ? 0 : 1);
      }
    }
    for (const rect of rects) {
      assert.ok(rect.right > rect.left && rect.bottom > rect.top);
    }
  }
  assert.equal(TILE, 512);
});
