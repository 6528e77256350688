import {
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import { FileDialog, IDefaultFileBrowser } from '@jupyterlab/filebrowser';

import { ICharacter } from '../views/charset_filter';
import { ICharacterFacts } from '../views/character_table';
import { IDifference } from '../views/difference';
import { element } from '../views/dom';
import {
  INetworkFile,
  IStarters,
  NetworkFileView
} from '../views/network_file';
import { IPage } from '../views/paged_table';
import { ITrainedData, TrainedDataView } from '../views/traineddata';
import { ITrans, trans } from '../views/trans';
import { AskWords, wordTable } from '../views/word_table';
import charset, { CharsetRow, toCharacter } from '../widgets/charset';
import { showLive } from './live';
import { ILanguage } from './plugin_language';
import { get, post } from './request';
import { addViewer, Render } from './viewer';

/**
 * Opens the files of models: traineddata, networks and checkpoints, character sets, dictionaries.
 */
export const models: JupyterFrontEndPlugin<void> = {
  id: '@tessnb/labextension:models',
  description:
    'Opens models, networks, checkpoints, character sets and dictionaries.',
  autoStart: true,
  requires: [ILanguage],
  optional: [ILayoutRestorer, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    _: ITrans,
    restorer: ILayoutRestorer | null,
    browser: IDefaultFileBrowser | null
  ): void => {
    const around = new Around(app, browser);
    addViewer(app, restorer, {
      name: 'tessnb-traineddata',
      label: trans.__('Tesseract model'),
      fileTypes: ['tesseract-traineddata'],
      render: drawTrainedData(around)
    });
    addViewer(app, restorer, {
      name: 'tessnb-network',
      label: trans.__('Tesseract network'),
      fileTypes: ['tesseract-lstm', 'tesseract-checkpoint'],
      render: drawNetworkFile(around)
    });
    addViewer(app, restorer, {
      name: 'tessnb-characters',
      label: trans.__('Tesseract characters'),
      fileTypes: ['tesseract-unicharset'],
      follows: false,
      render: drawCharset
    });
    addViewer(app, restorer, {
      name: 'tessnb-dictionary',
      label: trans.__('Tesseract dictionary'),
      fileTypes: ['tesseract-dawg'],
      render: drawDictionary
    });
  }
};

/** The file browser around a viewer: what is beside its file, what somebody chooses. */
class Around {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly browser: IDefaultFileBrowser | null
  ) {}

  open(path: string): void {
    void this.app.commands.execute('docmanager:open', { path });
  }

  /** The name of a file that was made, which the file browser now shows. */
  async made({ path }: { readonly path: string }): Promise<string> {
    await this.browser?.model.refresh();
    return PathExt.basename(path);
  }

  /** Let somebody choose a traineddata; null for none. */
  async choose(title: string, folder: string): Promise<string | null> {
    if (!this.browser) {
      return null;
    }
    const { value } = await FileDialog.getOpenFiles({
      manager: this.browser.model.manager,
      title,
      defaultPath: folder,
      filter: ({ type, name }) =>
        type === 'directory' || name.endsWith('.traineddata') ? {} : null
    });
    const chosen = value?.find(({ type }) => type !== 'directory');
    return chosen
      ? this.browser.model.manager.services.contents.localPath(chosen.path)
      : null;
  }
}

function begin(el: HTMLElement): void {
  el.classList.add('tessnb-widget', 'tessnb-mod-models');
}

function drawTrainedData(around: Around): Render {
  return async (el, { path }) => {
    const data = await get<ITrainedData>('models/directory', { path });
    const folder = PathExt.dirname(path);
    const view = new TrainedDataView(data, {
      network: () => get<INetworkFile>('models/network', { path }),
      text: async component => {
        const query = { path, component };
        return (await get<{ text: string }>('models/text', query)).text;
      },
      characters: (search, first, count) =>
        get<IPage<ICharacterFacts>>('models/characters', {
          path,
          search,
          first,
          count
        }),
      words: component => (search, first, count) =>
        get<IPage<string>>('models/words', {
          path,
          component,
          search,
          first,
          count
        }),
      extract: async component =>
        around.made(await post('models/extract', { path, component })),
      open: name => around.open(PathExt.join(folder, name)),
      choose: () => around.choose(trans.__('Compare with'), folder),
      compare: other => get<IDifference>('models/compare', { path, other })
    });
    begin(el);
    el.append(view.node);
    return () => view.dispose();
  };
}

function drawNetworkFile(around: Around): Render {
  return async (el, { path }) => {
    const file = await get<INetworkFile>('models/network', { path });
    const folder = PathExt.dirname(path);
    const view = new NetworkFileView(file, {
      starters: () => get<IStarters>('models/starters', { path }),
      choose: () => around.choose(trans.__('Characters of'), folder),
      export: async (name, traineddata, integer) =>
        around.made(
          await post('models/export', { path, name, traineddata, integer })
        ),
      open: name => around.open(PathExt.join(folder, name))
    });
    el.classList.add('tessnb-widget');
    el.append(view.node);
  };
}

const drawCharset: Render = async (el, { path, viewer }) => {
  let unsaved = '';
  const live = await showLive(el, {
    kind: 'charset',
    path,
    frontEnd: charset,
    onMessage: content => {
      if (content.kind === 'charset') {
        unsaved = changes((content.rows as CharsetRow[]).map(toCharacter));
      }
    },
    unsaved: () => unsaved,
    openAgain: () => viewer.redraw()
  });
  return () => live.dispose();
};

/** What was added to a character set and removed from it. */
function changes(characters: readonly ICharacter[]): string {
  const those = (change: string): string =>
    characters
      .filter(each => each.change === change)
      .map(({ text }) => text)
      .join(' ');
  const [added, removed] = [those('added'), those('removed')];
  return [added && `+ ${added}`, removed && `− ${removed}`]
    .filter(Boolean)
    .join('\n');
}

const drawDictionary: Render = (el, { path }) => {
  const spelled = element('span', { class: 'tessnb-soft' });
  const ask: AskWords = async (search, first, count) => {
    const query = { path, search, first, count };
    const page = await get<IPage<string> & { spelled: string }>(
      'models/words',
      query
    );
    spelled.textContent = page.spelled
      ? trans.__('spelled with %1', page.spelled)
      : trans.__(
          'Its letters are numbers: there is no unicharset of its size beside it.'
        );
    return page;
  };
  const table = wordTable(PathExt.basename(path), ask, { notes: [spelled] });
  begin(el);
  el.append(element('div', { class: 'tessnb-model' }, table.node));
  table.reset();
  return () => table.dispose();
};
