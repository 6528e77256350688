import { make } from './dom';

const TICKS = [100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
const [LEFT, RIGHT, TOP, BOTTOM] = [48, 16, 12, 24];

/** A chart of errors in percent against iterations, without its curves. */
export interface IPlot {
  readonly svg: SVGElement;
  readonly x: (iteration: number) => number;
  readonly y: (error: number) => number;
  /** Where the curves have room, in pixels. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Draw a logarithmic axis of errors and one of iterations, from 0 to `last`.
 */
export function drawAxes(
  errors: readonly number[],
  last: number,
  width: number,
  height: number,
  name: string
): IPlot {
  const { low, high, ticks } = errorAxis(errors);
  const x = (iteration: number): number =>
    LEFT + ((width - LEFT - RIGHT) * iteration) / Math.max(1, last);
  const y = (error: number): number =>
    TOP +
    ((height - TOP - BOTTOM) *
      Math.log(high / Math.min(high, Math.max(error, low)))) /
      Math.log(high / low);
  const svg = make('svg', {
    width,
    height,
    role: 'img',
    'aria-label': name
  });
  for (const tick of ticks) {
    svg.append(
      make('line', {
        class: 'tessnb-chart-grid',
        x1: LEFT,
        x2: width - RIGHT,
        y1: y(tick),
        y2: y(tick)
      }),
      label(LEFT - 8, y(tick) + 4, 'end', `${tick} %`)
    );
  }
  for (const tick of iterationTicks(Math.max(1, last))) {
    svg.append(
      label(
        x(tick),
        height - 6,
        'middle',
        tick.toLocaleString('en').replace(/,/g, '\u202f')
      )
    );
  }
  return {
    svg,
    x,
    y,
    left: LEFT,
    right: width - RIGHT,
    top: TOP,
    bottom: height - BOTTOM
  };
}

/**
 * Return the ends of a logarithmic axis and its ticks for errors in percent.
 */
export function errorAxis(errors: readonly number[]): {
  low: number;
  high: number;
  ticks: number[];
} {
  const seen = errors.map(error => Math.max(error, 0.01));
  const least = seen.length ? Math.min(...seen) : 1;
  const most = seen.length ? Math.max(...seen) : 100;
  const low = [...TICKS]
    .reverse()
    .reduce((kept, tick) => (tick <= least ? tick : kept), 0.01);
  const high = TICKS.reduce((kept, tick) => (tick >= most ? tick : kept), 100);
  const top = high > low ? high : Math.min(100, low * 2);
  const bottom = high > low ? low : low / 2;
  return {
    low: bottom,
    high: top,
    ticks: TICKS.filter(tick => tick >= bottom * 0.99 && tick <= top)
  };
}

/**
 * Return round numbers from 0 up to a last iteration.
 */
export function iterationTicks(last: number): number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(last, 1)));
  const step =
    [0.1, 0.2, 0.5, 1, 2].map(part => part * power).find(s => last / s <= 6) ??
    2 * power;
  const ticks: number[] = [];
  for (let tick = 0; tick <= last * 1.001; tick += step) {
    ticks.push(Math.round(tick));
  }
  return ticks;
}

/** Make a text of a chart. */
export function label(
  x: number,
  y: number,
  anchor: string,
  text: string
): SVGElement {
  const made = make('text', { x, y, 'text-anchor': anchor });
  made.textContent = text;
  return made;
}
