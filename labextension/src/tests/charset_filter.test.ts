import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';

import {
  counted,
  findCharacters,
  ICharacter,
  ICharsetFilter,
  NO_FILTER
} from '../views/charset_filter';

function character(text: string, change: Partial<ICharacter>): ICharacter {
  const points = [...text]
    .map(
      c => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
    )
    .join(' ');
  const plain = { text, points, name: '', script: 'Latin', type: 'lower case' };
  return { ...plain, codes: [1], count: 1, change: '', ...change };
}

const ALL = [
  character('e', { name: 'latin small letter e', count: 9 }),
  character('é', { name: 'latin small letter e with acute', count: 0 }),
  character('½', {
    name: 'vulgar fraction one half',
    type: 'digit',
    script: 'Common',
    change: 'added'
  }),
  character('Z', {
    name: 'latin capital letter z',
    type: 'upper case',
    count: 0,
    change: 'removed'
  })
];

function found(filter: Partial<ICharsetFilter>): string {
  return findCharacters(ALL, { ...NO_FILTER, ...filter })
    .map(({ text }) => text)
    .join('');
}

test('a character is found by itself, its name and its code point', () => {
  deepEqual(found({ search: '½' }), '½');
  deepEqual(found({ search: 'acute small' }), 'é');
  deepEqual(found({ search: 'u+e9' }), 'é');
  deepEqual(found({ search: '00BD' }), '½');
  deepEqual(found({ search: 'nothing of this kind?' }), '');
});

test('characters are sifted and ordered', () => {
  deepEqual(found({ type: 'digit' }), '½');
  deepEqual(found({ script: 'Latin' }), 'eéZ');
  deepEqual(found({ only: 'changed' }), '½Z');
  deepEqual(found({ only: 'unused' }), 'é');
  deepEqual(found({ order: 'count' }), 'e½éZ');
  deepEqual(found({ order: 'code' }), 'Ze½é');
});

test('values are counted', () => {
  deepEqual(counted(['a', 'b', 'b', '']), [
    ['b', 2],
    ['a', 1]
  ]);
});
