import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';

import { ITrans, trans } from '../views/trans';
import { COMMANDS } from './commands';
import { ILanguage } from './plugin_language';

/** What has a card in the launcher, and what stands in the command palette. */
const CARDS = [COMMANDS.tutorial, COMMANDS.fineTuning, COMMANDS.evaluate];
const PALETTE = [...CARDS, COMMANDS.dashboard];

/**
 * Puts the commands where they are looked for; menus and shortcuts are data in `schema/commands.json`.
 */
export const launcher: JupyterFrontEndPlugin<void> = {
  id: '@tessnb/labextension:launcher',
  description: 'Cards in the launcher and entries in the command palette.',
  autoStart: true,
  requires: [ILanguage],
  optional: [ILauncher, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    _: ITrans,
    cards: ILauncher | null,
    palette: ICommandPalette | null
  ): void => {
    const category = trans.__('Tesseract');
    CARDS.forEach((command, rank) =>
      cards?.add({ command, category, rank, categoryRank: 30 })
    );
    PALETTE.forEach((command, rank) =>
      palette?.addItem({ command, category, rank })
    );
  }
};
