import {
  counted,
  findCharacters,
  ICharacter,
  ICharsetFilter,
  NO_FILTER
} from './charset_filter';
import { button, element } from './dom';
import { trans } from './trans';
import { VirtualRows } from './virtual_rows';

const ROW_HEIGHT = 36;

/** A character set as the kernel tells of it. */
export interface ICharset {
  readonly title: string;
  readonly characters: readonly ICharacter[];
  readonly outputs: number;
  readonly problem: string;
  /** There is a text to write. */
  readonly hasText: boolean;
  /** What of it cannot be encoded, with how often it is there: the most frequent. */
  readonly missing: readonly (readonly [string, number])[];
  readonly missingCount: number;
  readonly undo: boolean;
  readonly redo: boolean;
}

let serial = 0;

/**
 * The characters of a character set in a list, with what adds and removes them.
 */
export class CharsetView {
  readonly node: HTMLElement;
  private readonly head = element('div', { class: 'tessnb-status' });
  private readonly missing = element('div', { class: 'tessnb-toolbar' });
  private readonly rows: VirtualRows;
  private readonly empty = element('div', { class: 'tessnb-charset-empty' });
  private readonly search = input('search', trans.__('Search characters'));
  private readonly types = element('select', {
    'aria-label': trans.__('Type')
  });
  private readonly scripts = element('select', {
    'aria-label': trans.__('Script')
  });
  private readonly added = input('text', trans.__('Characters to add'));
  private readonly name = input('text', trans.__('Name of the new file'));
  private readonly remove: HTMLButtonElement;
  private readonly removeUnused: HTMLButtonElement;
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly save: HTMLButtonElement;
  private readonly result = element('div', {
    class: 'tessnb-charset-result',
    'aria-live': 'polite'
  });
  private charset: ICharset | null = null;
  private list: readonly ICharacter[] = [];
  private readonly chosen = new Set<string>();
  private anchor = 0;
  private filter: ICharsetFilter = NO_FILTER;

  constructor(private readonly options: CharsetView.IOptions) {
    const only = choice(trans.__('Which'), [
      ['all', trans.__('all characters')],
      ['changed', trans.__('changed')],
      ['unused', trans.__('not in my text')]
    ]);
    const order = choice(trans.__('Order'), [
      ['place', trans.__('in their order')],
      ['count', trans.__('by frequency')],
      ['code', trans.__('by code point')]
    ]);
    this.search.placeholder = trans.__('Search: a character, its name, U+00E9');
    this.search.addEventListener('input', () =>
      this.sift({ search: this.search.value })
    );
    this.search.addEventListener('keydown', event => {
      if (event.key === 'ArrowDown') {
        this.rows.node.focus();
        event.preventDefault();
      }
    });
    this.types.addEventListener('change', () =>
      this.sift({ type: this.types.value })
    );
    this.scripts.addEventListener('change', () =>
      this.sift({ script: this.scripts.value })
    );
    only.addEventListener('change', () => this.sift({ only: only.value }));
    order.addEventListener('change', () => this.sift({ order: order.value }));
    this.added.dir = 'auto';
    this.added.placeholder = trans.__('Characters to add');
    const add = button(trans.__('Add'), () => this.add(this.added.value));
    this.added.addEventListener('keydown', event => {
      if (event.key === 'Enter') {
        this.add(this.added.value);
      }
    });
    this.remove = button('', () => this.removeChosen());
    this.removeUnused = button('', () =>
      options.onRemove(this.unused.map(({ text }) => text))
    );
    this.removeUnused.title = trans.__('Remove what is not in my text');
    this.undo = button(trans.__('Undo'), () => options.onUndo());
    this.redo = button(trans.__('Redo'), () => options.onRedo());
    this.name.value = 'mine.traineddata';
    this.save = button(trans.__('Write'), () =>
      options.onSave(this.name.value)
    );
    this.save.classList.add('tessnb-mod-main');
    this.rows = new VirtualRows({
      id: `tessnb-charset-${++serial}`,
      label: trans.__('Characters'),
      height: ROW_HEIGHT,
      draw: index => this.drawRow(this.list[index]),
      onChoose: (index, extend) => this.choose(index, extend)
    });
    this.rows.node.addEventListener('keydown', event => this.onKey(event));
    this.node = element(
      'div',
      { class: 'tessnb-charset' },
      this.head,
      this.missing,
      toolbar(this.search, only, order, this.types, this.scripts),
      heads(),
      this.rows.node,
      this.empty,
      toolbar(this.added, add, this.remove, this.removeUnused),
      toolbar(
        element('span', { class: 'tessnb-soft' }, trans.__('New file')),
        this.name,
        this.save,
        element(
          'span',
          { class: 'tessnb-soft' },
          trans.__('.traineddata: a starter; .unicharset: the characters alone')
        )
      ),
      this.result
    );
    this.update();
  }

