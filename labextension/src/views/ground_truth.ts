import { element } from './dom';
import { button, number } from './fields';
import { LineList } from './line_list';
import { trans } from './trans';
import { Drafts, ITruth } from './truth_drafts';

/**
 * Transcriptions of a folder beside their images: the chosen one large with its text to be corrected, and all of
 * them in a list below.
 */
export class GroundTruthView {
  readonly node: HTMLElement;
  private readonly list: LineList<ITruth>;
  private readonly drafts = new Drafts();
  private readonly title = element('b', { dir: 'auto' });
  private readonly place = element('span', { class: 'tessnb-truth-place' });
  private readonly previous: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private readonly save: HTMLButtonElement;
  private readonly revert: HTMLButtonElement;
  private readonly picture = element('img', {
    alt: trans.__('The image of the line')
  });
  private readonly stage = element('div', { class: 'tessnb-truth-stage' });
  private readonly input = element('input', {
    type: 'text',
    dir: 'auto',
    class: 'tessnb-truth-text',
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-label': trans.__('What the line says'),
    placeholder: trans.__('What does the line say?')
  });
  private readonly said = element('div', {
    class: 'tessnb-truth-said',
    role: 'status'
  });
  private readonly resized = new ResizeObserver(() => this.fit());
  private shown = '';
  private saving = Promise.resolve();

  constructor(private readonly options: GroundTruthView.IOptions) {
    this.list = new LineList<ITruth>({
      label: trans.__(
        'Transcriptions of this folder; arrow keys move, Enter edits'
      ),
      onRows: options.onRows,
      loadPicture: row => {
        const truth = this.list.get(row);
        return truth
          ? options.loadPicture(truth.path)
          : Promise.reject(new Error(trans.__('not known yet')));
      },
      onMove: row => this.show(row),
      onChoose: () => this.input.focus(),
      badgeOf: row =>
        this.drafts.has(this.list.get(row)?.path ?? '')
          ? trans.__('edited')
          : '',
      textOf: row => {
        const truth = this.list.get(row);
        return truth && this.drafts.textOf(truth);
      }
    });
    this.previous = button(trans.__('‹ Previous'), 'Page Up', () =>
      this.step(-1)
    );
    this.next = button(trans.__('Next ›'), 'Page Down', () => this.step(1));
    this.save = button(trans.__('Save'), 'Ctrl S', () => void this.saveAll());
    this.revert = button(trans.__('Revert'), 'Escape', () => this.undo());
    this.input.addEventListener('input', () => this.type());
    this.picture.addEventListener('load', () => this.fit());
    this.stage.append(this.picture);
    this.node = element(
      'div',
      { class: 'tessnb-truth', 'data-lm-suppress-shortcuts': 'true' },
      element(
        'div',
        { class: 'tessnb-toolbar' },
        this.previous,
        this.place,
        this.next,
        this.title,
        element('span', { class: 'tessnb-truth-space' }),
        this.revert,
        this.save
      ),
      this.stage,
      this.input,
      this.said,
      this.list.node,
      help()
    );
    this.node.addEventListener('keydown', event => this.key(event));
    this.resized.observe(this.stage);
  }

  /** Whether something was typed that is not saved. */
  get changed(): boolean {
    return this.drafts.count > 0;
  }

  /** There are so many files; show one of them as soon as it is there. */
  setFolder(count: number, place: number): void {
    this.list.reset(count);
    this.list.moveTo(place);
  }

  setLines(first: number, truths: readonly ITruth[]): void {
    this.list.take(first, truths);
    this.show(this.list.current);
  }

  /** Show the picture of a line, if it is still the chosen one; null where there is none, and why. */
  setPicture(path: string, url: string | null, problem = ''): void {
    if (path === this.shown) {
      this.stage.replaceChildren(
        url
          ? this.picture
          : element('span', { class: 'tessnb-line-problem' }, problem)
      );
      if (url) {
        this.picture.src = url;
      }
    }
  }

  /** Say what went wrong. */
  setFailure(words: string): void {
    this.say(words, true);
  }

  /** Save all that was typed; what is being saved comes first. */
  saveAll(): Promise<void> {
    this.saving = this.saving.then(() => this.saveDrafts());
    return this.saving;
  }

  dispose(): void {
    this.resized.disconnect();
    this.list.dispose();
  }

  private async saveDrafts(): Promise<void> {
    let saved = 0;
    for (const { truth, text } of this.drafts.all()) {
      try {
        const now = { ...truth, ...(await this.options.save(truth, text)) };
        saved += 1;
        this.drafts.saved(now);
        this.replace(now);
      } catch (error) {
        this.say(`${truth.name}: ${String((error as Error).message)}`, true);
        return;
      } finally {
        this.update();
      }
    }
    if (saved) {
      this.say(trans._n('Saved.', 'Saved %1 files.', saved));
    }
  }

