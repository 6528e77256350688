import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { FILE_TYPES } from '../filetypes';

/**
 * Makes Tesseract's files known to JupyterLab.
 */
export const files: JupyterFrontEndPlugin<void> = {
  id: '@tessnb/labextension:files',
  description: "Registers the file types of Tesseract's training chain.",
  autoStart: true,
  activate: (app: JupyterFrontEnd): void => {
    for (const fileType of FILE_TYPES) {
      app.docRegistry.addFileType(fileType);
    }
  }
};
