import { drawAxes, IPlot } from './axes';
import { element, make } from './dom';
import { number } from './fields';
import {
  evaluationCurve,
  ICourse,
  nearest,
  percent,
  Point,
  summary,
  trainingCurve,
  Unit
} from './log_course';
import { drawMarks, drawReports } from './log_tables';
import { trans } from './trans';

/**
 * The log of a training as a chart, with its figures, what happened, and the last reports as a table.
 */
export class LogChartView {
  readonly node: HTMLElement;
  private readonly head = element('div', { class: 'tessnb-log-title' });
  private readonly figures = element('div', { class: 'tessnb-log-figures' });
  private readonly chart = element('div', {
    class: 'tessnb-chart tessnb-log-chart',
    tabindex: '0',
    role: 'group',
    'aria-label': trans.__('The chart; arrow keys read it')
  });
  private readonly reading = element('div', {
    class: 'tessnb-log-reading',
    'aria-live': 'polite'
  });
  private readonly happened = element('div', {});
  private readonly reports = element('div', {});
  private readonly units: ReadonlyMap<Unit, HTMLButtonElement>;
  private readonly resized = new ResizeObserver(() => this.draw());
  private course: ICourse | null = null;
  private unit: Unit = 'characters';
  private plot: IPlot | null = null;
  private cursor: SVGElement | null = null;
  private at = -1;

  constructor() {
    const button = (unit: Unit, words: string): HTMLButtonElement => {
      const made = element('button', { type: 'button' }, words);
      made.addEventListener('click', () => this.setUnit(unit));
      return made;
    };
    this.units = new Map([
      ['characters', button('characters', trans.__('characters'))],
      ['words', button('words', trans.__('words'))]
    ]);
    this.node = element(
      'div',
      { class: 'tessnb-log' },
      element(
        'div',
        { class: 'tessnb-toolbar' },
        this.head,
        element(
          'span',
          {
            class: 'tessnb-toolbar tessnb-log-units',
            role: 'group',
            'aria-label': trans.__('Errors of')
          },
          ...this.units.values()
        )
      ),
      this.figures,
      legend(),
      this.chart,
      this.reading,
      this.happened,
      this.reports
    );
    this.chart.addEventListener('pointermove', event => this.point(event));
    this.chart.addEventListener('keydown', event => this.key(event));
    this.resized.observe(this.chart);
    this.setUnit('characters');
  }

  setCourse(course: ICourse): void {
    const wasAtEnd = this.at === this.points.length - 1;
    this.course = course;
    if (wasAtEnd) {
      this.at = -1;
    }
    this.update();
  }

  dispose(): void {
    this.resized.disconnect();
  }

  private setUnit(unit: Unit): void {
    this.unit = unit;
    this.units.forEach((made, each) =>
      made.setAttribute('aria-pressed', String(each === unit))
    );
    this.update();
  }

  /** What is read along: the training, or the evaluations where the log has nothing else. */
  private get points(): readonly Point[] {
    if (!this.course) {
      return [];
    }
    const training = trainingCurve(this.course, this.unit).flat();
    return training.length ? training : evaluationCurve(this.course, this.unit);
  }

  private update(): void {
    const { course } = this;
    if (!course) {
      return;
    }
    const generation = course.generation
      ? trans.__('in the words of Tesseract %1', course.generation)
      : '';
    this.head.replaceChildren(
      element('b', { dir: 'auto' }, course.name),
      element('span', { class: 'tessnb-soft' }, generation),
      element(
        'span',
        { class: 'tessnb-soft tessnb-tabular', role: 'status' },
        course.part < 1
          ? trans.__('%1 read so far …', percent(100 * course.part))
          : ''
      )
    );
    this.figures.replaceChildren(...this.drawFigures(course));
    this.happened.replaceChildren(...drawMarks(course));
    this.reports.replaceChildren(...drawReports(course));
    this.draw();
  }

  private drawFigures(course: ICourse): HTMLElement[] {
    const training = trainingCurve(course, this.unit).flat();
    const evaluations = evaluationCurve(course, this.unit);
    const made: HTMLElement[] = [];
    if (training.length) {
      const [iteration, error] = training[training.length - 1];
      made.push(
        figure(
          'training',
          percent(error),
          trans.__('at %1, training', number(iteration))
        )
      );
    }
    if (course.best && this.unit === 'characters') {
      const [iteration, error] = course.best;
      made.push(
        figure(
          'training',
          percent(error),
          trans.__('at %1, lowest', number(iteration))
        )
      );
    }
    if (evaluations.length) {
      const [iteration, error] = evaluations[evaluations.length - 1];
      made.push(
        figure(
          'held-out',
          percent(error),
          trans.__('at %1, evaluation', number(Math.round(iteration)))
        )
      );
    }
    if (course.skipped) {
      made.push(
        figure('none', number(course.skipped), trans.__('lines skipped'))
      );
    }
    return made;
  }

