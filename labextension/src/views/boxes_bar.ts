import type { Level, TextOrder } from './boxes_model';
import { element } from './dom';
import { trans } from './trans';

/** What the buttons above and below a page do. */
export type Command =
  | 'previous-page'
  | 'next-page'
  | 'zoom-in'
  | 'zoom-out'
  | 'fit-page'
  | 'fit-width'
  | 'split'
  | 'merge'
  | 'insert'
  | 'delete'
  | 'undo'
  | 'redo'
  | 'save';

/** A button; its key is shown in it, or told by its title. */
export function button(
  label: string,
  title: string,
  act: () => void,
  key = ''
): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', class: 'tessnb-boxes-button', title },
    label
  );
  if (label.length < 2) {
    made.setAttribute('aria-label', title);
  }
  if (key) {
    made.append(element('kbd', {}, key));
  }
  made.addEventListener('click', act);
  return made;
}

/** Buttons of which one is pressed. */
export class Choice<T extends string> {
  /** `names` are what each stands for, and its word. */
  constructor(
    label: string,
    names: readonly (readonly [T, string])[],
    choose: (value: T) => void
  ) {
    this.node = element(
      'span',
      { class: 'tessnb-boxes-choice', role: 'group', 'aria-label': label },
      element('span', { 'aria-hidden': 'true' }, label)
    );
    for (const [name, word] of names) {
      const made = button(word, `${label}: ${word}`, () => choose(name));
      this.buttons.set(name, made);
      this.node.append(made);
    }
  }

  readonly node: HTMLElement;

  set value(value: T) {
    this.buttons.forEach((made, name) =>
      made.setAttribute('aria-pressed', String(name === value))
    );
  }

  private readonly buttons = new Map<T, HTMLButtonElement>();
}

/** What the bar shows. */
export interface BarState {
  readonly page: number;
  readonly pages: number;
  readonly changed: boolean;
  readonly undo: boolean;
  readonly redo: boolean;
  readonly file: string;
}

/**
 * The bar above a page: pages, zoom, what is marked, the order of text, undo, redo, save.
 */
export class BoxesBar {
  constructor(
    act: (command: Command) => void,
    setPage: (page: number) => void,
    setLevel: (level: Level) => void,
    setOrder: (order: TextOrder) => void
  ) {
    const make = (
      label: string,
      title: string,
      command: Command
    ): HTMLButtonElement => button(label, title, () => act(command));
    this.previous = make(
      '‹',
      trans.__('Previous page (PageUp)'),
      'previous-page'
    );
    this.next = make('›', trans.__('Next page (PageDown)'), 'next-page');
    this.number.addEventListener('change', () => {
      setPage(Number(this.number.value) - 1);
    });
    this.level = new Choice(
      trans.__('boxes'),
      [
        ['characters', trans.__('characters')],
        ['words', trans.__('words')],
        ['lines', trans.__('lines')]
      ],
      setLevel
    );
    this.order = new Choice(
      trans.__('text'),
      [
        ['logical', trans.__('logical')],
        ['visual', trans.__('visual')]
      ],
      setOrder
    );
    this.undo = make(trans.__('Undo'), trans.__('Undo (Ctrl+Z)'), 'undo');
    this.redo = make(trans.__('Redo'), trans.__('Redo (Ctrl+Shift+Z)'), 'redo');
    this.save = make(trans.__('Save'), trans.__('Save (Ctrl+S)'), 'save');
    const group = (...children: Array<Node | string>): HTMLElement =>
      element('span', { class: 'tessnb-boxes-group' }, ...children);
    this.pageGroup = group(this.previous, this.number, this.count, this.next);
    this.node = element(
      'div',
      {
        class: 'tessnb-boxes-bar',
        role: 'toolbar',
        'aria-label': trans.__('Boxes')
      },
      this.pageGroup,
      group(
        make(trans.__('Fit'), trans.__('Show the whole page (0)'), 'fit-page'),
        make(
          trans.__('Width'),
          trans.__('Show the whole width (9)'),
          'fit-width'
        ),
        make('−', trans.__('Smaller (−)'), 'zoom-out'),
        this.scale,
        make('+', trans.__('Larger (+)'), 'zoom-in')
      ),
      this.level.node,
      this.order.node,
      element('span', { class: 'tessnb-boxes-space-between' }),
      group(this.undo, this.redo, this.save)
    );
  }

  readonly node: HTMLElement;
  readonly level: Choice<Level>;
  readonly order: Choice<TextOrder>;

  setScale(scale: number): void {
    const percent = 100 * scale;
    this.scale.textContent = `${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`;
  }

  setState({ page, pages, changed, undo, redo, file }: BarState): void {
    this.pageGroup.hidden = pages < 2;
    this.number.value = String(page + 1);
    this.number.max = String(pages);
    this.count.textContent = ` / ${pages} `;
    this.previous.disabled = page <= 0;
    this.next.disabled = page >= pages - 1;
    this.undo.disabled = !undo;
    this.redo.disabled = !redo;
    this.save.disabled = !changed || !file;
    this.save.classList.toggle('tessnb-boxes-changed', changed && file !== '');
    this.save.title = file
      ? trans.__('Save %1 (Ctrl+S)', file)
      : trans.__('No file yet: viewer.save("name.box")');
  }

  private readonly number = element('input', {
    type: 'number',
    min: '1',
    'aria-label': trans.__('Page')
  });
  private readonly count = element('span');
  private readonly scale = element('span', { class: 'tessnb-boxes-scale' });
  private readonly pageGroup: HTMLElement;
  private readonly previous: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly save: HTMLButtonElement;
}
