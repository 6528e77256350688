import { AskCharacters, characterTable } from './character_table';
import { drawDifference, IDifference } from './difference';
import { element } from './dom';
import { bytes, facts, failure, fillWith, section } from './facts';
import { number } from './fields';
import { INetworkFile, networkFacts } from './network_file';
import { drawNetwork } from './network';
import { PagedTable } from './paged_table';
import { Tabs } from './tabs';
import { trans } from './trans';
import { AskWords, wordTable } from './word_table';

/** A model as the server tells of its directory. */
export interface ITrainedData {
  readonly name: string;
  readonly size: number;
  readonly version: string;
  readonly big_endian: boolean;
  readonly components: readonly IComponent[];
}

export interface IComponent {
  readonly name: string;
  /** null: inside of a zip or tar archive. */
  readonly offset: number | null;
  readonly size: number;
}

/** Components that are text and short enough to be read. */
const TEXTS = ['config', 'version', 'unicharambigs', 'params-model'];

/** What a component is for, in a few words. */
export function about(component: string): string {
  switch (component) {
    case 'config':
      return trans.__('settings that go with the language');
    case 'unicharset':
      return trans.__('characters of the old engine');
    case 'unicharambigs':
      return trans.__('what the old engine confuses');
    case 'inttemp':
      return trans.__('shapes of the old engine');
    case 'pffmtable':
      return trans.__('feature counts of the old engine');
    case 'normproto':
      return trans.__('prototypes of the old engine');
    case 'punc-dawg':
      return trans.__('punctuation of the old engine');
    case 'word-dawg':
      return trans.__('words of the old engine');
    case 'number-dawg':
      return trans.__('numbers of the old engine');
    case 'freq-dawg':
      return trans.__('frequent words of the old engine');
    case 'shapetable':
      return trans.__('shapes of the old engine');
    case 'bigram-dawg':
      return trans.__('word pairs of the old engine');
    case 'unambig-dawg':
      return trans.__('unambiguous words of the old engine');
    case 'params-model':
      return trans.__('word costs of the old engine');
    case 'lstm':
      return trans.__('the network: its layers and weights');
    case 'lstm-punc-dawg':
      return trans.__('patterns of punctuation around words');
    case 'lstm-word-dawg':
      return trans.__('the dictionary');
    case 'lstm-number-dawg':
      return trans.__('patterns of numbers');
    case 'lstm-unicharset':
      return trans.__('the characters it can write');
    case 'lstm-recoder':
      return trans.__('which outputs spell which character');
    case 'version':
      return trans.__('what wrote it');
    default:
      return trans.__('not known to Tesseract 5');
  }
}

/** Whether a component is a dictionary. */
export function isDawg(component: string): boolean {
  return component.endsWith('-dawg');
}

/**
 * A traineddata: its components, its network as a picture, its characters and words, and what another has else.
 */
export class TrainedDataView {
  readonly node: HTMLElement;
  private readonly tables: PagedTable<never>[] = [];

  constructor(
    private readonly data: ITrainedData,
    private readonly options: TrainedDataView.IOptions
  ) {
    const names = data.components.map(({ name }) => name);
    const characters = names.some(name => name.endsWith('unicharset'));
    const dawgs = names.filter(isDawg);
    this.node = element(
      'div',
      { class: 'tessnb-model' },
      this.head(),
      new Tabs(trans.__('Parts of the model'), [
        this.overview(),
        ...(characters ? [this.characters()] : []),
        ...(dawgs.length ? [this.dictionaries(dawgs)] : []),
        this.comparison()
      ]).node
    );
  }

  dispose(): void {
    this.tables.forEach(each => each.dispose());
  }

  private head(): HTMLElement {
    const { name, size, version, components } = this.data;
    return element(
      'div',
      { class: 'tessnb-status' },
      element('b', {}, name),
      element(
        'span',
        { class: 'tessnb-soft tessnb-tabular' },
        trans._n(
          '%2, %1 component',
          '%2, %1 components',
          components.length,
          bytes(size)
        )
      ),
      element('span', { class: 'tessnb-soft' }, trans.__('version %1', version))
    );
  }

  private overview() {
    const result = element('div', {
      class: 'tessnb-said',
      role: 'status',
      'aria-live': 'polite'
    });
    const network = element('div', {});
    const node = element(
      'div',
      {},
      section(trans.__('Components'), this.components(result), result),
      section(trans.__('Network'), network)
    );
    const hasNetwork = this.data.components.some(({ name }) => name === 'lstm');
    const onFirst = () =>
      void fillWith(
        network,
        hasNetwork
          ? trans.__('Reading the network …')
          : trans.__('There is none: a starter, or a model of the old engine.'),
        async () => {
          if (!hasNetwork) {
            return [
              trans.__(
                'None: a starter to train from, or a model of the old engine.'
              )
            ];
          }
          const found = await this.options.network();
          return [drawNetwork(found.layers), facts(networkFacts(found))];
        }
      );
    return { title: trans.__('Overview'), node, onFirst };
  }

