import { button, element } from './dom';
import {
  coverage,
  IFont,
  IFontDetails,
  IFontFilter,
  Kind,
  NO_FILTER,
  passing,
  scriptCounts,
  WEIGHTS
} from './font_filter';
import { trans } from './trans';
import { VirtualRows } from './virtual_rows';

const ROW_HEIGHT = 44;

let serial = 0;

/**
 * Fonts to choose from: a search field and filters over a list with a specimen of each.
 */
export class FontsView {
  readonly node: HTMLElement;
  private readonly rows: VirtualRows;
  private readonly count = element('span', {
    class: 'tessnb-fonts-count',
    'aria-live': 'polite'
  });
  private readonly chooseAll = button('', () => this.chooseShown());
  private readonly clear = button(trans.__('Choose none'), () =>
    this.change(new Set())
  );
  private readonly empty = element('div', { class: 'tessnb-fonts-empty' });
  private readonly search: HTMLInputElement;
  private readonly sample: HTMLInputElement;
  private readonly scripts = element('select', {
    'aria-label': trans.__('Script')
  });
  private readonly toggles = new Map<Kind, HTMLButtonElement>();
  private fonts: readonly IFont[] = [];
  private details: readonly IFontDetails[] = [];
  private characters = 0;
  private chosen: ReadonlySet<number> = new Set();
  private filter: IFontFilter = NO_FILTER;
  private list: number[] = [];
  private anchor = 0;
  private waiting = trans.__('Waiting for an answer …');
  private readonly specimens = new Map<number, FontsView.ISpecimen>();

  constructor(private readonly options: FontsView.IOptions) {
    const id = `tessnb-fonts-${++serial}`;
    this.search = element('input', {
      type: 'search',
      class: 'tessnb-fonts-search',
      placeholder: trans.__('Search fonts by any name'),
      'aria-label': trans.__('Search fonts')
    });
    this.search.addEventListener('input', () =>
      this.sift({ search: this.search.value })
    );
    this.search.addEventListener('keydown', event => {
      if (event.key === 'ArrowDown') {
        this.rows.node.focus();
        event.preventDefault();
      } else if (event.key === 'Escape') {
        this.search.value = '';
        this.sift({ search: '' });
      }
    });
    this.sample = element('input', {
      type: 'text',
      class: 'tessnb-fonts-sample',
      dir: 'auto',
      spellcheck: 'false'
    });
    this.sample.addEventListener('change', () =>
      options.onSample(this.sample.value)
    );
    const weights = element('select', { 'aria-label': trans.__('Weight') });
    weights.append(option('', trans.__('any weight')));
    for (const name of Object.keys(WEIGHTS)) {
      weights.append(option(name, weightWord(name)));
    }
    weights.addEventListener('change', () =>
      this.sift({ weight: weights.value })
    );
    this.scripts.append(option('', trans.__('any script')));
    this.scripts.addEventListener('change', () =>
      this.sift({ script: this.scripts.value })
    );
    const kinds = [
      this.toggle('serif', trans.__('serif')),
      this.toggle('sans', trans.__('sans')),
      this.toggle('mono', trans.__('mono')),
      this.toggle('italic', trans.__('italic'))
    ];
    const reset = () => {
      this.search.value = weights.value = this.scripts.value = '';
      this.sift(NO_FILTER);
    };
    this.empty.append(
      element('p', {}),
      button(trans.__('Show all fonts'), () => {
        reset();
        this.search.focus();
      })
    );
    this.rows = new VirtualRows({
      id,
      label: trans.__('Fonts'),
      height: ROW_HEIGHT,
      draw: index => this.drawRow(this.list[index]),
      onChoose: (index, extend) => this.choose(index, extend),
      onSight: (first, end) => this.onSight(first, end)
    });
    this.rows.node.addEventListener('keydown', event => this.onKey(event));
    this.node = element(
      'div',
      { class: 'tessnb-fonts' },
      bar(
        this.search,
        this.toggle('chosen', trans.__('chosen only')),
        this.count
      ),
      bar(
        this.toggle('covers', trans.__('has all of my text')),
        element(
          'span',
          {
            class: 'tessnb-fonts-group',
            role: 'group',
            'aria-label': trans.__('Kind')
          },
          ...kinds
        ),
        weights,
        this.scripts
      ),
      bar(
        element(
          'label',
          { class: 'tessnb-fonts-sample-label' },
          element('span', {}, trans.__('Sample')),
          this.sample
        ),
        this.chooseAll,
        this.clear
      ),
      this.rows.node,
      this.empty
    );
    this.update();
  }

