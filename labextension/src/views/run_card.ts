/**
 * One run in a list: how far it is, its curve, and the buttons that tell it what to do.
 */
import { element } from './dom';
import { IRunPoints, RunCurve } from './run_curve';
import { percent } from './figures';
import {
  IRun,
  IRunCheckpoint,
  RunCommand,
  ago,
  checkpointWords,
  done,
  left,
  reached,
  speed,
  stateWords
} from './run_words';
import { trans } from './trans';

/** What a run is shown with: itself, its curve and its checkpoints. */
export interface IShownRun {
  readonly run: IRun;
  readonly points: IRunPoints;
  readonly checkpoints: readonly IRunCheckpoint[];
}

/** What somebody wants from a run. */
export interface IRunActions {
  /** Rejects with what prevents it. */
  tell(run: IRun, command: RunCommand): Promise<void>;
  openNotebook(run: IRun): void;
  openCheckpoint(run: IRun, checkpoint: IRunCheckpoint): void;
  /** Its curve is to be seen from now on, or not any longer. */
  opened(run: IRun, open: boolean): void;
}

/** State → a sign beside its word. */
const SIGNS: Readonly<Record<string, string>> = {
  new: '○',
  running: '●',
  paused: '‖',
  finished: '✓',
  stopped: '■',
  failed: '✕',
  'left behind': '?'
};

let cards = 0;

export class RunCard {
  readonly node: HTMLElement;

  constructor(
    run: IRun,
    private readonly _actions: IRunActions
  ) {
    const id = `tessnb-run-${++cards}`;
    this._run = run;
    this._open = !run.over;
    this._name = element('span', { class: 'tessnb-run-name', dir: 'auto' });
    this._sign = element('span', { 'aria-hidden': 'true' });
    this._state = element('span');
    this._head = element(
      'button',
      { class: 'tessnb-run-head', 'aria-controls': id },
      this._name,
      element('span', { class: 'tessnb-run-state' }, this._sign, this._state)
    );
    this._head.addEventListener('click', () => this._toggle());
    this._far = element('span');
    this._speed = element('span');
    this._left = element('span');
    this._done = element('span');
    this._rest = element(
      'div',
      { class: 'tessnb-run-figures tessnb-tabular' },
      this._done,
      this._left
    );
    this._bar = element('div', { class: 'tessnb-run-done' });
    this._progress = element(
      'div',
      {
        class: 'tessnb-run-progress',
        role: 'progressbar',
        'aria-valuemin': '0',
        'aria-valuemax': '100'
      },
      this._bar
    );
    this._curve = new RunCurve();
    this._errors = element('div', {
      class: 'tessnb-run-errors tessnb-tabular'
    });
    this._pause = this._button('', () =>
      this._tell(this._run.state === 'running' ? 'pause' : 'resume')
    );
    this._stop = this._button(trans.__('Stop'), () => this._tell('stop'));
    this._stop.title = trans.__(
      'Stop after the current line, with a checkpoint; it can go on later'
    );
    this._save = this._button(trans.__('Checkpoint'), () =>
      this._tell('checkpoint')
    );
    this._save.title = trans.__('Write a checkpoint now, that stays');
    this._notebook = this._button(trans.__('Open notebook'), () =>
      _actions.openNotebook(this._run)
    );
    this._choice = element('select', {
      'aria-label': trans.__('Open a checkpoint')
    });
    this._choice.addEventListener('change', () => this._choose());
    this._why = element('div', { class: 'tessnb-run-why', dir: 'auto' });
    this._trouble = element('div', {
      class: 'tessnb-run-trouble',
      role: 'alert',
      dir: 'auto'
    });
    this._body = element(
      'div',
      { class: 'tessnb-run-body', id },
      element(
        'div',
        { class: 'tessnb-run-figures tessnb-tabular' },
        this._far,
        this._speed
      ),
      this._progress,
      this._rest,
      this._curve.node,
      this._errors,
      this._why,
      element(
        'div',
        { class: 'tessnb-run-buttons' },
        this._pause,
        this._stop,
        this._save
      ),
      element(
        'div',
        { class: 'tessnb-run-buttons' },
        this._notebook,
        this._choice
      ),
      this._trouble
    );
    this.node = element(
      'li',
      { class: 'tessnb-run-card' },
      this._head,
      this._body
    );
  }

  /** Whether its curve is to be seen. */
  get isOpen(): boolean {
    return this._open;
  }

