/** A character as the kernel tells of it. */
export interface ICharacter {
  readonly text: string;
  readonly points: string;
  readonly name: string;
  readonly script: string;
  /** upper case, digit, punctuation … */
  readonly type: string;
  /** What the network's outputs spell it with. */
  readonly codes: readonly number[];
  /** How often it is in the text. */
  readonly count: number;
  readonly change: '' | 'added' | 'removed';
}

export interface ICharsetFilter {
  readonly search: string;
  readonly type: string;
  readonly script: string;
  /** all, changed, unused: not in the text. */
  readonly only: string;
  /** place, count or code. */
  readonly order: string;
}

export const NO_FILTER: ICharsetFilter = {
  search: '',
  type: '',
  script: '',
  only: 'all',
  order: 'place'
};

/**
 * Return the characters that pass a filter, in its order. One is found by itself, by words of its name, and by
 * its code point (`U+E9`, `00E9`).
 */
export function findCharacters(
  characters: readonly ICharacter[],
  filter: ICharsetFilter
): ICharacter[] {
  const { search, type, script, only, order } = filter;
  const isFound = searching(search.trim());
  const found = characters.filter(
    each =>
      (!type || each.type === type) &&
      (!script || each.script === script) &&
      (only !== 'changed' || each.change !== '') &&
      (only !== 'unused' || (each.count === 0 && each.change !== 'removed')) &&
      isFound(each)
  );
  if (order === 'count') {
    found.sort((a, b) => b.count - a.count);
  } else if (order === 'code') {
    found.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  }
  return found;
}

function searching(typed: string): (character: ICharacter) => boolean {
  const point = /^(?:u\+([0-9a-f]{1,6})|([0-9a-f]{4,6}))$/i.exec(typed);
  if (point) {
    const code = (point[1] ?? point[2]).toUpperCase().padStart(4, '0');
    return ({ points }) => points.split(' ').includes(`U+${code}`);
  }
  if ([...typed].length <= 2) {
    return ({ text }) => !typed || typed.includes(text);
  }
  const words = typed.toLowerCase().split(/\s+/);
  return ({ text, name }) =>
    text === typed || words.every(word => name.includes(word));
}

/** Return the different values of a property, most frequent first, with how often each is there. */
export function counted(values: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values.filter(Boolean)) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}