  /** Show these fonts; details follow. */
  setFonts(fonts: readonly IFont[]): void {
    this.fonts = fonts;
    this.details = [];
    this.specimens.clear();
    this.waiting = fonts.length ? '' : trans.__('There are no fonts here.');
    this.update();
  }

  /** Take what was found in the fonts, in their order; `characters` different ones are in the text. */
  setDetails(details: readonly IFontDetails[], characters: number): void {
    this.details = details;
    this.characters = characters;
    const kept = this.scripts.value;
    this.scripts.replaceChildren(
      option('', trans.__('any script')),
      ...scriptCounts(details).map(([name, fonts]) =>
        option(name, `${name} (${fonts})`)
      )
    );
    this.scripts.value = kept;
    this.update(true);
  }

  setChosen(chosen: readonly number[]): void {
    this.chosen = new Set(chosen);
    this.update(true);
  }

  /** Show which line the specimens are of; the old ones go. */
  setSample(sample: string): void {
    this.sample.value = sample;
    this.specimens.clear();
    this.rows.refresh();
  }

  /** Take a font's specimen, drawn by the kernel. */
  setSpecimen(font: number, specimen: FontsView.ISpecimen): void {
    this.specimens.set(font, specimen);
    this.rows.refreshRow(this.list.indexOf(font));
  }

  private toggle(kind: Kind, label: string): HTMLButtonElement {
    const made = button(label, () => {
      const kinds = new Set(this.filter.kinds);
      if (!kinds.delete(kind)) {
        kinds.add(kind);
      }
      this.sift({ kinds });
    });
    this.toggles.set(kind, made);
    return made;
  }

  private sift(change: Partial<IFontFilter>): void {
    this.filter = { ...this.filter, ...change };
    this.update();
  }

  private update(keepPlace = false): void {
    const { fonts, details, chosen, filter } = this;
    this.list = passing(fonts, details, chosen, filter);
    for (const [kind, made] of this.toggles) {
      made.setAttribute('aria-pressed', String(filter.kinds.has(kind)));
    }
    const known = details.length > 0;
    const covers = this.toggles.get('covers');
    if (covers) {
      covers.hidden = known && !this.characters;
    }
    const count = trans._n(
      '%1 of %2 chosen',
      '%1 of %2 chosen',
      chosen.size,
      fonts.length
    );
    this.count.textContent =
      known || !fonts.length
        ? count
        : trans.__('%1 · looking into them …', count);
    this.chooseAll.textContent = trans._n(
      'Choose the %1 shown',
      'Choose the %1 shown',
      this.list.length
    );
    this.chooseAll.disabled = !this.list.length;
    this.clear.disabled = !chosen.size;
    const none = !this.list.length;
    this.empty.hidden = !none;
    this.rows.node.hidden = none;
    if (none) {
      const [words, again] = this.empty.children as unknown as HTMLElement[];
      words.textContent =
        this.waiting || trans.__('No font passes these filters.');
      again.hidden = Boolean(this.waiting);
    }
    this.rows.reset(this.list.length, keepPlace);
  }