  update({ run, points, checkpoints }: IShownRun, now: number): void {
    if (run.over !== this._run.over) {
      this._open = this._open || !run.over;
    }
    this._run = run;
    this.node.dataset.state = run.state;
    this.node.dataset.path = run.path;
    set(this._name, run.name);
    this._head.title = `${run.path}\n${run.place}`;
    set(this._sign, SIGNS[run.state] ?? '');
    set(this._state, stateWords(run.state));
    this._head.setAttribute('aria-expanded', String(this._open));
    this._body.hidden = !this._open;
    if (!this._open) {
      return;
    }
    set(this._far, reached(run));
    set(this._speed, run.over ? ago(now - run.updated) : speed(run));
    set(this._left, left(run));
    this._progress.hidden = this._rest.hidden =
      run.fraction === null || run.over;
    this._bar.style.width = `${100 * (run.fraction ?? 0)}%`;
    set(this._done, done(run));
    this._progress.setAttribute(
      'aria-valuenow',
      String(Math.floor(100 * (run.fraction ?? 0)))
    );
    this._progress.setAttribute(
      'aria-label',
      trans.__('Iterations of %1', run.name)
    );
    this._curve.update(points);
    this._errors.replaceChildren(...this._figures(run));
    set(this._why, run.over ? this._ending(run) : '');
    this._why.hidden = !this._why.textContent;
    this._buttons(run);
    this._offer(checkpoints);
  }

  private _figures(run: IRun): HTMLElement[] {
    const figure = (kind: string, words: string, value: number | null) =>
      element(
        'span',
        { class: `tessnb-run-figure ${kind}` },
        words,
        element('b', {}, percent(value))
      );
    const shown = [
      figure('tessnb-of-training', trans.__('BCER'), run.bcer),
      figure('', trans.__('best'), run.best_bcer)
    ];
    return run.held_out === null
      ? shown
      : [
          ...shown,
          figure('tessnb-of-held-out', trans.__('held-out CER'), run.held_out)
        ];
  }

  private _ending(run: IRun): string {
    return run.state === 'left behind'
      ? trans.__('Its process has gone before it was over.')
      : run.reason;
  }

  private _buttons(run: IRun): void {
    const words =
      run.state === 'running'
        ? trans.__('Pause')
        : run.over
          ? trans.__('Go on')
          : trans.__('Resume');
    set(this._pause, words);
    this._pause.title = run.over
      ? trans.__('Go on from its last checkpoint, in a process of its own')
      : trans.__('Wait after the current line, or go on');
    this._pause.hidden = run.over && !run.can_go_on;
    this._stop.hidden = this._save.hidden = run.over;
    this._notebook.hidden = !run.notebook;
  }

  /** Offer the checkpoints to be opened; the list stays as it is while somebody chooses. */
  private _offer(checkpoints: readonly IRunCheckpoint[]): void {
    const key = JSON.stringify(checkpoints);
    if (key === this._offered || document.activeElement === this._choice) {
      return;
    }
    this._offered = key;
    this._checkpoints = checkpoints;
    this._choice.hidden = !checkpoints.length;
    this._choice.replaceChildren(
      element('option', { value: '' }, trans.__('Open checkpoint')),
      ...checkpoints.map((each, place) =>
        element('option', { value: String(place) }, checkpointWords(each))
      )
    );
  }

  private _choose(): void {
    const chosen = this._checkpoints[Number(this._choice.value || -1)];
    this._choice.value = '';
    this._choice.blur();
    if (chosen) {
      this._actions.openCheckpoint(this._run, chosen);
    }
  }

  private async _tell(command: RunCommand): Promise<void> {
    const buttons = [this._pause, this._stop, this._save];
    const focused = document.activeElement;
    buttons.forEach(each => (each.disabled = true));
    set(this._trouble, '');
    try {
      await this._actions.tell(this._run, command);
    } catch (error) {
      set(this._trouble, error instanceof Error ? error.message : `${error}`);
    } finally {
      buttons.forEach(each => (each.disabled = false));
      if (focused instanceof HTMLElement && !focused.hidden) {
        focused.focus();
      }
    }
  }

  private _toggle(): void {
    this._open = !this._open;
    this._head.setAttribute('aria-expanded', String(this._open));
    this._body.hidden = !this._open;
    this._actions.opened(this._run, this._open);
  }

  private _button(words: string, act: () => unknown): HTMLButtonElement {
    const made = element('button', { type: 'button' }, words);
    made.addEventListener('click', () => void act());
    return made;
  }

  private _run: IRun;
  private _open: boolean;
  private _offered = '';
  private _checkpoints: readonly IRunCheckpoint[] = [];
  private readonly _name: HTMLElement;
  private readonly _sign: HTMLElement;
  private readonly _state: HTMLElement;
  private readonly _head: HTMLButtonElement;
  private readonly _far: HTMLElement;
  private readonly _speed: HTMLElement;
  private readonly _left: HTMLElement;
  private readonly _done: HTMLElement;
  private readonly _rest: HTMLElement;
  private readonly _bar: HTMLElement;
  private readonly _progress: HTMLElement;
  private readonly _curve: RunCurve;
  private readonly _errors: HTMLElement;
  private readonly _pause: HTMLButtonElement;
  private readonly _stop: HTMLButtonElement;
  private readonly _save: HTMLButtonElement;
  private readonly _notebook: HTMLButtonElement;
  private readonly _choice: HTMLSelectElement;
  private readonly _why: HTMLElement;
  private readonly _trouble: HTMLElement;
  private readonly _body: HTMLElement;
}

/** Change a text only if it is another: so that nothing is read aloud twice, and no selection is lost. */
function set(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
