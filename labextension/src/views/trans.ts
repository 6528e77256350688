/**
 * Words in the user's language: `trans.__('Save')`, `trans._n('%1 line', '%1 lines', count)`.
 *
 * JupyterLab's extension tells the language; everywhere else, and until it has done so, words stay English.
 * Widgets come as modules of their own, each with its own copy of this one, so that the language is kept where
 * all copies find it. Words are looked up when they are shown: not in constants of a module.
 */

/** What turns words into another language; JupyterLab's bundles do. `%1`, `%2` … stand for the values. */
export interface ITrans {
  __(words: string, ...values: unknown[]): string;
  /** One or several: `%1` is how many, `%2` the first of the values. */
  _n(one: string, several: string, count: number, ...values: unknown[]): string;
  /** Words that mean different things in different places: which place is meant. */
  _p(place: string, words: string, ...values: unknown[]): string;
}

const KEY = Symbol.for('tessnb.trans');

const kept = globalThis as { [KEY]?: ITrans };

const ENGLISH: ITrans = {
  __: fill,
  _n: (one, several, count, ...values) =>
    fill(count === 1 ? one : several, count, ...values),
  _p: (_, words, ...values) => fill(words, ...values)
};

/** Show words in another language from now on; what is on the page already stays. */
export function setTrans(bundle: ITrans): void {
  kept[KEY] = bundle;
}

export const trans: ITrans = {
  __: (...given) => (kept[KEY] ?? ENGLISH).__(...given),
  _n: (...given) => (kept[KEY] ?? ENGLISH)._n(...given),
  _p: (...given) => (kept[KEY] ?? ENGLISH)._p(...given)
};

function fill(words: string, ...values: unknown[]): string {
  return words.replace(/%(\d+)/g, (_, place) => String(values[place - 1]));
}
