import { button, element } from './dom';
import { percent } from './figures';
import { drawErrors, IErrorPoint, noErrors } from './error_chart';
import { trans } from './trans';
import { VirtualRows } from './virtual_rows';

const ROW_HEIGHT = 36;

/** A checkpoint as the kernel tells of it. */
export interface ICheckpoint {
  readonly name: string;
  readonly run: string;
  /** Percent. */
  readonly bcer: number;
  readonly iteration: number;
  readonly size: string;
  /** The run goes on from it. */
  readonly current: boolean;
  /** Proposed for its model: as float, as int8. */
  readonly names: readonly [string, string];
}

let serial = 0;

/**
 * Checkpoints to choose from, as a chart and a list, with what makes a model of the chosen one.
 */
export class CheckpointsView {
  readonly node: HTMLElement;
  private readonly chart = element('div', { class: 'tessnb-chart' });
  private readonly rows: VirtualRows;
  private readonly name = element('input', {
    type: 'text',
    spellcheck: 'false',
    'aria-label': trans.__('Name of the model')
  });
  private readonly formats: readonly HTMLButtonElement[];
  private readonly export: HTMLButtonElement;
  private readonly remove: HTMLButtonElement;
  private readonly undo: HTMLButtonElement;
  private readonly head = element('div', { class: 'tessnb-status' });
  private readonly result = element('div', {
    class: 'tessnb-checkpoints-result',
    'aria-live': 'polite'
  });
  private readonly observer: ResizeObserver;
  private checkpoints: readonly ICheckpoint[] = [];
  private chosen = '';
  private integer = false;
  private isKnown = false;

  constructor(private readonly options: CheckpointsView.IOptions) {
    this.formats = [
      button(trans.__('float'), () => this.setFormat(false)),
      button(trans.__('int8'), () => this.setFormat(true))
    ];
    this.formats[0].title = trans.__('Can be trained further');
    this.formats[1].title = trans.__('A quarter of the size, reads faster');
    this.export = button(trans.__('Export'), () => this.onExport());
    this.export.classList.add('tessnb-mod-main');
    this.remove = button(trans.__('Put aside'), () => this.onRemove());
    this.undo = button(trans.__('Bring back'), () => options.onUndo());
    this.rows = new VirtualRows({
      id: `tessnb-checkpoints-${++serial}`,
      label: trans.__('Checkpoints'),
      height: ROW_HEIGHT,
      multiple: false,
      draw: index => this.drawRow(this.checkpoints[index]),
      onChoose: index => this.choose(this.checkpoints[index].name)
    });
    this.rows.node.addEventListener('keydown', event => {
      if (event.key === 'Delete') {
        this.onRemove();
      } else if ((event.ctrlKey || event.metaKey) && event.key === 'z') {
        options.onUndo();
      }
    });
    this.name.addEventListener('keydown', event => {
      if (event.key === 'Enter' && !this.export.disabled) {
        this.onExport();
      }
    });
    this.node = element(
      'div',
      { class: 'tessnb-checkpoints' },
      this.head,
      this.chart,
      this.rows.node,
      element(
        'div',
        { class: 'tessnb-toolbar' },
        element('label', { class: 'tessnb-soft' }, trans.__('Model')),
        this.name,
        element(
          'span',
          {
            class: 'tessnb-toolbar',
            role: 'group',
            'aria-label': trans.__('Weights')
          },
          ...this.formats
        ),
        this.export,
        this.remove,
        this.undo
      ),
      this.result
    );
    this.observer = new ResizeObserver(() => this.drawChart());
    this.observer.observe(this.chart);
    this.setFormat(false);
    this.update();
  }

  dispose(): void {
    this.observer.disconnect();
  }

  setCheckpoints(
    checkpoints: readonly ICheckpoint[],
    folder: string,
    undo: number
  ): void {
    const wasAtEnd = this.rows.current >= this.checkpoints.length - 1;
    const isFirst = !this.isKnown;
    this.isKnown = true;
    this.checkpoints = checkpoints;
    this.head.replaceChildren(
      element('b', {}, trans.__('Checkpoints')),
      element(
        'span',
        { class: 'tessnb-soft' },
        trans.__('mean character error (BCER)')
      ),
      element('span', { class: 'tessnb-soft tessnb-path' }, folder)
    );
    this.undo.disabled = !undo;
    this.update();
    if (isFirst || wasAtEnd) {
      this.rows.moveTo(checkpoints.length - 1);
    }
  }

