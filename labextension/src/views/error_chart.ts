import { element } from './dom';

const SVG = 'http://www.w3.org/2000/svg';
const TICKS = [100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

/** A point of the chart: an error in percent at an iteration. */
export interface IErrorPoint {
  readonly iteration: number;
  readonly error: number;
  /** What it is called by screen readers and on hover. */
  readonly label: string;
  readonly kind: '' | 'best' | 'chosen';
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

/**
 * Draw errors against iterations: a line for each series, a mark for each point that can be clicked.
 */
export function drawErrors(
  series: readonly (readonly IErrorPoint[])[],
  width: number,
  height: number,
  onClick: (series: number, point: number) => void
): SVGSVGElement {
  const [left, right, top, bottom] = [48, 16, 12, 24];
  const points = series.flat();
  const { low, high, ticks } = errorAxis(points.map(({ error }) => error));
  const last = Math.max(1, ...points.map(({ iteration }) => iteration));
  const x = (iteration: number) =>
    left + ((width - left - right) * iteration) / last;
  const y = (error: number) =>
    top +
    ((height - top - bottom) *
      Math.log(high / Math.min(high, Math.max(error, low)))) /
      Math.log(high / low);
  const svg = make('svg', {
    width,
    height,
    role: 'img',
    'aria-label': 'Error of each checkpoint against its iteration'
  });
  for (const tick of ticks) {
    svg.append(
      make('line', {
        class: 'tessnb-chart-grid',
        x1: left,
        x2: width - right,
        y1: y(tick),
        y2: y(tick)
      }),
      label(left - 8, y(tick) + 4, 'end', `${tick} %`)
    );
  }
  for (const tick of iterationTicks(last)) {
    svg.append(
      label(
        x(tick),
        height - 6,
        'middle',
        tick.toLocaleString('en').replace(/,/g, '\u202f')
      )
    );
  }
  series.forEach((line, number) => {
    const path = line.map(
      ({ iteration, error }) =>
        `${x(iteration).toFixed(1)},${y(error).toFixed(1)}`
    );
    svg.append(
      make('polyline', {
        class: `tessnb-chart-line tessnb-mod-series${number % 3}`,
        points: path.join(' ')
      })
    );
    line.forEach((point, place) => {
      const mark = make('circle', {
        class: `tessnb-chart-point tessnb-mod-series${number % 3} tessnb-mod-${point.kind || 'plain'}`,
        cx: x(point.iteration),
        cy: y(point.error),
        r: point.kind ? 7 : 5
      });
      mark.append(make('title', {}));
      (mark.firstChild as Element).textContent = point.label;
      mark.addEventListener('click', () => onClick(number, place));
      svg.append(mark);
    });
  });
  return svg;
}

function label(
  x: number,
  y: number,
  anchor: string,
  text: string
): SVGTextElement {
  const made = make('text', { x, y, 'text-anchor': anchor });
  made.textContent = text;
  return made;
}

function make<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>>
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, String(value));
  }
  return made;
}

/** An empty place of the chart's height, with words. */
export function noErrors(words: string): HTMLElement {
  return element('div', { class: 'tessnb-chart-empty' }, words);
}
