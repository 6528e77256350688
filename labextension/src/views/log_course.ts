import { trans } from './trans';

/** The course of a training as its log tells it; errors in percent. */
export interface ICourse {
  readonly name: string;
  /** `4` or `5`, the Tesseract whose words the log uses; empty where nothing tells. */
  readonly generation: string;
  /** How much of the log was read, from 0 to 1. */
  readonly part: number;
  readonly iterations: readonly number[];
  readonly figures: Readonly<Record<string, readonly (number | null)[]>>;
  /** Iteration, character error, word error. */
  readonly evaluations: readonly (readonly [number, number, number])[];
  readonly best: readonly [number, number] | null;
  /** Iteration, kind, words. */
  readonly marks: readonly (readonly [number, string, string])[];
  readonly skipped: number;
}

/** Which errors are looked at. */
export type Unit = 'characters' | 'words';

/** A point of a curve. */
export type Point = readonly [iteration: number, error: number];

/**
 * Return a curve in pieces: where the log has no figure, there is a gap.
 */
export function trainingCurve(course: ICourse, unit: Unit): Point[][] {
  const pieces: Point[][] = [[]];
  const errors = course.figures[unit === 'words' ? 'bwer' : 'bcer'] ?? [];
  course.iterations.forEach((iteration, at) => {
    const error = errors[at];
    if (typeof error === 'number') {
      pieces[pieces.length - 1].push([iteration, error]);
    } else if (pieces[pieces.length - 1].length) {
      pieces.push([]);
    }
  });
  return pieces.filter(piece => piece.length);
}

/** Return what was measured on lines that nothing was learned from. */
export function evaluationCurve(course: ICourse, unit: Unit): Point[] {
  return course.evaluations.map(([iteration, characters, words]) => [
    iteration,
    unit === 'words' ? words : characters
  ]);
}

/** Return the place of the point nearest to an iteration; -1 if there is none. */
export function nearest(points: readonly Point[], iteration: number): number {
  let found = -1;
  let least = Infinity;
  points.forEach(([place], at) => {
    const distance = Math.abs(place - iteration);
    if (distance < least) {
      [found, least] = [at, distance];
    }
  });
  return found;
}

/** Say a percentage with as many places as it deserves. */
export function percent(error: number): string {
  const places = error >= 10 ? 1 : error >= 0.1 ? 2 : 3;
  return `${error.toFixed(places)} %`;
}

/** Say a course in a sentence. */
export function summary(course: ICourse, unit: Unit): string {
  const training = trainingCurve(course, unit).flat();
  const evaluations = evaluationCurve(course, unit);
  const said: string[] = [];
  if (training.length) {
    const [[, first]] = training;
    const [iteration, last] = training[training.length - 1];
    said.push(
      unit === 'words'
        ? trans.__(
            'Word error in training from %1 to %2 at iteration %3',
            percent(first),
            percent(last),
            iteration
          )
        : trans.__(
            'Character error in training from %1 to %2 at iteration %3',
            percent(first),
            percent(last),
            iteration
          )
    );
  }
  if (evaluations.length) {
    const [, last] = evaluations[evaluations.length - 1];
    const least = Math.min(...evaluations.map(([, error]) => error));
    said.push(
      trans._n(
        '%1 evaluation, the last %2, the best %3',
        '%1 evaluations, the last %2, the best %3',
        evaluations.length,
        percent(last),
        percent(least)
      )
    );
  }
  return `${said.join('; ')}.`;
}