  setChosen(name: string): void {
    this.chosen = name;
    this.propose();
    this.update();
    const place = this.checkpoints.findIndex(each => each.name === name);
    if (place >= 0) {
      this.rows.moveTo(place);
    }
  }

  setResult(text: string, failed: boolean): void {
    this.result.textContent = text;
    this.result.classList.toggle('tessnb-failure', failed);
    this.update();
  }

  private get found(): ICheckpoint | undefined {
    return this.checkpoints.find(({ name }) => name === this.chosen);
  }

  private choose(name: string): void {
    this.setChosen(name);
    this.options.onChosen(name);
  }

  private setFormat(integer: boolean): void {
    this.integer = integer;
    this.formats.forEach((made, number) =>
      made.setAttribute('aria-pressed', String(integer === (number === 1)))
    );
    this.propose();
  }

  private propose(): void {
    this.name.value = this.found?.names[this.integer ? 1 : 0] ?? '';
  }

  private onExport(): void {
    this.setResult(trans.__('Writing …'), false);
    this.export.disabled = true;
    this.options.onExport(this.name.value, this.integer);
  }

  private onRemove(): void {
    const found = this.found;
    if (found && !found.current) {
      this.choose('');
      this.options.onRemove(found.name);
    }
  }

  private update(): void {
    const found = this.found;
    this.export.disabled = !found;
    this.name.disabled = !found;
    this.name.placeholder = found ? '' : trans.__('Choose a checkpoint above');
    this.remove.disabled = !found || found.current;
    this.remove.title = found?.current
      ? trans.__('The run goes on from this one')
      : trans.__('Move into the folder removed_checkpoints');
    this.rows.node.hidden = !this.checkpoints.length;
    this.rows.node.style.height = `${
      ROW_HEIGHT * Math.max(3, Math.min(6, this.checkpoints.length)) + 2
    }px`;
    this.rows.reset(this.checkpoints.length, true);
    this.drawChart();
  }

  private get best(): ICheckpoint | undefined {
    return [...this.checkpoints].sort((a, b) => a.bcer - b.bcer)[0];
  }

  private drawChart(): void {
    if (!this.checkpoints.length) {
      this.chart.replaceChildren(
        noErrors(
          this.isKnown
            ? trans.__(
                'No checkpoints yet: a run with a model_output writes one each time it gets better.'
              )
            : trans.__('Waiting for an answer …')
        )
      );
      return;
    }
    const runs = [...new Set(this.checkpoints.map(({ run }) => run))];
    const series = runs.map(run =>
      this.checkpoints.filter(each => each.run === run)
    );
    const lines = series.map(line =>
      line.map((each): IErrorPoint => ({
        iteration: each.iteration,
        error: each.bcer,
        label: trans.__(
          '%1: %2 at iteration %3',
          each.run,
          percent(each.bcer),
          each.iteration
        ),
        kind:
          each.name === this.chosen
            ? 'chosen'
            : each === this.best
              ? 'best'
              : ''
      }))
    );
    this.chart.replaceChildren(
      drawErrors(
        lines,
        Math.max(this.chart.clientWidth, 320),
        200,
        (run, place) => this.choose(series[run][place].name)
      )
    );
  }

  private drawRow(each: ICheckpoint): HTMLElement {
    const words = [
      each === this.best ? trans.__('★ best') : '',
      each.current ? trans.__('the run goes on from it') : ''
    ].filter(Boolean);
    return element(
      'div',
      { 'aria-selected': String(each.name === this.chosen) },
      element('span', { class: 'tessnb-checkpoints-dot' }),
      element('span', { class: 'tessnb-checkpoints-run' }, each.run),
      element(
        'span',
        { class: 'tessnb-number' },
        `${each.iteration.toLocaleString('en').replace(/,/g, '\u202f')}`
      ),
      element('b', { class: 'tessnb-number' }, percent(each.bcer)),
      element('span', { class: 'tessnb-number tessnb-soft' }, each.size),
      element('span', { class: 'tessnb-soft' }, words.join(' · '))
    );
  }
}

export namespace CheckpointsView {
  export interface IOptions {
    readonly onChosen: (name: string) => void;
    readonly onExport: (name: string, integer: boolean) => void;
    readonly onRemove: (name: string) => void;
    readonly onUndo: () => void;
  }
}
