/** What is known of a font from its names. */
export interface IFont {
  readonly family: string;
  readonly style: string;
  /** All its names and its file's, in lower case. */
  readonly search: string;
  readonly weight: number;
  readonly italic: boolean;
}

/** What one has to look into the font for. */
export interface IFontDetails {
  readonly serif: boolean | null;
  readonly mono: boolean;
  /** English names of scripts. */
  readonly scripts: readonly string[];
  /** Characters of the text that it lacks: some of them, and how many. */
  readonly missing: readonly string[];
  readonly missingCount: number;
}

export type Kind = 'serif' | 'sans' | 'mono' | 'italic' | 'covers' | 'chosen';

/** What to show. */
export interface IFontFilter {
  readonly search: string;
  readonly kinds: ReadonlySet<Kind>;
  /** A key of `WEIGHTS`, or nothing. */
  readonly weight: string;
  /** The English name of a script, or nothing. */
  readonly script: string;
}

export const NO_FILTER: IFontFilter = {
  search: '',
  kinds: new Set(),
  weight: '',
  script: ''
};

/** Weights from, and below. */
export const WEIGHTS: Readonly<Record<string, readonly [number, number]>> = {
  light: [0, 400],
  regular: [400, 500],
  medium: [500, 600],
  bold: [600, 800],
  black: [800, 1001]
};

/**
 * Return the numbers of the fonts that pass a filter; what needs details passes where they are not known yet.
 */
export function passing(
  fonts: readonly IFont[],
  details: readonly IFontDetails[],
  chosen: ReadonlySet<number>,
  filter: IFontFilter
): number[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  const [from, below] = WEIGHTS[filter.weight] ?? [0, Infinity];
  const { kinds, script } = filter;
  const found: number[] = [];
  fonts.forEach((font, index) => {
    const own = details[index];
    if (
      words.every(word => font.search.includes(word)) &&
      font.weight >= from &&
      font.weight < below &&
      (!kinds.has('italic') || font.italic) &&
      (!kinds.has('chosen') || chosen.has(index)) &&
      (!own ||
        ((!script || own.scripts.includes(script)) &&
          (!kinds.has('serif') || own.serif === true) &&
          (!kinds.has('sans') || own.serif === false) &&
          (!kinds.has('mono') || own.mono) &&
          (!kinds.has('covers') || own.missingCount === 0)))
    ) {
      found.push(index);
    }
  });
  return found;
}

/**
 * Return how much of a text's different characters a font has: 100 only where it has them all.
 */
export function coverage(details: IFontDetails, characters: number): number {
  if (!characters) {
    return 100;
  }
  return Math.floor((100 * (characters - details.missingCount)) / characters);
}

/**
 * Return scripts with the number of fonts that have them, most frequent first.
 */
export function scriptCounts(
  details: readonly IFontDetails[]
): [string, number][] {
  const counts = new Map<string, number>();
  for (const { scripts } of details) {
    for (const script of scripts) {
      counts.set(script, (counts.get(script) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
