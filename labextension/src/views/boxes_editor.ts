import { button } from './boxes_bar';
import type { Command } from './boxes_bar';
import { codePoints } from './boxes_model';
import type { TextOrder, Unit } from './boxes_model';
import { element } from './dom';
import { trans } from './trans';
import type { Rect } from './zoom';

/** What happens in the line below a page. */
export interface EditorCallbacks {
  act(command: Command): void;
  /** Another text was given to what is selected. */
  change(text: string): void;
  /** On to the next text, or back. */
  step(by: 1 | -1): void;
  /** Away from the text, which stays as it was. */
  leave(): void;
}

/** What is selected. */
export interface Selected {
  readonly unit: Unit | undefined;
  readonly count: number;
  readonly text: string;
  readonly rect: Rect | null;
  readonly textOrder: TextOrder;
}

/**
 * The text of what is selected, to be corrected, with what else can be done to it.
 */
export class BoxesEditor {
  constructor(private readonly callbacks: EditorCallbacks) {
    const make = (
      label: string,
      title: string,
      command: Command,
      key: string
    ): HTMLButtonElement =>
      button(label, title, () => callbacks.act(command), key);
    this.changers = [
      make(trans.__('Split'), trans.__('Cut in two'), 'split', 'x'),
      make(
        trans.__('Merge'),
        trans.__('Join with the next, or all selected'),
        'merge',
        'm'
      ),
      make(trans.__('Delete'), trans.__('Take away'), 'delete', 'Del')
    ];
    this.field.addEventListener('change', () => this.commit());
    this.field.addEventListener('keydown', event => this.key(event));
    this.node = element(
      'div',
      { class: 'tessnb-boxes-editor' },
      element('label', {}, element('span', {}, trans.__('Text')), this.field),
      ...this.changers,
      make(
        trans.__('Insert'),
        trans.__('A new box behind this one'),
        'insert',
        'i'
      )
    );
  }

  readonly node: HTMLElement;
  readonly details = element('div', { class: 'tessnb-boxes-details' });

  show({ unit, count, text, rect, textOrder }: Selected): void {
    const isEditable = unit !== undefined && count === 1 && !unit.isEnd;
    this.field.value = this.before = isEditable ? text : '';
    this.field.disabled = !isEditable;
    this.field.dir = textOrder === 'visual' ? 'ltr' : 'auto';
    this.field.classList.toggle('tessnb-boxes-visual', textOrder === 'visual');
    this.field.placeholder =
      count > 1
        ? trans._n('%1 selected', '%1 selected', count)
        : unit?.isEnd
          ? trans.__('end of line')
          : '';
    this.changers.forEach(made => (made.disabled = !unit));
    const parts =
      unit && rect
        ? [
            trans.__('line %1', unit.line + 1),
            `x ${rect.left}–${rect.right}`,
            `y ${rect.top}–${rect.bottom}`,
            `${rect.right - rect.left} × ${rect.bottom - rect.top} px`,
            isEditable && Array.from(text).length <= 3 ? codePoints(text) : ''
          ]
        : [];
    this.details.textContent = parts.filter(Boolean).join('  ·  ');
  }

  /** Go into the text. */
  focus(): void {
    if (!this.field.disabled) {
      this.field.focus({ preventScroll: true });
      this.field.select();
    }
  }

  get isFocused(): boolean {
    return document.activeElement === this.field;
  }

  /** Let what was typed be sent again: it was refused. */
  reopen(): void {
    this.before = '\0';
  }

  private commit(): void {
    const text = this.field.value;
    if (text !== this.before && !this.field.disabled) {
      this.before = text;
      this.callbacks.change(text);
    }
  }

  private key(event: KeyboardEvent): void {
    const isSave =
      (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's';
    if (isSave) {
      this.commit();
      return; // the viewer saves
    }
    event.stopPropagation();
    if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      this.commit();
      this.callbacks.step(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.callbacks.leave();
    }
  }

  private readonly changers: readonly HTMLButtonElement[];
  private readonly field = element('input', {
    type: 'text',
    spellcheck: 'false',
    autocomplete: 'off'
  });
  private before = '';
}
