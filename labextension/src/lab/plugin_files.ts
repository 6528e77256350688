import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { ITrans } from '../views/trans';
import { fileTypes } from '../filetypes';
import { ILanguage } from './plugin_language';

/**
 * Makes Tesseract's files known to JupyterLab.
 */
export const files: JupyterFrontEndPlugin<void> = {
  id: '@tessnb/labextension:files',
  description: "Registers the file types of Tesseract's training chain.",
  autoStart: true,
  requires: [ILanguage],
  activate: (app: JupyterFrontEnd, _: ITrans): void => {
    for (const fileType of fileTypes()) {
      app.docRegistry.addFileType(fileType);
    }
  }
};
