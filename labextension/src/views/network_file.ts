import { button, element } from './dom';
import { percent } from './figures';
import { drawErrors } from './error_chart';
import { bytes, facts, failure, plainTable, section } from './facts';
import { number } from './fields';
import { drawNetwork, ILayer, rate } from './network';
import { trans } from './trans';

/** A network, and the training around it in a checkpoint, as the server tells of them. */
export interface INetworkFile {
  readonly name: string;
  readonly size: number;
  readonly spec: string;
  readonly integer: boolean;
  readonly weights: number;
  readonly outputs: number;
  readonly null_char: number;
  readonly training_iteration: number;
  readonly sample_iteration: number;
  readonly learning_rate: number;
  readonly momentum: number;
  readonly adam_beta: number;
  readonly layers: readonly ILayer[];
  readonly training: ITraining | null;
}

/** Errors in percent: RMS of the outputs, outputs far off, words, characters, lines skipped. */
export type Rates = readonly [number, number, number, number, number];

export interface ITraining {
  readonly learning_iteration: number;
  readonly rates: Rates;
  readonly best: Rates;
  readonly best_iteration: number;
  readonly worst: Rates;
  readonly worst_iteration: number;
  readonly stall_iteration: number;
  readonly stage: number;
  readonly perfect_delay: number;
  readonly improvement_steps: number;
  /** Whether a second trainer with other learning rates runs along, and its layers. */
  readonly trial: boolean;
  /** The best character errors (BCER) over time: iteration, percent. */
  readonly history: readonly (readonly [number, number])[];
}

/** Characters for an export: the traineddata around that fit. */
export interface IStarters {
  readonly found: readonly string[];
  /** Why there is none. */
  readonly problem: string;
}

/** What is known of a network beside its layers, as names and values. */
export function networkFacts(file: INetworkFile): [string, string][] {
  const lines = trans._n(
    '%2 line trained on, %3 looked at',
    '%2 lines trained on, %3 looked at',
    file.training_iteration,
    number(file.training_iteration),
    number(file.sample_iteration)
  );
  return [
    [trans.__('Specification'), file.spec],
    [
      trans.__('Weights'),
      file.integer
        ? trans.__(
            '%1, int8: reads faster, cannot be trained further',
            number(file.weights)
          )
        : trans.__('%1, float: can be trained further', number(file.weights))
    ],
    [
      trans.__('Outputs'),
      trans.__('%1, null is %2', number(file.outputs), file.null_char)
    ],
    [trans.__('Iterations'), file.training_iteration ? lines : ''],
    [trans.__('Learning rate'), rate(file.learning_rate)],
    [trans.__('Momentum'), rate(file.momentum)],
    [trans.__('Adam beta'), rate(file.adam_beta)]
  ];
}

/** What is known of a training beside its errors. */
export function trainingFacts(training: ITraining): [string, string][] {
  return [
    [trans.__('Lines that taught'), number(training.learning_iteration)],
    [
      trans.__('Best character error'),
      trans.__(
        '%1 at %2',
        percent(training.best[3]),
        number(training.best_iteration)
      )
    ],
    [
      trans.__('Counts as stalled from'),
      training.stall_iteration ? number(training.stall_iteration) : ''
    ],
    [
      trans.__('Last improvement took'),
      training.improvement_steps
        ? trans._n(
            '%2 line',
            '%2 lines',
            training.improvement_steps,
            number(training.improvement_steps)
          )
        : ''
    ],
    [
      trans.__('Perfect lines rest for'),
      training.perfect_delay ? number(training.perfect_delay) : ''
    ],
    [trans.__('Stage'), training.stage ? String(training.stage) : ''],
    [
      trans.__('Second trainer'),
      training.trial ? trans.__('with lower rates, runs along') : ''
    ]
  ];
}

/**
 * A network or a checkpoint: its layers as a picture, its training, and what makes a model of it.
 */
export class NetworkFileView {
  readonly node: HTMLElement;

  constructor(
    private readonly file: INetworkFile,
    private readonly options: NetworkFileView.IOptions
  ) {
    const { training } = file;
    this.node = element(
      'div',
      { class: 'tessnb-model tessnb-mod-page' },
      element(
        'div',
        { class: 'tessnb-status' },
        element('b', {}, file.name),
        element(
          'span',
          { class: 'tessnb-soft tessnb-tabular' },
          training
            ? trans.__('%1, a training to go on from', bytes(file.size))
            : trans.__('%1, a network', bytes(file.size))
        )
      ),
      ...(training ? [drawTraining(training)] : []),
      this.export(),
      section(
        trans.__('Network'),
        drawNetwork(file.layers),
        facts(networkFacts(file))
      )
    );
  }

