import { equal } from 'node:assert/strict';
import { test } from 'node:test';

import { setTrans, trans } from '../views/trans';
import { stateWords } from '../views/run_words';

test('words are English, with their values, until a language is told', () => {
  equal(trans.__('line %1 of %2', 3, '10 %'), 'line 3 of 10 %');
  equal(trans._n('%1 box', '%1 boxes', 1), '1 box');
  equal(trans._n('%1 box', '%1 boxes', 0), '0 boxes');
  equal(trans._n('%2 of %1', '%2 of all %1', 7, 'one'), 'one of all 7');
  equal(trans._p('pixels', 'all'), 'all');
  const kept = globalThis as { [name: symbol]: unknown };
  const key = Symbol.for('tessnb.trans');
  try {
    setTrans({
      __: words => `«${words}»`,
      _n: (one, several, count) => `${count} «${one}|${several}»`,
      _p: (place, words) => `«${place}: ${words}»`
    });
    equal(trans.__('Save'), '«Save»');
    equal(trans._n('box', 'boxes', 2), '2 «box|boxes»');
    equal(trans._p('pixels', 'all'), '«pixels: all»');
    equal(stateWords('paused'), '«paused»');
    equal(typeof kept[key], 'object'); // where other modules find it
  } finally {
    delete kept[key];
  }
  equal(stateWords('paused'), 'paused');
});
