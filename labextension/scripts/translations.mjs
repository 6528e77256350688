/**
 * What there is to translate: `npm run translations` writes it to `tessnb/locale/tessnb.pot`, where
 * jupyterlab-translate expects it.
 *
 * From the sources come the words of `trans.__`, `_n` and `_p`, from `schema/` what JupyterLab itself
 * translates. `bare_words.mjs` finds what was forgotten.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The folder of the extension. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The catalogue. */
export const CATALOGUE = resolve(ROOT, '../tessnb/locale/tessnb.pot');

/** Name of a function → what it is given, before the values. */
const FUNCTIONS = {
  __: ['words'],
  _n: ['words', 'several', 'count'],
  _p: ['context', 'words']
};

/** What JupyterLab translates in a schema: where it stands, and its context. */
const SCHEMA = [
  [/^(title|description)$/, 'schema'],
  [/^properties\/.*\/(title|description)$/, 'settings'],
  [/^jupyter\.lab\.setting-icon-label$/, 'settings'],
  [/^jupyter\.lab\.menus\/.*\/label$/, 'menu'],
  [/^jupyter\.lab\.toolbars\/.*\/label$/, 'toolbar']
];

/** All sources, but not the tests, in order. */
export function sources() {
  return readdirSync(join(ROOT, 'src'), { recursive: true })
    .filter(name => name.endsWith('.ts') && !name.startsWith(`tests${sep}`))
    .sort()
    .map(name => {
      const path = join(ROOT, 'src', name);
      return parsed(path, readFileSync(path, 'utf8'));
    });
}

/** A source; `name` is where it lies. */
export function parsed(name, text) {
  return ts.createSourceFile(name, text, ts.ScriptTarget.ES2020, true);
}

/**
 * Collect what is to be translated.
 *
 * @returns By context and words: `{ context, words, several, files }`, in order.
 * @throws Error where words are no literal, a value has no place in them, they are asked for while a module is
 * loaded, or they are there with a plural and without: JupyterLab knows only one of both.
 */
export function messages(files = sources()) {
  const found = new Map();
  const add = (file, words, several = '', context = '') => {
    const key = `${context}\u0004${words}`;
    const before = found.get(key) ?? { context, words, several, files: [] };
    if (before.several !== several) {
      throw new Error(`${file}: “${words}” has another plural elsewhere`);
    }
    if (!before.files.includes(file)) {
      found.set(key, { ...before, files: [...before.files, file] });
    }
  };
  for (const file of files) {
    const name = nameOf(file);
    visit(file, node => {
      if (isCall(node)) {
        if (!isLate(node)) {
          throw new Error(`${where(node)}: no language is known so early`);
        }
        const names = FUNCTIONS[node.expression.name.text];
        const { words, several, context } = Object.fromEntries(
          names
            .filter(each => each !== 'count')
            .map((each, at) => [each, literal(node.arguments[at])])
        );
        checkValues(
          node,
          several ?? words,
          node.arguments.length - names.length
        );
        add(name, words, several, context);
      }
    });
  }
  for (const name of readdirSync(join(ROOT, 'schema')).sort()) {
    const path = `schema/${name}`;
    walk(JSON.parse(readFileSync(join(ROOT, path), 'utf8')), '', (at, text) => {
      const [, context] = SCHEMA.find(([pattern]) => pattern.test(at)) ?? [];
      if (context) {
        add(path, text, '', context);
      }
    });
  }
  return [...found.values()];
}

/** Write a catalogue of messages as gettext has them. */
export function catalogue(found) {
  const entries = found.map(({ context, words, several, files }) =>
    [
      `#: ${files.join(' ')}`,
      ...(context ? [`msgctxt ${quoted(context)}`] : []),
      `msgid ${quoted(words)}`,
      ...(several
        ? [`msgid_plural ${quoted(several)}`, 'msgstr[0] ""', 'msgstr[1] ""']
        : ['msgstr ""'])
    ].join('\n')
  );
  const head = [
    'msgid ""',
    'msgstr ""',
    '"Project-Id-Version: tessnb\\n"',
    '"MIME-Version: 1.0\\n"',
    '"Content-Type: text/plain; charset=UTF-8\\n"',
    '"Content-Transfer-Encoding: 8bit\\n"'
  ].join('\n');
  return `${[head, ...entries].join('\n\n')}\n`;
}

/** Whether it is a call of a method of `trans`. */
export function isCall(node) {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.expression.getText() === 'trans'
  );
}

/** Whether it happens in a function or in the making of an object. */
function isLate(node) {
  return (
    !ts.isSourceFile(node) &&
    (ts.isFunctionLike(node) ||
      (ts.isPropertyDeclaration(node) &&
        !ts
          .getModifiers(node)
          ?.some(each => each.kind === ts.SyntaxKind.StaticKeyword)) ||
      isLate(node.parent))
  );
}

/** Call with every node that is no type, no import, and not what is translated. */
export function visit(node, act) {
  ts.forEachChild(node, child => {
    if (
      !ts.isTypeNode(child) &&
      !ts.isImportDeclaration(child) &&
      !isTranslated(child)
    ) {
      act(child);
      visit(child, act);
    }
  });
}

/** Whether it is given to a method of `trans` to be translated. */
function isTranslated(node) {
  const { parent } = node;
  return (
    isCall(parent) &&
    parent.arguments
      .slice(0, FUNCTIONS[parent.expression.name.text].length)
      .includes(node)
  );
}

function literal(node) {
  if (!node || !ts.isStringLiteralLike(node)) {
    throw new Error(`${where(node)}: words to translate must stand there`);
  }
  return node.text;
}

/** Every value has a place in the words; `%1` of several is how many. */
function checkValues(node, words, values) {
  const places = [...words.matchAll(/%(\d)/g)].map(([, place]) => +place);
  const first = node.expression.name.text === '_n' ? 2 : 1;
  const wanted = Array.from({ length: values }, (_, at) => at + first);
  const missing = wanted.filter(place => !places.includes(place));
  if (missing.length || Math.max(0, ...places) >= first + values) {
    throw new Error(`${where(node)}: the values are not those of “${words}”`);
  }
}

/** `file:line` of a node. */
export function where(node) {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${nameOf(file)}:${line + 1}`;
}

function nameOf(file) {
  return relative(ROOT, file.fileName).split(sep).join('/');
}

function walk(value, at, act) {
  for (const [key, inner] of Object.entries(value)) {
    const path = at ? `${at}/${key}` : key;
    if (typeof inner === 'string') {
      act(path, inner);
    } else if (inner && typeof inner === 'object') {
      walk(inner, path, act);
    }
  }
}

function quoted(text) {
  return JSON.stringify(text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = messages();
  writeFileSync(CATALOGUE, catalogue(found));
  console.log(`${found.length} messages in ${relative(ROOT, CATALOGUE)}`);
}
