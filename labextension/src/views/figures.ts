/**
 * A percentage with as many digits as it deserves; a dash for none.
 */
export function percent(value: number | null): string {
  if (value === null) {
    return '–';
  }
  return `${value.toFixed(value >= 1.95 ? 1 : 2)}\u202f%`;
}
