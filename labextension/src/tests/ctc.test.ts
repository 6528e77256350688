import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';

import {
  fitAxis,
  panAxis,
  revealAxis,
  toImage,
  toScreen,
  zoomAxis
} from '../views/ctc_axis';
import {
  explain,
  figures,
  ICTCMessage,
  matrix,
  nextPeak,
  stepAt,
  tableRows,
  toLine,
  visible
} from '../views/ctc_line';
import { shades, signs } from '../views/heatmap';

const ROOM = { width: 1360, height: 36, room: 1000 };

test('a line fits, and a short one is not blown up', () => {
  ok(Math.abs(toScreen(fitAxis(ROOM), 1360) - 1000) < 1e-6);
  equal(fitAxis({ width: 50, height: 48, room: 1000 }).scale, 2);
});

test('zooming leaves alone what is under the pointer', () => {
  const axis = zoomAxis(fitAxis(ROOM), 4, 700, ROOM);
  ok(Math.abs(toImage(axis, 700) - toImage(fitAxis(ROOM), 700)) < 1e-9);
  deepEqual(zoomAxis(axis, 0.001, 0, ROOM), fitAxis(ROOM));
});

test('a line does not leave its room', () => {
  const axis = zoomAxis(fitAxis(ROOM), 4, 0, ROOM);
  equal(panAxis(axis, 1e6, ROOM).left, 0);
  ok(Math.abs(toScreen(panAxis(axis, -1e6, ROOM), 1360) - 1000) < 1e-6);
  const shown = toScreen(revealAxis(axis, 900, ROOM), 900);
  ok(shown > 0 && shown < 1000);
});

function numbers(values: number[]): DataView {
  const bytes = new DataView(new ArrayBuffer(2 * values.length));
  values.forEach((value, at) => bytes.setUint16(2 * at, value * 65535, true));
  return bytes;
}

/** "ll" read as "lo": l held two steps, blank, l; the dictionary made the second an o. */
const MESSAGE: ICTCMessage = {
  title: 'a line',
  width: 40,
  height: 10,
  scale: 8,
  steps: 5,
  inverted: false,
  problem: '',
  rows: [
    ['l', true],
    ['', false]
  ],
  outputs: numbers([0.8, 0.9, 0.1, 0.7, 0, 0.2, 0.1, 0.9, 0.3, 1]),
  targets: numbers([1, 1, 0, 1, 0, 0, 0, 1, 0, 1]),
  paths: {
    truth: [
      ['l', null, '', [[0, 0, 2, 0, 1]]],
      ['l', null, 'substituted', [[0, 3, 4, 3, 1]]]
    ],
    greedy: [
      ['l', null, '', [[0, 0, 2, 1, 0.9]]],
      ['l', null, '', [[0, 3, 4, 3, 0.7]]]
    ],
    beam: [
      ['l', null, '', [[0, 0, 2, 1, 0.9]]],
      ['o', 'l', 'substituted', [[-1, 3, 4, 3, 0.6]]]
    ]
  },
  texts: { truth: 'll', greedy: 'll', beam: 'lo' },
  pairs: [
    [0, 0],
    [1, 1]
  ],
  edges: []
};
const LINE = toLine(MESSAGE);

test('figures of a cell', () => {
  equal(figures(LINE, 0, 1), 'l 0.90 at x = 12, step 1; wanted 1.00');
  equal(figures(LINE, 1, 2), 'blank 0.90 at x = 20, step 2; wanted 1.00');
  const alone = toLine({ ...MESSAGE, targets: null });
  equal(figures(alone, 0, 1), 'l 0.90 at x = 12, step 1');
});

test('repetitions, blanks and dictionaries are explained', () => {
  equal(explain(LINE, 0), '“l” wins 2 steps in a row (0 to 1): read once.');
  ok(explain(LINE, 2).startsWith('Blank: it keeps two “l” apart'));
  equal(
    explain(LINE, 3),
    '“l” wins this step. The dictionary made “o” of “l”.'
  );
  equal(explain(LINE, 4), 'Blank behind the last character: nothing is read.');
});

test('the difference is target minus output', () => {
  const values = matrix(LINE, 'difference');
  ok(Math.abs(values[0] - 0.2) < 1e-4);
  ok(Math.abs(values[6] + 0.1) < 1e-4);
  equal(matrix(LINE, 'outputs'), LINE.outputs);
});

test('steps and pixels', () => {
  equal(stepAt(LINE, 0), 0);
  equal(stepAt(LINE, 17), 2);
  equal(stepAt(LINE, 1e9), 4);
  equal(nextPeak(LINE, 1, 1), 3);
  equal(nextPeak(LINE, 3, -1), 1);
  equal(nextPeak(LINE, 3, 1), 3);
});

test('the same content as a table', () => {
  const rows = tableRows(LINE);
  deepEqual(rows[0], {
    truth: 'l',
    read: 'l',
    steps: '0–1',
    x: '12',
    probability: '0.90',
    remark: ''
  });
  equal(rows[1].remark, 'substituted; The dictionary made “o” of “l”.');
});

test('what cannot be seen alone', () => {
  equal(visible(' '), '␣');
  equal(visible('\u0301'), '◌\u0301');
  equal(visible('é'), 'é');
});

test('a pixel for each cell', () => {
  const grey = (): [number, number, number] => [9, 9, 9];
  deepEqual([...shades([0, 1], 2, grey)], [9, 9, 9, 0, 9, 9, 9, 255]);
  deepEqual(
    [...signs([1, -1], 2, [1, 2, 3], [4, 5, 6])],
    [1, 2, 3, 255, 4, 5, 6, 255]
  );
});
