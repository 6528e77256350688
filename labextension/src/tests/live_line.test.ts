import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { LiveLine } from '../lab/live_line';
import type { Query } from '../lab/request';

/** What the page has of a socket; `came` is what has come to its other end. */
class Socket {
  static readonly OPEN = 1;
  readonly readyState = Socket.OPEN;
  readonly came: object[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(readonly query: Query) {}

  send(message: string): void {
    this.came.push(JSON.parse(message));
  }

  close(): void {}

  answer(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

test('a line that was mended and then is silent is given up', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  Object.assign(globalThis, {
    WebSocket: Socket,
    window: Object.assign(new EventTarget(), { setTimeout })
  });
  const sockets: Socket[] = [];
  const line = new LiveLine(query => {
    sockets.push(new Socket(query));
    return sockets[sockets.length - 1] as unknown as WebSocket;
  }, 'a.box');
  const opened = line.open();
  sockets[0].answer({ method: 'open', key: 'k', state: { page: 0 } });
  assert.deepEqual(await opened, { page: 0 });

  sockets[0].onclose?.();
  const said = { method: 'custom', content: { kind: 'save' } } as const;
  line.say(said);
  mock.timers.tick(300);
  assert.deepEqual(sockets[1].query, { key: 'k', heard: 1 });
  sockets[1].answer({ method: 'again', count: 0 });
  assert.deepEqual([line.state, sockets[1].came], ['open', [said]]);

  mock.timers.tick(20_000);
  assert.equal(line.state, 'lost');
  mock.timers.tick(300);
  sockets[2].answer({ method: 'again', count: 0 });
  assert.deepEqual(sockets[2].came, [said]);
  sockets[2].answer({ method: 'heard', count: 1 });
  mock.timers.tick(60_000);
  assert.equal(line.state, 'open');
  line.close();
});