  /** Show the file of a row as far as it is known. */
  private show(row: number): void {
    const truth = this.list.get(row);
    this.place.textContent = trans.__(
      '%1 of %2',
      number(row + 1),
      number(this.list.length)
    );
    this.previous.disabled = row <= 0;
    this.next.disabled = row >= this.list.length - 1;
    this.input.disabled = !truth || Boolean(truth.problem);
    if (!truth) {
      this.shown = '';
      return;
    }
    const text = this.drafts.textOf(truth);
    if (this.input.value !== text) {
      this.input.value = text;
    }
    if (truth.path !== this.shown) {
      this.shown = truth.path;
      this.title.textContent = truth.name;
      this.say(truth.problem, Boolean(truth.problem));
      this.options.onShow(truth.path);
    }
    this.update();
  }

  private type(): void {
    const row = this.list.current;
    const truth = this.list.get(row);
    if (truth) {
      this.drafts.type(truth, this.input.value);
      this.list.refresh(row);
      this.say('');
      this.update();
    }
  }

  private replace(truth: ITruth): void {
    for (let row = 0; row < this.list.length; row++) {
      if (this.list.get(row)?.path === truth.path) {
        this.list.take(row, [truth]);
      }
    }
  }

  private undo(): void {
    const truth = this.list.get(this.list.current);
    if (truth && this.drafts.has(truth.path)) {
      this.drafts.drop(truth.path);
      this.list.refresh(this.list.current);
      this.show(this.list.current);
      this.options.onReload(this.list.current);
      this.say(trans.__('As on disk again.'));
      this.update();
    }
  }

  private step(by: number): void {
    const row = this.list.current + by;
    if (row >= 0 && row < this.list.length) {
      this.list.moveTo(row);
      this.input.focus({ preventScroll: true });
      this.input.select();
    }
  }

  private update(): void {
    const { count } = this.drafts;
    this.save.disabled = !count;
    this.save.textContent =
      count > 1
        ? trans._n('Save %1 file', 'Save %1 files', count)
        : trans.__('Save');
    this.save.classList.toggle('tessnb-mod-main', count > 0);
    this.revert.disabled = !this.drafts.has(this.shown);
    this.options.onChanged(count > 0);
  }

  private say(words: string, failed = false): void {
    this.said.textContent = words;
    this.said.classList.toggle('tessnb-mod-failed', failed);
    this.said.setAttribute('role', failed ? 'alert' : 'status');
  }

  private key(event: KeyboardEvent): void {
    const command = event.ctrlKey || event.metaKey;
    const typing = event.target === this.input;
    if (command && event.key.toLowerCase() === 's') {
      void this.saveAll();
    } else if (command || event.altKey) {
      return;
    } else if (typing && event.key === 'Enter') {
      void this.saveAll();
      this.step(1);
    } else if (typing && event.key === 'Escape') {
      this.undo();
    } else if (typing && ['PageUp', 'PageDown'].includes(event.key)) {
      this.step(event.key === 'PageUp' ? -1 : 1);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Show the picture as large as there is room, three times at most. */
  private fit(): void {
    const { naturalWidth } = this.picture;
    if (naturalWidth) {
      const factor = Math.min(3, this.stage.clientWidth / naturalWidth);
      this.picture.style.width = `${naturalWidth * factor}px`;
    }
  }
}

function help(): HTMLElement {
  const keys: readonly (readonly [string, string])[] = [
    ['Enter', trans.__('save and go on')],
    ['Page Up, Page Down', trans.__('go without saving')],
    ['Escape', trans.__('as on disk')],
    ['Ctrl S', trans.__('save')]
  ];
  return element(
    'div',
    { class: 'tessnb-truth-help' },
    ...keys.map(([key, what]) =>
      element('span', {}, element('kbd', {}, key), ` ${what}`)
    )
  );
}

export namespace GroundTruthView {
  export interface IOptions {
    readonly onRows: (first: number, count: number) => void;
    readonly loadPicture: (path: string) => Promise<string>;
    /** A file is shown: its picture is wanted, large. */
    readonly onShow: (path: string) => void;
    /** A row is wanted as it is on disk now. */
    readonly onReload: (row: number) => void;
    readonly onChanged: (changed: boolean) => void;
    /** Write a text into a file; return what the file is then. */
    readonly save: (
      truth: ITruth,
      text: string
    ) => Promise<{ text: string; stamp: string }>;
  }
}