  setCharset(charset: ICharset): void {
    this.charset = charset;
    const here = new Set(
      charset.characters
        .filter(({ change }) => change !== 'removed')
        .map(({ text }) => text)
    );
    this.chosen.forEach(text => here.has(text) || this.chosen.delete(text));
    for (const [select, key, label] of [
      [this.types, 'type', trans.__('any type')],
      [this.scripts, 'script', trans.__('any script')]
    ] as const) {
      const kept = select.value;
      select.replaceChildren(
        element('option', { value: '' }, label),
        ...counted(charset.characters.map(each => each[key])).map(
          ([value, count]) =>
            element('option', { value }, `${value} (${count})`)
        )
      );
      select.value = kept;
    }
    this.update(true);
  }

  setResult(text: string, failed: boolean): void {
    this.result.textContent = text;
    this.result.classList.toggle('tessnb-failure', failed);
  }

  private get unused(): ICharacter[] {
    return findCharacters(this.charset?.characters ?? [], {
      ...NO_FILTER,
      only: 'unused'
    });
  }

  private sift(change: Partial<ICharsetFilter>): void {
    this.filter = { ...this.filter, ...change };
    this.update();
  }

  private add(text: string): void {
    if (text.trim()) {
      this.added.value = '';
      this.options.onAdd(text);
    }
  }

  private removeChosen(): void {
    if (this.chosen.size) {
      this.options.onRemove([...this.chosen]);
    }
  }

  private choose(index: number, extend: boolean): void {
    const [from, to] = extend
      ? [this.anchor, index].sort((a, b) => a - b)
      : [index, index];
    for (const { text, change } of this.list.slice(from, to + 1)) {
      if (change === 'removed' || (!extend && this.chosen.delete(text))) {
        continue;
      }
      this.chosen.add(text);
    }
    this.anchor = index;
    this.update(true);
  }

