import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sendAside } from '../widgets/shared/control_channel';

interface ISent {
  channel: string;
  header: { msg_type: string; session: string; msg_id: string };
  content: unknown;
}

test('a command goes on the control channel of the kernel', () => {
  const sent: ISent[] = [];
  const kernel = {
    clientId: 'me',
    username: 'somebody',
    sendControlMessage: (message: ISent) => sent.push(message)
  };
  const content = { command: 'stop' };
  assert.ok(sendAside({ kernel }, 'tessnb_command', content));
  assert.ok(sendAside({ kernel }, 'tessnb_command', content));
  const [first, second] = sent;
  assert.equal(first.channel, 'control');
  assert.equal(first.header.msg_type, 'tessnb_command');
  assert.equal(first.header.session, 'me');
  assert.deepEqual(first.content, content);
  assert.notEqual(first.header.msg_id, second.header.msg_id);
});

test('where the kernel is not known nothing is sent', () => {
  const dead = {
    clientId: '',
    username: '',
    sendControlMessage: () => {
      throw new Error('Kernel is dead');
    }
  };
  for (const manager of [{}, null, { kernel: null }, { kernel: dead }]) {
    assert.ok(!sendAside(manager, 'tessnb_command', {}));
  }
});
