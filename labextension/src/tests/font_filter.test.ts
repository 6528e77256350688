import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';

import {
  coverage,
  IFontDetails,
  IFontFilter,
  NO_FILTER,
  passing,
  scriptCounts
} from '../views/font_filter';
import { rowsInSight } from '../views/virtual_rows';

const FONTS = [
  ['Free Serif', 'Regular', 400, false],
  ['Free Serif', 'Bold Italic', 700, true],
  ['Free Mono', 'Light', 300, false],
  ['Noto Thai', 'Black', 900, false]
].map(([family, style, weight, italic]) => ({
  family: family as string,
  style: style as string,
  search: `${family} ${style}`.toLowerCase(),
  weight: weight as number,
  italic: italic as boolean
}));

function about(change: Partial<IFontDetails>): IFontDetails {
  const plain = { serif: false, mono: false, scripts: ['Latin'] };
  return { ...plain, missing: [], missingCount: 0, ...change };
}

const DETAILS = [
  about({ serif: true, scripts: ['Latin', 'Greek'] }),
  about({ serif: true, missing: ['ſ'], missingCount: 1 }),
  about({ mono: true }),
  about({ serif: null, scripts: ['Thai'], missingCount: 60 })
];

function shown(filter: Partial<IFontFilter>, details = DETAILS): number[] {
  return passing(FONTS, details, new Set([2]), { ...NO_FILTER, ...filter });
}

test('fonts are searched by all words in any order', () => {
  deepEqual(shown({}), [0, 1, 2, 3]);
  deepEqual(shown({ search: ' BOLD  free' }), [1]);
  deepEqual(shown({ search: 'sans' }), []);
});

test('fonts are sifted by kind, weight and script', () => {
  deepEqual(shown({ kinds: new Set(['serif']) }), [0, 1]);
  deepEqual(shown({ kinds: new Set(['serif', 'italic']) }), [1]);
  deepEqual(shown({ kinds: new Set(['sans']) }), [2]);
  deepEqual(shown({ kinds: new Set(['mono']) }), [2]);
  deepEqual(shown({ kinds: new Set(['covers']) }), [0, 2]);
  deepEqual(shown({ kinds: new Set(['chosen']) }), [2]);
  deepEqual(shown({ weight: 'light' }), [2]);
  deepEqual(shown({ weight: 'bold' }), [1]);
  deepEqual(shown({ weight: 'black' }), [3]);
  deepEqual(shown({ script: 'Greek' }), [0]);
});

test('a font that is not known yet is not hidden', () => {
  deepEqual(shown({ kinds: new Set(['mono', 'covers']) }, []), [0, 1, 2, 3]);
});

test('coverage is 100 % only where nothing is missing', () => {
  equal(coverage(about({}), 300), 100);
  equal(coverage(about({ missingCount: 1 }), 300), 99);
  equal(coverage(about({ missingCount: 300 }), 300), 0);
  equal(coverage(about({}), 0), 100);
});

test('scripts are counted, the most frequent first', () => {
  deepEqual(scriptCounts(DETAILS), [
    ['Latin', 3],
    ['Greek', 1],
    ['Thai', 1]
  ]);
});

test('only rows in sight exist, with a few around them', () => {
  deepEqual(rowsInSight(0, 100, 10, 1000), [0, 13]);
  deepEqual(rowsInSight(505, 100, 10, 1000), [47, 64]);
  deepEqual(rowsInSight(9900, 100, 10, 1000), [987, 1000]);
  deepEqual(rowsInSight(500, 100, 10, 0), [0, 0]);
});
