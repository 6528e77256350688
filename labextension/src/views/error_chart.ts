import { drawAxes } from './axes';
import { element, make } from './dom';
import { trans } from './trans';

/** A point of the chart: an error in percent at an iteration. */
export interface IErrorPoint {
  readonly iteration: number;
  readonly error: number;
  /** What it is called by screen readers and on hover. */
  readonly label: string;
  readonly kind: '' | 'best' | 'chosen';
}

/**
 * Draw errors against iterations: a line for each series, a mark for each point that can be clicked.
 */
export function drawErrors(
  series: readonly (readonly IErrorPoint[])[],
  width: number,
  height: number,
  onClick: (series: number, point: number) => void
): SVGElement {
  const points = series.flat();
  const { svg, x, y } = drawAxes(
    points.map(({ error }) => error),
    Math.max(1, ...points.map(({ iteration }) => iteration)),
    width,
    height,
    trans.__('Error of each checkpoint against its iteration')
  );
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

/** An empty place of the chart's height, with words. */
export function noErrors(words: string): HTMLElement {
  return element('div', { class: 'tessnb-chart-empty' }, words);
}