  private drawRow(font: number): HTMLElement {
    const { family, style } = this.fonts[font];
    const isChosen = this.chosen.has(font);
    const specimen = this.specimens.get(font);
    const picture = element('span', { class: 'tessnb-fonts-specimen' });
    if (specimen) {
      if (specimen.own) {
        picture.append(
          element(
            'span',
            { class: 'tessnb-soft' },
            trans.__('lacks it; its own:')
          )
        );
      }
      const scale = window.devicePixelRatio || 1;
      const image = element('img', { src: specimen.url, alt: '' });
      image.style.width = `${specimen.width / scale}px`;
      picture.append(image);
    }
    const row = element(
      'div',
      { 'aria-selected': String(isChosen) },
      element('span', { class: 'tessnb-checkbox', 'aria-hidden': 'true' }),
      element(
        'span',
        { class: 'tessnb-fonts-name', title: `${family} ${style}`.trim() },
        family,
        ' ',
        element('span', { class: 'tessnb-soft' }, style)
      ),
      picture,
      this.drawCoverage(font)
    );
    return row;
  }

  private drawCoverage(font: number): HTMLElement {
    const own = this.details[font];
    const cell = element('span', { class: 'tessnb-fonts-coverage' });
    if (!own || !this.characters) {
      return cell;
    }
    const percent = coverage(own, this.characters);
    cell.append(
      element('span', { class: 'tessnb-fonts-percent' }, `${percent} %`)
    );
    if (own.missingCount) {
      const rest = own.missingCount - own.missing.length;
      const some = own.missing.join(' ');
      cell.title =
        rest > 0
          ? trans._n('lacks %2 and %1 more', 'lacks %2 and %1 more', rest, some)
          : trans.__('lacks %1', some);
      cell.append(
        element('span', { class: 'tessnb-soft' }, trans.__('lacks')),
        element(
          'bdi',
          { class: 'tessnb-fonts-missing' },
          some + (rest > 0 ? ' …' : '')
        )
      );
    } else {
      cell.append(
        element('span', { class: 'tessnb-soft' }, trans.__('has it all'))
      );
    }
    return cell;
  }

  private onSight(first: number, end: number): void {
    const wanted = this.list
      .slice(first, end)
      .filter(font => !this.specimens.has(font));
    if (wanted.length) {
      this.options.onWanted(wanted);
    }
  }

  private choose(index: number, extend: boolean): void {
    const chosen = new Set(this.chosen);
    const font = this.list[index];
    if (extend) {
      const [from, to] = [this.anchor, index].sort((a, b) => a - b);
      this.list.slice(from, to + 1).forEach(between => chosen.add(between));
    } else if (!chosen.delete(font)) {
      chosen.add(font);
    }
    this.anchor = index;
    this.change(chosen);
  }

  private chooseShown(): void {
    this.change(new Set([...this.chosen, ...this.list]));
  }

  private change(chosen: ReadonlySet<number>): void {
    this.setChosen([...chosen]);
    this.options.onChosen([...chosen]);
  }

  private onKey(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
      this.chooseShown();
    } else if (event.key === '/') {
      this.search.focus();
    } else if (event.shiftKey && /^Arrow(Up|Down)$/.test(event.key)) {
      this.choose(this.rows.current, true);
      return;
    } else {
      return;
    }
    event.preventDefault();
  }
}

/** A weight in a word; see `WEIGHTS`. */
function weightWord(weight: string): string {
  switch (weight) {
    case 'light':
      return trans.__('light');
    case 'regular':
      return trans.__('regular');
    case 'medium':
      return trans.__('medium');
    case 'bold':
      return trans.__('bold');
    case 'black':
      return trans.__('black');
    default:
      return weight;
  }
}

function bar(...children: Node[]): HTMLElement {
  return element('div', { class: 'tessnb-fonts-bar' }, ...children);
}

function option(value: string, label: string): HTMLOptionElement {
  return element('option', { value }, label);
}

export namespace FontsView {
  export interface ISpecimen {
    /** Of a picture: black ink on white. */
    readonly url: string;
    /** In device pixels. */
    readonly width: number;
    /** The font lacks the sample; these are letters of its own. */
    readonly own: boolean;
  }

  export interface IOptions {
    /** Specimens of these fonts are in sight and missing. */
    readonly onWanted: (fonts: readonly number[]) => void;
    readonly onChosen: (fonts: readonly number[]) => void;
    readonly onSample: (sample: string) => void;
  }
}
