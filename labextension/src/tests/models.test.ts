import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';

import { IDifference, inWords } from '../views/difference';
import { bytes } from '../views/facts';
import {
  blockSize,
  ILayer,
  leaves,
  meaning,
  percent,
  rate,
  shape
} from '../views/network';
import { trainingFacts } from '../views/network_file';
import { about, isDawg } from '../views/traineddata';
import { placeholder, spelled } from '../views/word_table';

function layer(some: Partial<ILayer>): ILayer {
  return {
    index: 0,
    type: 'LSTM',
    token: 'Lfx96',
    name: 'Lfx96',
    direction: 'right',
    height: 1,
    step: 3,
    depth: 96,
    weights: 100,
    learning_rate: 0.001,
    field_x: null,
    field_y: null,
    inner: [],
    ...some
  };
}

test('a layer is told in words', () => {
  equal(meaning(layer({})), 'memory, left to right');
  equal(
    meaning(layer({ type: 'SummLSTM', direction: 'down' })),
    'memory, down each column'
  );
  equal(
    meaning(layer({ type: 'SummLSTM', step: 0 })),
    'memory, left to right, last step alone'
  );
  equal(
    meaning(layer({ type: 'Maxpool', direction: '' })),
    'the maximum of each block'
  );
  equal(meaning(layer({ type: 'New', direction: '' })), 'New');
  equal(shape(layer({})), '1 row × 96, a column each 3 px');
  equal(
    shape(layer({ height: 36, step: 1, depth: 1 })),
    '36 rows × 1, a column each pixel'
  );
  equal(shape(layer({ step: 0 })), '1 row × 96, one column');
});

test('a block is as high as its rows, as wide as its columns, as deep as its features', () => {
  const most = { height: 36, depth: 256 };
  const image = blockSize(layer({ height: 36, step: 1, depth: 1 }), most);
  const pooled = blockSize(layer({ height: 12, step: 3, depth: 16 }), most);
  const last = blockSize(layer({ depth: 256 }), most);
  equal(image.height > pooled.height && pooled.height > last.height, true);
  equal(image.width > pooled.width && pooled.width === last.width, true);
  equal(image.depth < pooled.depth && pooled.depth < last.depth, true);
  for (const { width, height, depth } of [image, pooled, last]) {
    equal(width + 0.8 * depth <= 84 && height + 0.6 * depth <= 76, true);
  }
  equal(blockSize(layer({ step: 0 }), most).width < pooled.width, true);
});

test('the layers inside of layers are found', () => {
  const inner = [layer({ token: 'a' }), layer({ token: 'b' })];
  const outer = layer({ type: 'Parallel', inner });
  deepEqual(
    leaves([layer({ token: 'x' }), outer]).map(({ token }) => token),
    ['x', 'a', 'b']
  );
});

test('learning rates and sizes are short', () => {
  deepEqual([0.001, 0.00008838834764831845, 0.5, 0].map(rate), [
    '0.001',
    '8.84e-5',
    '0.5',
    '0'
  ]);
  deepEqual([0, 0.0004, 0.1337].map(percent), [
    '0.0\u202f%',
    '<\u202f0.1\u202f%',
    '13.4\u202f%'
  ]);
  deepEqual([12, 999, 1000, 3_694_794, 152_000_000].map(bytes), [
    '12\u202fbytes',
    '999\u202fbytes',
    '1.0\u202fkB',
    '3.7\u202fMB',
    '152\u202fMB'
  ]);
});

test('components are known by what they are', () => {
  equal(about('lstm-word-dawg'), 'the dictionary');
  equal(about('entry-30'), 'not known to Tesseract 5');
  deepEqual(['lstm', 'word-dawg', 'lstm-unicharset'].map(isDawg), [
    false,
    true,
    false
  ]);
});

test('the space of a pattern is what it stands for', () => {
  equal(placeholder('lstm-punc-dawg'), 'word');
  equal(placeholder('eng.lstm-number-dawg'), 'digit');
  equal(placeholder('word-dawg'), '');
  deepEqual(spelled('two words', ''), ['two words']);
});

test('a difference is told in a sentence', () => {
  const component = { name: 'lstm', change: 'same', left: 1, right: 1 };
  const nobody = { count: 0, some: [] };
  const difference: IDifference = {
    left: 'a',
    right: 'b',
    facts: [],
    components: [component],
    characters: { left: nobody, right: nobody },
    words: [],
    layers: []
  };
  equal(inWords(difference), 'All components are the same, byte for byte.');
  const other = { ...component, name: 'version', change: 'only left' };
  equal(
    inWords({ ...difference, components: [component, other] }),
    '1 of 2 components differ: version.'
  );
});

test('what is not known of a training is left empty', () => {
  const none = [0, 0, 0, 0, 0] as const;
  const facts = new Map(
    trainingFacts({
      learning_iteration: 1234,
      rates: none,
      best: [0, 0, 3.5, 0.71, 0],
      best_iteration: 1200,
      worst: none,
      worst_iteration: 0,
      stall_iteration: 0,
      stage: 0,
      perfect_delay: 0,
      improvement_steps: 0,
      trial: true,
      history: []
    })
  );
  equal(facts.get('Best character error'), '0.71\u202f% at 1\u202f200');
  equal(facts.get('Counts as stalled from'), '');
  equal(facts.get('Second trainer') !== '', true);
});
