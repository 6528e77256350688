import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Talk } from '../lab/talk';

test('what was not heard is said again, and what was heard is not', () => {
  const talk = new Talk();
  const first: string[] = [];
  talk.goOn(message => first.push(message));
  ['a', 'b', 'c'].forEach(each => talk.say(each));
  talk.confirm(1);
  assert.ok(talk.waits);

  talk.pause();
  talk.say('d');
  const second: string[] = [];
  talk.goOn(message => second.push(message), 2);
  talk.say('e');
  assert.deepEqual(
    [first, second],
    [
      ['a', 'b', 'c'],
      ['c', 'd', 'e']
    ]
  );
  talk.confirm(5);
  assert.ok(!talk.waits);

  talk.pause();
  const third: string[] = [];
  talk.goOn(message => third.push(message), 5);
  assert.deepEqual(third, []);
});