  private components(result: HTMLElement): HTMLElement {
    const most = Math.max(1, ...this.data.components.map(({ size }) => size));
    const rows = this.data.components.flatMap(each =>
      this.component(each, most, result)
    );
    const heads = [
      trans.__('Component'),
      trans.__('What it is'),
      trans.__('Bytes'),
      '',
      trans.__('At byte'),
      ''
    ];
    return element(
      'table',
      { class: 'tessnb-plain tessnb-components' },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...heads.map(text =>
            text ? element('th', { scope: 'col' }, text) : element('td', {})
          )
        )
      ),
      element('tbody', {}, ...rows)
    );
  }

  private component(
    { name, offset, size }: IComponent,
    most: number,
    result: HTMLElement
  ): HTMLElement[] {
    const bar = element('div', { class: 'tessnb-size' });
    bar.style.width = `${Math.max(1, (96 * size) / most)}px`;
    const extract = button(
      trans.__('Extract'),
      trans.__('Extract %1', name),
      () => this.extract(name, result)
    );
    const text = element('pre', {
      class: 'tessnb-component-text',
      dir: 'auto'
    });
    const more = element(
      'tr',
      { class: 'tessnb-component-more' },
      element('td', { colspan: '6' }, text)
    );
    more.hidden = true;
    const show = button(trans.__('Show'), trans.__('Show %1', name), () => {
      more.hidden = !more.hidden;
      show.setAttribute('aria-expanded', String(!more.hidden));
      if (!more.hidden) {
        void fillWith(text, trans.__('Reading …'), async () => [
          await this.options.text(name)
        ]);
      }
    });
    show.setAttribute('aria-expanded', 'false');
    const row = element(
      'tr',
      {},
      element('th', { scope: 'row' }, element('code', {}, name)),
      element('td', { class: 'tessnb-soft' }, about(name)),
      element('td', { class: 'tessnb-number' }, number(size)),
      element('td', { class: 'tessnb-size-cell' }, bar),
      element(
        'td',
        { class: 'tessnb-number tessnb-soft' },
        offset === null ? trans.__('in an archive') : number(offset)
      ),
      element(
        'td',
        { class: 'tessnb-component-actions' },
        extract,
        ...(TEXTS.includes(name) ? [show] : [])
      )
    );
    return TEXTS.includes(name) ? [row, more] : [row];
  }

  private async extract(name: string, result: HTMLElement): Promise<void> {
    result.replaceChildren(trans.__('Extracting %1 …', name));
    try {
      const made = await this.options.extract(name);
      result.replaceChildren(
        `${trans.__('Written: %1', made)} `,
        button(trans.__('Open'), trans.__('Open %1', made), () =>
          this.options.open(made)
        )
      );
    } catch (error) {
      result.replaceChildren(failure(error));
    }
  }

  private characters() {
    const table = this.keep(characterTable(this.options.characters));
    const onFirst = () => table.reset();
    return { title: trans.__('Characters'), node: table.node, onFirst };
  }

  private dictionaries(dawgs: readonly string[]) {
    const place = element('div', { class: 'tessnb-dictionary' });
    const preferred =
      dawgs.find(name => name.endsWith('word-dawg')) ?? dawgs[0];
    let table: PagedTable<string> | null = null;
    const show = (component: string, focus: boolean) => {
      table?.dispose();
      const which = element(
        'select',
        { 'aria-label': trans.__('Dictionary') },
        ...dawgs.map(value => element('option', { value }, value))
      );
      which.value = component;
      which.addEventListener('change', () => show(which.value, true));
      const ask = this.options.words(component);
      table = this.keep(wordTable(component, ask, { tools: [which] }));
      place.replaceChildren(table.node);
      table.reset();
      if (focus) {
        which.focus();
      }
    };
    return {
      title: trans.__('Dictionaries'),
      node: place,
      onFirst: () => show(preferred, false)
    };
  }

  private comparison() {
    const result = element(
      'div',
      {},
      element(
        'p',
        { class: 'tessnb-soft' },
        trans.__(
          'Choose another traineddata: components, facts, characters, words and weights are compared.'
        )
      )
    );
    const choose = button(trans.__('Compare with …'), '', async () => {
      const other = await this.options.choose();
      if (other) {
        await fillWith(
          result,
          trans.__('Comparing with %1 …', other),
          async () => [drawDifference(await this.options.compare(other))]
        );
      }
    });
    choose.classList.add('tessnb-mod-main');
    const node = element(
      'div',
      {},
      element('div', { class: 'tessnb-toolbar' }, choose),
      result
    );
    return { title: trans.__('Compare'), node };
  }

  private keep<T>(table: PagedTable<T>): PagedTable<T> {
    this.tables.push(table as unknown as PagedTable<never>);
    return table;
  }
}

function button(
  label: string,
  name: string,
  onClick: () => void
): HTMLButtonElement {
  const made = element('button', { type: 'button' }, label);
  if (name) {
    made.setAttribute('aria-label', name);
  }
  made.addEventListener('click', onClick);
  return made;
}

export namespace TrainedDataView {
  export interface IOptions {
    readonly network: () => Promise<INetworkFile>;
    readonly text: (component: string) => Promise<string>;
    readonly characters: AskCharacters;
    readonly words: (component: string) => AskWords;
    /** Write a component to a file beside; its name. */
    readonly extract: (component: string) => Promise<string>;
    /** Open a file beside. */
    readonly open: (name: string) => void;
    /** Let somebody choose another traineddata; null for none. */
    readonly choose: () => Promise<string | null>;
    readonly compare: (other: string) => Promise<IDifference>;
  }
}
