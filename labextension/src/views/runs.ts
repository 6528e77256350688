/**
 * The runs below a folder: those that go on, then those that are over.
 */
import { element } from './dom';
import { IRunActions, IShownRun, RunCard } from './run_card';
import { trans } from './trans';

/** What there is to show. */
export interface IRunsShown {
  readonly runs: readonly IShownRun[];
  /** Whether all folders were looked into. */
  readonly whole: boolean;
  /** The server's time, in seconds since 1970. */
  readonly now: number;
  /** Why there is no news; empty if there is. */
  readonly trouble: string;
}

export class RunsView {
  readonly node: HTMLElement;

  /** `begin` is what the button of the empty list does. */
  constructor(
    private readonly _actions: IRunActions,
    begin: (() => void) | null = null
  ) {
    this._trouble = element('p', {
      class: 'tessnb-runs-trouble',
      role: 'alert'
    });
    this._going = this._section(trans.__('Going on'));
    this._over = this._section(trans.__('Over'));
    this._empty = element(
      'div',
      { class: 'tessnb-runs-empty' },
      element('p', {}, trans.__('No trainings in this folder yet.')),
      element(
        'p',
        { class: 'tessnb-soft' },
        trans.__(
          'A training that writes checkpoints appears here, whichever notebook or terminal it goes on in: give it a model_output.'
        )
      )
    );
    if (begin) {
      const button = element(
        'button',
        { type: 'button', class: 'tessnb-mod-main' },
        trans.__('New fine-tuning…')
      );
      button.addEventListener('click', begin);
      this._empty.append(button);
    }
    this._partly = element(
      'p',
      { class: 'tessnb-soft tessnb-runs-partly' },
      trans.__('There are more folders here than can be looked into.')
    );
    this.node = element(
      'div',
      { class: 'tessnb-widget tessnb-runs' },
      this._trouble,
      this._empty,
      this._going.node,
      this._over.node,
      this._partly
    );
    this._hide();
  }

  /** Paths of the runs whose curves are to be seen. */
  get wanted(): string[] {
    return [...this._cards]
      .filter(([, card]) => card.isOpen)
      .map(([path]) => path);
  }

  update({ runs, whole, now, trouble }: IRunsShown): void {
    this._trouble.textContent = trouble;
    this._trouble.hidden = !trouble;
    this._empty.hidden = runs.length > 0 || Boolean(trouble);
    this._partly.hidden = whole;
    const paths = new Set(runs.map(({ run }) => run.path));
    for (const [path, card] of this._cards) {
      if (!paths.has(path)) {
        card.node.remove();
        this._cards.delete(path);
      }
    }
    for (const shown of runs) {
      if (!this._cards.has(shown.run.path)) {
        const card = new RunCard(shown.run, this._actions);
        this._cards.set(shown.run.path, card);
      }
      this._cards.get(shown.run.path)?.update(shown, now);
    }
    this._fill(
      this._going,
      runs.filter(({ run }) => !run.over)
    );
    this._fill(
      this._over,
      runs.filter(({ run }) => run.over)
    );
  }

  private _fill(section: ISection, runs: readonly IShownRun[]): void {
    section.node.hidden = !runs.length;
    section.count.textContent = String(runs.length);
    runs.forEach(({ run }, place) => {
      const node = this._cards.get(run.path)?.node;
      const there = section.list.children[place];
      if (node && node !== there) {
        const focused = node.contains(document.activeElement)
          ? (document.activeElement as HTMLElement)
          : null;
        section.list.insertBefore(node, there ?? null);
        focused?.focus();
      }
    });
  }

  private _section(words: string): ISection {
    const count = element('span', { class: 'tessnb-soft tessnb-tabular' });
    const list = element('ul', { class: 'tessnb-runs-list' });
    const head = element('h3', {}, `${words} `, count);
    return { node: element('section', {}, head, list), count, list };
  }

  private _hide(): void {
    for (const each of [
      this._trouble,
      this._empty,
      this._going.node,
      this._over.node,
      this._partly
    ]) {
      each.hidden = true;
    }
  }

  private readonly _cards = new Map<string, RunCard>();
  private readonly _trouble: HTMLElement;
  private readonly _empty: HTMLElement;
  private readonly _partly: HTMLElement;
  private readonly _going: ISection;
  private readonly _over: ISection;
}

interface ISection {
  readonly node: HTMLElement;
  readonly count: HTMLElement;
  readonly list: HTMLElement;
}
