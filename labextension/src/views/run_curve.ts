/**
 * A small curve of a run: errors against iterations, on a logarithmic axis, as wide as its place.
 */
import { element, make } from './dom';
import { errorAxis } from './axes';
import { number } from './fields';
import { Point } from './run_points';
import { percent } from './figures';
import { trans } from './trans';

/** What is drawn: of the last lines trained, and of lines that are not trained on. */
export interface IRunPoints {
  readonly training: readonly Point[];
  readonly held_out: readonly Point[];
}

export class RunCurve {
  readonly node: HTMLElement;

  constructor() {
    this._svg = make('svg', {
      viewBox: '0 0 100 100',
      preserveAspectRatio: 'none',
      'aria-hidden': 'true'
    });
    this._high = element('span', { class: 'tessnb-run-high' });
    this._low = element('span', { class: 'tessnb-run-low' });
    this._last = element('span', { class: 'tessnb-run-last' });
    this.node = element(
      'div',
      { class: 'tessnb-run-curve tessnb-tabular', role: 'img' },
      this._high,
      this._low,
      this._last
    );
    this.node.prepend(this._svg);
    this.update({ training: [], held_out: [] });
  }

  update({ training, held_out }: IRunPoints): void {
    const all = [...training, ...held_out];
    const { low, high, ticks } = errorAxis(all.map(([, error]) => error));
    const last = Math.max(1, ...all.map(([iteration]) => iteration));
    const y = (error: number) =>
      (100 * Math.log(high / Math.min(high, Math.max(error, low)))) /
      Math.log(high / low);
    const path = (points: readonly Point[]) =>
      (points.length === 1 ? [points[0], points[0]] : points) // a dot
        .map(
          ([at, error]) =>
            `${((100 * at) / last).toFixed(2)},${y(error).toFixed(2)}`
        )
        .join(' ');
    this._svg.replaceChildren(
      ...ticks
        .filter(tick => isDecade(tick) || tick === low)
        .map(tick =>
          shape('line', {
            class: 'tessnb-run-grid',
            x1: '0',
            x2: '100',
            y1: y(tick).toFixed(2),
            y2: y(tick).toFixed(2)
          })
        ),
      shape('polyline', {
        class: 'tessnb-run-training',
        points: path(training)
      }),
      shape('polyline', {
        class: 'tessnb-run-held-out',
        points: path(held_out)
      })
    );
    const drawn = all.length > 0;
    this._high.textContent = drawn ? `${high}\u202f%` : '';
    this._low.textContent = drawn ? `${low}\u202f%` : '';
    this._last.textContent = drawn ? number(last) : '';
    this.node.setAttribute('aria-label', this._words(training, held_out));
  }

  private _words(
    training: readonly Point[],
    held_out: readonly Point[]
  ): string {
    if (!training.length) {
      return trans.__('No line has been trained yet');
    }
    const first = training[0];
    const last = training[training.length - 1];
    const words = trans.__(
      'Mean character error (BCER): %1 at iteration %2, %3 at iteration %4.',
      percent(first[1]),
      number(first[0]),
      percent(last[1]),
      number(last[0])
    );
    const read = held_out[held_out.length - 1];
    return read
      ? `${words} ${trans.__('On held-out lines (CER): %1.', percent(read[1]))}`
      : words;
  }

  private readonly _svg: SVGSVGElement;
  private readonly _high: HTMLElement;
  private readonly _low: HTMLElement;
  private readonly _last: HTMLElement;
}

function isDecade(tick: number): boolean {
  return [100, 10, 1, 0.1, 0.01].includes(tick);
}

function shape(
  tag: 'line' | 'polyline',
  attributes: Readonly<Record<string, string>>
): SVGElement {
  return make(tag, { ...attributes, 'vector-effect': 'non-scaling-stroke' });
}