  private onKey(event: KeyboardEvent): void {
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === 'Delete') {
      this.removeChosen();
    } else if (isCommand && event.key === 'z') {
      this.options.onUndo();
    } else if (isCommand && event.key === 'y') {
      this.options.onRedo();
    } else if (event.key === '/') {
      this.search.focus();
    } else {
      return;
    }
    event.preventDefault();
  }

  private update(keepPlace = false): void {
    const { charset } = this;
    this.list = findCharacters(charset?.characters ?? [], this.filter);
    const unused = this.unused.length;
    this.remove.textContent = trans.__('Remove chosen (%1)', this.chosen.size);
    this.remove.disabled = !this.chosen.size;
    this.removeUnused.textContent = trans.__('Remove unused (%1)', unused);
    this.removeUnused.hidden = !charset?.hasText;
    this.removeUnused.disabled = !unused;
    this.undo.disabled = !charset?.undo;
    this.redo.disabled = !charset?.redo;
    this.save.disabled = !charset || Boolean(charset.problem);
    this.rows.node.hidden = !this.list.length;
    this.empty.hidden = this.list.length > 0;
    this.empty.textContent = !charset
      ? trans.__('Waiting for an answer …')
      : charset.problem || trans.__('No character is like that.');
    this.rows.reset(this.list.length, keepPlace);
    if (charset) {
      this.drawHead(charset);
      this.drawMissing(charset);
    }
  }

  private drawHead({ title, characters, outputs }: ICharset): void {
    const count = (change: string) =>
      characters.filter(each => each.change === change).length;
    const [added, removed] = [count('added'), count('removed')];
    const parts = [
      trans._n('%1 character', '%1 characters', characters.length - removed),
      trans._n(
        '%1 output of the network',
        '%1 outputs of the network',
        outputs
      ),
      added ? trans._n('%1 added', '%1 added', added) : '',
      removed ? trans._n('%1 removed', '%1 removed', removed) : ''
    ].filter(Boolean);
    this.head.replaceChildren(
      element('b', {}, title),
      ...parts.map(text =>
        element('span', { class: 'tessnb-soft tessnb-tabular' }, text)
      ),
      element('span', { class: 'tessnb-charset-steps' }, this.undo, this.redo)
    );
  }

  private drawMissing({ hasText, missing, missingCount }: ICharset): void {
    this.missing.hidden = !hasText;
    if (!missing.length) {
      this.missing.replaceChildren(
        element('span', { class: 'tessnb-charset-complete' }, '✓'),
        trans.__('All of my text can be encoded.')
      );
      return;
    }
    const rest = missingCount - missing.length;
    this.missing.replaceChildren(
      element(
        'span',
        { class: 'tessnb-charset-lacking' },
        trans.__('✗ Cannot be encoded of my text:')
      ),
      ...missing.map(([text, count]) => {
        const made = button('', () => this.options.onAdd(text));
        made.append(
          element('bdi', {}, text),
          element('span', { class: 'tessnb-soft' }, ` ×${count}`)
        );
        made.title = trans.__('Add %1', text);
        return made;
      }),
      rest > 0 ? trans._n('and %1 more', 'and %1 more', rest) : '',
      button(trans.__('Add all'), () =>
        this.options.onAdd(missing.map(([text]) => text).join(' '))
      )
    );
  }

  private drawRow(each: ICharacter): HTMLElement {
    const cell = (text: string, name: string) =>
      element('span', { class: name, title: text }, text);
    const row = element(
      'div',
      { 'aria-selected': String(this.chosen.has(each.text)) },
      element('span', { class: 'tessnb-checkbox', 'aria-hidden': 'true' }),
      element('bdi', { class: 'tessnb-charset-character' }, each.text),
      cell(each.points, 'tessnb-soft tessnb-tabular'),
      cell(each.name, ''),
      cell(each.script, 'tessnb-soft'),
      cell(each.type, 'tessnb-soft'),
      cell(each.codes.join(' '), 'tessnb-number tessnb-soft'),
      cell(this.charset?.hasText ? String(each.count) : '', 'tessnb-number'),
      cell(
        { added: trans.__('+ added'), removed: trans.__('− removed'), '': '' }[
          each.change
        ],
        'tessnb-charset-change'
      )
    );
    row.classList.toggle('tessnb-mod-added', each.change === 'added');
    row.classList.toggle('tessnb-mod-removed', each.change === 'removed');
    return row;
  }
}

function heads(): HTMLElement {
  const names = [
    '',
    '',
    trans.__('code points'),
    trans.__('name'),
    trans.__('script'),
    trans.__('type'),
    trans.__('codes'),
    trans.__('in my text'),
    ''
  ];
  return element(
    'div',
    { class: 'tessnb-charset-heads tessnb-soft', 'aria-hidden': 'true' },
    ...names.map(name => element('span', {}, name))
  );
}

function toolbar(...children: Node[]): HTMLElement {
  return element('div', { class: 'tessnb-toolbar' }, ...children);
}

function input(type: string, label: string): HTMLInputElement {
  return element('input', { type, 'aria-label': label, spellcheck: 'false' });
}

function choice(
  label: string,
  values: readonly (readonly [string, string])[]
): HTMLSelectElement {
  return element(
    'select',
    { 'aria-label': label },
    ...values.map(([value, text]) => element('option', { value }, text))
  );
}

export namespace CharsetView {
  export interface IOptions {
    readonly onAdd: (text: string) => void;
    readonly onRemove: (characters: readonly string[]) => void;
    readonly onUndo: () => void;
    readonly onRedo: () => void;
    readonly onSave: (name: string) => void;
  }
}
