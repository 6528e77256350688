import { element } from './dom';
import { ICounts, ITable } from './error_types';
import { button, number } from './fields';
import { trans } from './trans';

/** What a line can be marked as, and the key for it. */
const MARKS = [
  ['wrong truth', 'w'],
  ['exclude', 'x'],
  ['train', 't']
] as const;

/** The word on the button of a mark. */
function markWord(mark: (typeof MARKS)[number][0]): string {
  switch (mark) {
    case 'wrong truth':
      return trans.__('Wrong truth');
    case 'exclude':
      return trans.__('Exclude');
    case 'train':
      return trans.__('Train on');
  }
}

/** What can be done with lines. */
export interface IErrorActions {
  selectAll(): void;
  mark(mark: string): void;
  correct(): void;
  undo(): void;
  mend(kind: string): void;
}

/**
 * The buttons above a table of lines, with how many are selected and marked.
 */
export class ErrorActions {
  readonly node: HTMLElement;

  constructor(private readonly actions: IErrorActions) {
    this.all = button(trans.__('Select all'), 'a', () => actions.selectAll());
    this.undo = button(trans.__('Undo'), 'u', () => actions.undo());
    this.node = element(
      'div',
      { class: 'tessnb-errors-bar' },
      this.chosen,
      this.all,
      ...MARKS.map(([mark, key]) =>
        button(markWord(mark), key, () => actions.mark(mark))
      ),
      button(trans.__('Correct …'), 'e', () => actions.correct()),
      this.undo,
      this.remedies
    );
  }

  /** Do what a key stands for; false for any other key. */
  pressed(key: string): boolean {
    const mark = MARKS.find(each => each[1] === key);
    const act = { a: 'selectAll', e: 'correct', u: 'undo' }[key];
    if (mark) {
      this.actions.mark(mark[0]);
    } else if (act) {
      this.actions[act as 'selectAll' | 'correct' | 'undo']();
    }
    return Boolean(mark ?? act);
  }

  /** Show how many lines are selected and marked. */
  setCounts({ selected, marked, undo }: ICounts): void {
    this.chosen.textContent = trans.__(
      '%1 selected, %2 marked',
      number(selected),
      number(marked)
    );
    this.all.textContent = selected
      ? trans.__('Select none')
      : trans.__('Select all');
    this.undo.disabled = !undo;
  }

  /** Offer what can be mended. */
  setRemedies(remedies: ITable['remedies']): void {
    this.remedies.hidden = !remedies.length;
    const choice = element('select', {
      'aria-label': trans.__('What to mend')
    });
    choice.append(
      element('option', { value: '' }, trans.__('all that can be mended'))
    );
    for (const [kind, remedy, lines] of remedies) {
      const words = `${kind.replace(/_/g, ' ')} (${number(lines)}): ${remedy}`;
      choice.append(element('option', { value: kind }, words));
    }
    this.remedies.replaceChildren(
      choice,
      button(trans.__('Mend'), '', () => this.actions.mend(choice.value))
    );
  }

  private readonly chosen = element('span', {
    class: 'tessnb-errors-chosen tessnb-soft'
  });
  private readonly all: HTMLButtonElement;
  private readonly undo: HTMLButtonElement;
  private readonly remedies = element('span', { class: 'tessnb-errors-mend' });
}
