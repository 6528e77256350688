import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrow, commandOf, nudge } from '../views/boxes_keys';
import type { Key } from '../views/boxes_keys';

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

function key(name: string, more: Partial<Key> = {}): Key {
  return { key: name, code: '', ...NONE, ...more };
}

test('commands', () => {
  assert.equal(commandOf(key('x')), 'split');
  assert.equal(commandOf(key('Delete')), 'delete');
  assert.equal(commandOf(key('z', { ctrlKey: true })), 'undo');
  assert.equal(commandOf(key('Z', { metaKey: true, shiftKey: true })), 'redo');
  assert.equal(commandOf(key('s', { ctrlKey: true })), 'save');
  assert.equal(commandOf(key('x', { ctrlKey: true })), null);
  assert.equal(commandOf(key('x', { altKey: true })), null);
  assert.equal(commandOf(key('p')), null);
});

test('a keyboard with other letters works by the place of the keys', () => {
  assert.equal(commandOf(key('ס', { code: 'KeyX' })), 'split');
  assert.deepEqual(nudge(key('ש', { code: 'KeyA' }))?.dx, -1);
});

test('a French keyboard works by its letters', () => {
  assert.deepEqual(nudge(key('w', { code: 'KeyZ' }))?.dy, -1);
});

test('letters move and size', () => {
  assert.deepEqual(nudge(key('d')), { handle: { x: '', y: '' }, dx: 1, dy: 0 });
  assert.deepEqual(nudge(key('E', { shiftKey: true })), {
    handle: { x: 'right', y: '' },
    dx: 10,
    dy: 0
  });
  assert.equal(nudge(key('d', { ctrlKey: true })), null);
  assert.equal(nudge(key('k')), null);
});

test('arrows walk', () => {
  assert.equal(arrow(key('ArrowUp')), 'up');
  assert.equal(arrow(key('End')), 'last');
  assert.equal(arrow(key('a')), null);
});
