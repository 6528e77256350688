/** A curve that grows, of which a bounded number of points is kept. */

/** An iteration and an error in percent. */
export type Point = readonly [number, number];

const MOST = 480;

/**
 * Add what came later. A run that went back to an earlier iteration draws that part anew.
 */
export function grown(
  before: readonly Point[],
  news: readonly Point[],
  most: number = MOST
): readonly Point[] {
  let points = rising([...before, ...news]);
  while (points.length > most) {
    const last = points.length - 1;
    points = points.filter((_, place) => place % 2 === 0 || place === last);
  }
  return points;
}

/** Where iterations go back, what was drawn beyond is forgotten. */
function rising(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    while (kept.length && kept[kept.length - 1][0] >= point[0]) {
      kept.pop();
    }
    kept.push(point);
  }
  return kept;
}