  private draw(): void {
    const { course } = this;
    const { clientWidth: width, clientHeight: height } = this.chart;
    if (!course || width < 100) {
      return;
    }
    const pieces = trainingCurve(course, this.unit);
    const evaluations = evaluationCurve(course, this.unit);
    const all = [...pieces.flat(), ...evaluations];
    if (!all.length) {
      this.chart.replaceChildren(
        element(
          'div',
          { class: 'tessnb-chart-empty' },
          trans.__('No report yet: the first comes after 100 iterations.')
        )
      );
      this.plot = null;
      return;
    }
    const plot = drawAxes(
      all.map(([, error]) => error),
      Math.max(
        ...all.map(([iteration]) => iteration),
        ...course.marks.map(([iteration]) => iteration)
      ),
      width,
      height,
      summary(course, this.unit)
    );
    this.plot = plot;
    const isWorst = ([, kind]: readonly [number, string, string]): number =>
      Number(kind === 'diverged');
    const marks = [...course.marks].sort((a, b) => isWorst(a) - isWorst(b));
    marks.forEach(mark => plot.svg.append(drawMark(plot, ...mark)));
    pieces.forEach(piece => plot.svg.append(drawCurve(plot, piece, '')));
    plot.svg.append(drawCurve(plot, evaluations, ' tessnb-mod-held-out'));
    for (const point of evaluations.length <= 100 ? evaluations : []) {
      plot.svg.append(dot(plot, point, 4, 'tessnb-mod-held-out'));
    }
    if (course.best && this.unit === 'characters') {
      plot.svg.append(dot(plot, course.best, 6, 'tessnb-mod-best'));
    }
    this.cursor = make('line', {
      class: 'tessnb-log-cursor',
      y1: plot.top,
      y2: plot.bottom,
      x1: -9,
      x2: -9
    });
    plot.svg.append(this.cursor);
    this.chart.replaceChildren(plot.svg);
    this.read(this.at < 0 ? this.points.length - 1 : this.at);
  }

  private point(event: PointerEvent): void {
    if (this.plot && this.points.length) {
      const { left, right } = this.plot;
      const place = event.clientX - this.chart.getBoundingClientRect().left;
      const last = this.points[this.points.length - 1][0];
      const whole = this.plot.x(last) - left;
      const part = (Math.min(Math.max(place, left), right) - left) / whole;
      this.read(nearest(this.points, part * last));
    }
  }

  private key(event: KeyboardEvent): void {
    const last = this.points.length - 1;
    const target = {
      ArrowLeft: this.at - 1,
      ArrowRight: this.at + 1,
      Home: 0,
      End: last
    }[event.key];
    if (target !== undefined && last >= 0) {
      this.read(Math.min(Math.max(target, 0), last));
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Say what the curves are at a point. */
  private read(at: number): void {
    const { plot, course, cursor } = this;
    const point = this.points[at];
    if (!plot || !course || !cursor || !point) {
      return;
    }
    this.at = at;
    const x = plot.x(point[0]);
    cursor.setAttribute('x1', String(x));
    cursor.setAttribute('x2', String(x));
    const evaluations = evaluationCurve(course, this.unit);
    const evaluation = evaluations[nearest(evaluations, point[0])];
    const isTraining = trainingCurve(course, this.unit).length > 0;
    this.reading.replaceChildren(
      trans.__('iteration %1', number(Math.round(point[0]))),
      ...(isTraining ? [value('training', percent(point[1]))] : []),
      ...(evaluation ? [value('held-out', percent(evaluation[1]))] : [])
    );
  }
}

function value(kind: 'training' | 'held-out', text: string): HTMLElement {
  return element(
    'span',
    {},
    element('span', { class: `tessnb-log-key tessnb-mod-${kind}` }),
    kind === 'training'
      ? trans.__('training %1', text)
      : trans.__('evaluation %1', text)
  );
}

function legend(): HTMLElement {
  const entry = (kind: string, words: string): HTMLElement =>
    element(
      'span',
      {},
      element('span', { class: `tessnb-log-key tessnb-mod-${kind}` }),
      words
    );
  return element(
    'div',
    { class: 'tessnb-log-legend' },
    entry('training', trans.__('training, mean of 1000 lines')),
    entry('held-out', trans.__('evaluation')),
    entry('diverged', trans.__('divergence')),
    entry('event', trans.__('other events'))
  );
}

function figure(kind: string, large: string, words: string): HTMLElement {
  return element(
    'div',
    { class: `tessnb-of-${kind}` },
    element('strong', {}, large),
    element('span', {}, words)
  );
}

function drawCurve(
  plot: IPlot,
  points: readonly Point[],
  kind: string
): SVGElement {
  return make('polyline', {
    class: `tessnb-chart-line${kind}`,
    points: points
      .map(
        ([at, error]) => `${plot.x(at).toFixed(1)},${plot.y(error).toFixed(1)}`
      )
      .join(' ')
  });
}

function dot(
  plot: IPlot,
  [iteration, error]: Point,
  radius: number,
  kind: string
): SVGElement {
  return make('circle', {
    class: `tessnb-log-dot ${kind}`,
    cx: plot.x(iteration),
    cy: plot.y(error),
    r: radius
  });
}

function drawMark(
  plot: IPlot,
  iteration: number,
  kind: string,
  words: string
): SVGElement {
  const line = make('line', {
    class: `tessnb-log-mark tessnb-mod-${kind === 'diverged' ? 'diverged' : 'event'}`,
    x1: plot.x(iteration),
    x2: plot.x(iteration),
    y1: plot.top,
    y2: plot.bottom
  });
  const title = make('title', {});
  title.textContent = `${number(iteration)}: ${words}`;
  line.append(title);
  return line;
}
