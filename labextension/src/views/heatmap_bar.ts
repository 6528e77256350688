/**
 * The row of controls above a drawing of a line: which line, which model, what, how large.
 */
import { element } from './dom';
import { trans } from './trans';

/** What the controls show. */
export interface IBarState {
  readonly index: number;
  readonly count: number;
  readonly models: readonly string[];
  readonly model: string;
}

/** Whom to tell. */
export interface IBarCallbacks {
  onIndex(index: number): void;
  onModel(model: string): void;
  /** 0 is the whole line. */
  onZoom(factor: number): void;
}

export class LineBar {
  readonly node: HTMLElement;

  /** `choices` stand in the middle. */
  constructor(
    private readonly callbacks: IBarCallbacks,
    choices: Choices<string>
  ) {
    this.previous = button('◀', () => this.go(-1), trans.__('Previous line'));
    this.next = button('▶', () => this.go(1), trans.__('Next line'));
    this.place = element('span', { class: 'tessnb-bar-place' });
    this.models = element('select', { 'aria-label': trans.__('Model') });
    this.models.addEventListener('change', () =>
      callbacks.onModel(this.models.value)
    );
    const zoom = (factor: number) => () => callbacks.onZoom(factor);
    this.keys = new Map([
      ['PageUp', () => this.go(-1)],
      ['PageDown', () => this.go(1)],
      ['+', zoom(1.5)],
      ['=', zoom(1.5)],
      ['-', zoom(1 / 1.5)],
      ['0', zoom(0)]
    ]);
    this.node = element(
      'div',
      { class: 'tessnb-bar-row' },
      element(
        'span',
        { class: 'tessnb-bar-group' },
        this.previous,
        this.place,
        this.next
      ),
      element(
        'label',
        { class: 'tessnb-bar-group' },
        element('span', { class: 'tessnb-soft' }, trans.__('model')),
        this.models
      ),
      choices.node,
      element(
        'span',
        { class: 'tessnb-bar-group tessnb-bar-end' },
        button('−', zoom(1 / 1.5), trans.__('Smaller')),
        button('+', zoom(1.5), trans.__('Larger')),
        button('⤢', zoom(0), trans.__('The whole line'))
      )
    );
  }

  /** Show the state. */
  setState(state: IBarState): void {
    const before = this.state;
    this.state = state;
    const { index, count, models, model } = state;
    this.place.textContent = trans.__('line %1 of %2', index + 1, count);
    this.previous.disabled = index === 0;
    this.next.disabled = index + 1 >= count;
    if (before?.models.join('\n') !== models.join('\n')) {
      this.models.replaceChildren(
        ...models.map(name => element('option', { value: name }, name))
      );
    }
    this.models.value = model;
    this.models.disabled = models.length < 2;
  }

  /** Go to another line, if there is one. */
  private go(by: number): void {
    const { index, count } = this.state ?? { index: 0, count: 1 };
    if (index + by >= 0 && index + by < count) {
      this.callbacks.onIndex(index + by);
    }
  }

  /** Do what a button does that has a key; false for any other key. */
  pressed(key: string): boolean {
    const act = this.keys.get(key);
    act?.();
    return act !== undefined;
  }

  private state: IBarState | null = null;
  private readonly keys: ReadonlyMap<string, () => void>;
  private readonly previous: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private readonly place: HTMLElement;
  private readonly models: HTMLSelectElement;
}

/** A group of buttons of which one is pressed. */
export class Choices<T extends string> {
  readonly node: HTMLElement;

  /** `names` are what each stands for, and its word. */
  constructor(
    label: string,
    names: readonly (readonly [T, string])[],
    onChoice: (name: T) => void
  ) {
    for (const [name, word] of names) {
      this.buttons.set(
        name,
        button(word, () => onChoice(name))
      );
    }
    this.node = element(
      'span',
      { class: 'tessnb-bar-group', role: 'group', 'aria-label': label },
      ...this.buttons.values()
    );
  }

  /** Show which one is chosen. */
  setChoice(chosen: T): void {
    for (const [name, each] of this.buttons) {
      each.setAttribute('aria-pressed', String(name === chosen));
    }
  }

  /** Let a button be pressed or not, and say why. */
  setReason(name: T, disabled: boolean, reason: string): void {
    const found = this.buttons.get(name);
    if (found) {
      found.disabled = disabled;
      found.title = reason;
    }
  }

  private readonly buttons = new Map<T, HTMLButtonElement>();
}

/** A button; one with a sign instead of a word needs a label. */
export function button(
  text: string,
  act: () => void,
  label?: string
): HTMLButtonElement {
  const made = element('button', { type: 'button' }, text);
  if (label) {
    made.setAttribute('aria-label', label);
    made.title = label;
  }
  made.addEventListener('click', act);
  return made;
}
