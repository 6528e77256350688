import assert from 'node:assert/strict';
import { test } from 'node:test';

import { IMessage, LiveModel, unpack } from '../lab/live_model';

function model(): [LiveModel, IMessage[]] {
  const told: IMessage[] = [];
  const made = new LiveModel({ page: 0, selection: [0, 0] }, message =>
    told.push(message)
  );
  return [made, told];
}

test('what changes here is told once, when it is saved', () => {
  const [made, told] = model();
  const seen: unknown[] = [];
  made.on('change:page', () => seen.push(made.get('page')));
  made.set('page', 2);
  made.set('selection', [0, 0]);
  assert.deepEqual(told, []);
  made.save_changes();
  made.save_changes();
  assert.deepEqual(told, [{ method: 'update', state: { page: 2 } }]);
  assert.deepEqual(seen, [2]);
});

test('what the server changes is heard and not sent back', () => {
  const [made, told] = model();
  const seen: unknown[] = [];
  made.on('change', () => seen.push('any'));
  made.on('change:selection', () => seen.push(made.get('selection')));
  made.receive({ method: 'update', state: { page: 0, selection: [3, 4] } }, []);
  made.save_changes();
  assert.deepEqual(seen, [[3, 4], 'any']);
  assert.deepEqual(told, []);
});

test('messages go both ways, until nobody listens any more', () => {
  const [made, told] = model();
  const seen: unknown[] = [];
  const listen = (content: unknown, buffers: DataView[]): void => {
    seen.push(content, buffers.length);
  };
  made.on('msg:custom', listen);
  made.receive({ method: 'custom', content: { kind: 'tile' } }, []);
  made.off('msg:custom', listen);
  made.receive({ method: 'custom', content: { kind: 'tile' } }, []);
  made.send({ kind: 'open' });
  assert.deepEqual(seen, [{ kind: 'tile' }, 0]);
  assert.deepEqual(told, [{ method: 'custom', content: { kind: 'open' } }]);
});

test('binary parts are cut where their lengths say', () => {
  const head = new TextEncoder().encode(
    '{"method":"custom","content":{"kind":"é"},"buffers":[2,0,3]}'
  );
  const bytes = new Uint8Array(4 + head.length + 5);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  bytes.set([1, 2, 3, 4, 5], 4 + head.length);
  const [message, parts] = unpack(bytes.buffer);
  assert.deepEqual(message.content, { kind: 'é' });
  assert.deepEqual(
    parts.map(part =>
      Array.from({ length: part.byteLength }, (_, at) => part.getUint8(at))
    ),
    [[1, 2], [], [3, 4, 5]]
  );
  assert.deepEqual(unpack('{"method":"open"}'), [{ method: 'open' }, []]);
});
