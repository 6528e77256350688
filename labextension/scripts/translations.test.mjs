import { deepEqual, equal, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { bare } from './bare_words.mjs';
import {
  CATALOGUE,
  catalogue,
  messages,
  parsed,
  ROOT
} from './translations.mjs';

const source = text => [parsed(join(ROOT, 'src/it.ts'), text)];
const fromSource = text =>
  messages(source(`function it() { ${text} }`)).filter(({ files }) =>
    files.includes('src/it.ts')
  );

test('the catalogue is up to date', () => {
  const written = readFileSync(CATALOGUE, 'utf8');
  equal(written, catalogue(messages()), 'run: npm run translations');
});

test('all that is shown can be translated', () => {
  deepEqual(bare(), []);
});

test('bare words are found where they are read, and phrases anywhere', () => {
  const found = text => bare(source(text)).map(each => each.split(': ')[1]);
  deepEqual(found("element('b', { class: 'tessnb-b c-d' }, 'Lines');"), [
    'Lines'
  ]);
  deepEqual(found("element('a', { title: on ? 'Yes' : trans.__('No') });"), [
    'Yes'
  ]);
  deepEqual(found("made.title = said ?? 'nothing';"), ['nothing']);
  deepEqual(found("made.setAttribute('aria-label', `Line ${row}`);"), [
    'Line …'
  ]);
  deepEqual(found("const words = 'not yet';"), ['not yet']);
  deepEqual(found("trans.__('%1 of it', 'some part');"), ['some part']);
  deepEqual(found("button(trans.__('Save'), () => tell('save'));"), []);
  deepEqual(found("if (state === 'left behind') made.title = name;"), []);
});

test('words are taken with their plural, their context and their places', () => {
  const entry = (words, several, context) => ({
    context,
    words,
    several,
    files: ['src/it.ts']
  });
  deepEqual(
    fromSource(
      `trans.__('Save'); trans._n('%1 file', '%1 files', count);
       trans._p('pixels', 'all'); trans.__('at %1, %2', a, b);`
    ),
    [
      entry('Save', '', ''),
      entry('%1 file', '%1 files', ''),
      entry('all', '', 'pixels'),
      entry('at %1, %2', '', '')
    ]
  );
});

test('what cannot be translated is refused', () => {
  throws(() => fromSource('trans.__(words);'), /it\.ts:1: words/);
  throws(() => fromSource('trans.__(`line ${row}`);'), /words/);
  throws(() => fromSource("trans.__('line %1');"), /values/);
  throws(() => fromSource("trans.__('line', row);"), /values/);
  throws(() => fromSource("trans._n('%1 a', '%1 as', n, b);"), /values/);
  throws(() => messages(source("const A = trans.__('a');")), /so early/);
  throws(
    () => messages(source("class A { static b = trans.__('a'); }")),
    /so early/
  );
  throws(
    () => fromSource("trans.__('a'); trans._n('a', 'b', n);"),
    /another plural/
  );
  throws(
    () => fromSource("trans._n('a', 'b', n); trans._n('a', 'c', n);"),
    /another plural/
  );
});

test('a catalogue is what gettext reads', () => {
  const text = catalogue([
    { context: 'menu', words: 'a "b"', several: '', files: ['x.ts', 'y.ts'] },
    { context: '', words: '%1 c', several: '%1 cs', files: ['x.ts'] }
  ]);
  equal(
    text.split('\n\n').slice(1).join('\n\n'),
    `#: x.ts y.ts
msgctxt "menu"
msgid "a \\"b\\""
msgstr ""

#: x.ts
msgid "%1 c"
msgid_plural "%1 cs"
msgstr[0] ""
msgstr[1] ""
`
  );
});
