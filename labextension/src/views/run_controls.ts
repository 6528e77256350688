/**
 * The buttons that tell a run what to do, and the field for its learning rate.
 */
import { element, make } from './dom';
import { trans } from './trans';

/** What a run can be told. */
export type Command =
  'start' | 'pause' | 'resume' | 'stop' | 'checkpoint' | 'set';

/** What the buttons show. */
export interface IRunControls {
  /** What the first button does: one of these, or nothing. */
  readonly first: 'start' | 'pause' | 'resume' | '';
  /** What it says, which differs between a run that is new and one that was stopped. */
  readonly label: string;
  readonly stop: boolean;
  readonly checkpoint: boolean;
  readonly set: boolean;
  /** The present learning rate, in words; empty if it is not known. */
  readonly rate: string;
}

const ICONS = {
  start: 'M4 2.5v11l9.5-5.5z',
  pause: 'M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z',
  stop: 'M3 3h10v10h-10z',
  checkpoint:
    'M8 1.5a1 1 0 0 1 1 1V7.4l1.8-1.8a1 1 0 0 1 1.4 1.4L8 11.2 3.8 7a1 1 0 0 1 1.4-1.4L7 7.4V2.5a1 1 0 0 1 1-1zM2.5 12.5h11v2h-11z'
};

export class RunControlsView {
  readonly node: HTMLElement;

  /** `tell` is called with a command; the text of the learning rate comes with `set`. */
  constructor(tell: (command: Command, learningRate?: string) => void) {
    this.first = button('start', trans.__('Pause'), () => {
      if (this.shown?.first) {
        tell(this.shown.first);
      }
    });
    this.first.title = trans.__('Wait after the current line, or go on');
    this.stop = button('stop', trans.__('Stop'), () => tell('stop'));
    this.stop.title = trans.__(
      'Stop after the current line; it can go on later'
    );
    this.checkpoint = button('checkpoint', trans.__('Checkpoint'), () =>
      tell('checkpoint')
    );
    this.checkpoint.title = trans.__('Write a checkpoint now, that stays');
    this.rate = element('input', {
      type: 'text',
      placeholder: trans.__('a new one, Enter'),
      inputmode: 'decimal',
      spellcheck: 'false'
    });
    this.rate.addEventListener('keydown', event => {
      if (event.key === 'Enter' && this.rate.value.trim()) {
        tell('set', this.rate.value);
      } else if (event.key === 'Escape') {
        this.rate.value = '';
      }
    });
    this.now = element('span', { class: 'tessnb-run-rate tessnb-soft' });
    this.node = element(
      'div',
      { class: 'tessnb-toolbar tessnb-run', role: 'group' },
      this.first,
      this.stop,
      this.checkpoint,
      element(
        'label',
        {},
        element('span', { class: 'tessnb-soft' }, trans.__('Learning rate')),
        this.rate
      ),
      this.now
    );
    this.node.setAttribute('aria-label', trans.__('The run'));
  }

  /** Show what can be pressed. */
  setControls(shown: IRunControls): void {
    const before = this.shown;
    this.shown = shown;
    if (before?.first !== shown.first || before.label !== shown.label) {
      const drawn = shown.first === 'pause' || !shown.first ? 'pause' : 'start';
      this.first.replaceChildren(icon(drawn), firstWord(shown.label));
    }
    this.first.disabled = !shown.first;
    this.stop.disabled = !shown.stop;
    this.checkpoint.disabled = !shown.checkpoint;
    this.rate.disabled = !shown.set;
    this.now.textContent = shown.rate ? trans.__('now %1', shown.rate) : '';
  }

  private shown: IRunControls | null = null;
  private readonly first: HTMLButtonElement;
  private readonly stop: HTMLButtonElement;
  private readonly checkpoint: HTMLButtonElement;
  private readonly rate: HTMLInputElement;
  private readonly now: HTMLElement;
}

/** What the first button says, which the kernel tells in English. */
function firstWord(label: string): string {
  switch (label) {
    case 'Start':
      return trans.__('Start');
    case 'Pause':
      return trans.__('Pause');
    case 'Resume':
      return trans.__('Resume');
    case 'Go on':
      return trans.__('Go on');
    default:
      return label;
  }
}

function button(
  name: keyof typeof ICONS,
  label: string,
  act: () => void
): HTMLButtonElement {
  const made = element('button', { type: 'button' }, icon(name), label);
  made.addEventListener('click', act);
  return made;
}

function icon(name: keyof typeof ICONS): SVGElement {
  const drawing = make('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' });
  drawing.append(make('path', { d: ICONS[name] }));
  return drawing;
}
