import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Token } from '@lumino/coreutils';

import { ITrans, trans } from '../views/trans';
import { ILanguage } from './plugin_language';
import { post } from './request';
import { sentenceOf } from './server_says';

/** What the user has set; always as new as the settings. */
export interface ITessnbSettings {
  /** Fonts that text is rendered in where no lines are named. */
  readonly fonts: ReadonlyArray<string>;
  /** Updates per second of a dashboard. */
  readonly updateRate: number;
}

export const ITessnbSettings = new Token<ITessnbSettings>(
  '@tessnb/labextension:ITessnbSettings',
  "The user's settings for training."
);

/**
 * Reads the settings, and tells the server those that kernels and terminals get as their environment.
 */
export const settings: JupyterFrontEndPlugin<ITessnbSettings> = {
  id: '@tessnb/labextension:settings',
  description: 'Default fonts, folders, threads and the rate of updates.',
  autoStart: true,
  requires: [ILanguage, ISettingRegistry],
  provides: ITessnbSettings,
  activate: async (
    app: JupyterFrontEnd,
    _: ITrans,
    registry: ISettingRegistry
  ): Promise<ITessnbSettings> => {
    const loaded = await registry.load(settings.id);
    const tell = async () => {
      const { tessdata, langdata, threads } = loaded.composite;
      try {
        await post('settings', { tessdata, langdata, threads });
      } catch (error) {
        Notification.error(
          trans.__(
            'The settings of Tesseract do not work: %1',
            sentenceOf(error)
          )
        );
      }
    };
    loaded.changed.connect(() => void tell());
    void tell();
    return {
      get fonts() {
        return loaded.composite.fonts as string[];
      },
      get updateRate() {
        return loaded.composite.updateRate as number;
      }
    };
  }
};