  private export(): HTMLElement {
    const stem = this.file.name
      .replace(/\.(lstm|checkpoint)$/, '')
      .replace(/_checkpoint$/, '')
      .replace(/[^\w.+-]/g, '_');
    const starters = element('select', {
      'aria-label': trans.__('Characters')
    });
    const name = element('input', {
      type: 'text',
      spellcheck: 'false',
      'aria-label': trans.__('Name of the model')
    });
    const result = element('div', {
      class: 'tessnb-said',
      role: 'status',
      'aria-live': 'polite'
    });
    const go = button(trans.__('Export'), () => void this.write(form, result));
    go.classList.add('tessnb-mod-main');
    const formats = [
      button(trans.__('float'), () => set(false)),
      button(trans.__('int8'), () => set(true))
    ];
    formats[0].title = trans.__('Can be trained further');
    formats[1].title = trans.__('A quarter of the size, reads faster');
    const form = { starters, name, go, integer: false };
    const set = (integer: boolean) => {
      form.integer = integer;
      name.value = `${stem}${integer ? '_int' : ''}`;
      formats.forEach((each, place) =>
        each.setAttribute('aria-pressed', String(integer === (place === 1)))
      );
    };
    set(this.file.integer);
    const other = button(trans.__('Other …'), async () => {
      const chosen = await this.options.choose();
      if (chosen) {
        addStarter(starters, chosen);
        starters.value = chosen;
        go.disabled = false;
      }
    });
    other.title = trans.__('Choose another traineddata');
    go.disabled = true;
    void this.find(starters, go, result);
    return section(
      trans.__('Make a model of it'),
      element(
        'p',
        { class: 'tessnb-soft' },
        trans.__(
          'A network has no characters of its own: they are taken from the traineddata that it was trained with.'
        )
      ),
      element(
        'div',
        { class: 'tessnb-toolbar tessnb-export' },
        element('span', { class: 'tessnb-soft' }, trans.__('Characters')),
        starters,
        other,
        element('span', { class: 'tessnb-soft' }, trans.__('Model')),
        name,
        element(
          'span',
          {
            class: 'tessnb-toolbar',
            role: 'group',
            'aria-label': trans.__('Weights')
          },
          ...formats
        ),
        go
      ),
      result
    );
  }

  private async find(
    starters: HTMLSelectElement,
    go: HTMLButtonElement,
    result: HTMLElement
  ): Promise<void> {
    try {
      const { found, problem } = await this.options.starters();
      found.forEach(path => addStarter(starters, path));
      go.disabled = !starters.value;
      result.textContent = problem;
    } catch (error) {
      result.replaceChildren(failure(error));
    }
  }

  private async write(form: IForm, result: HTMLElement): Promise<void> {
    form.go.disabled = true;
    result.textContent = trans.__('Writing …');
    try {
      const made = await this.options.export(
        form.name.value,
        form.starters.value,
        form.integer
      );
      result.replaceChildren(
        `${trans.__('Written: %1', made)} `,
        button(trans.__('Open'), () => this.options.open(made))
      );
    } catch (error) {
      result.replaceChildren(failure(error));
    }
    form.go.disabled = false;
  }
}

interface IForm {
  readonly starters: HTMLSelectElement;
  readonly name: HTMLInputElement;
  readonly go: HTMLButtonElement;
  readonly integer: boolean;
}

function addStarter(starters: HTMLSelectElement, value: string): void {
  if (!Array.from(starters.options).some(option => option.value === value)) {
    starters.append(element('option', { value }, value));
  }
}

function drawTraining(training: ITraining): HTMLElement {
  const line = training.history.map(([iteration, error]) => ({
    iteration,
    error,
    label: trans.__('%1 at iteration %2', percent(error), iteration),
    kind:
      iteration === training.best_iteration ? ('best' as const) : ('' as const)
  }));
  const chart = element('div', { class: 'tessnb-chart' });
  if (line.length > 1) {
    chart.append(drawErrors([line], 640, 200, () => undefined));
  }
  const names: [string, number][] = [
    [trans.__('Characters (BCER)'), 3],
    [trans.__('Words (BWER)'), 2],
    [trans.__('Outputs, RMS'), 0],
    [trans.__('Outputs far off'), 1],
    [trans.__('Lines skipped'), 4]
  ];
  return section(
    trans.__('Training'),
    element(
      'div',
      { class: 'tessnb-training' },
      plainTable(
        trans.__('Mean errors of the last thousand lines'),
        [
          trans.__('Mean of 1000 lines'),
          trans.__('now'),
          trans.__('best, at %1', number(training.best_iteration)),
          trans.__('worst since, at %1', number(training.worst_iteration))
        ],
        names.map(([name, place]) => [
          name,
          element(
            'b',
            { class: 'tessnb-tabular' },
            percent(training.rates[place])
          ),
          percent(training.best[place]),
          percent(training.worst[place])
        ])
      ),
      facts(trainingFacts(training))
    ),
    element(
      'p',
      { class: 'tessnb-soft' },
      line.length > 1
        ? trans.__('Best character errors (BCER) over the iterations')
        : trans.__(
            'It has not got better twice yet: there is no curve to draw.'
          )
    ),
    ...(line.length > 1 ? [chart] : [])
  );
}

export namespace NetworkFileView {
  export interface IOptions {
    /** Find what has the network's characters. */
    readonly starters: () => Promise<IStarters>;
    /** Let somebody choose a traineddata; null for none. */
    readonly choose: () => Promise<string | null>;
    /** Write a model beside; its name. */
    readonly export: (
      name: string,
      traineddata: string,
      integer: boolean
    ) => Promise<string>;
    readonly open: (name: string) => void;
  }
}
