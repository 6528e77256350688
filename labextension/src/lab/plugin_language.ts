import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';

import { ITrans, setTrans, trans } from '../views/trans';

export const ILanguage = new Token<ITrans>(
  '@tessnb/labextension:ILanguage',
  'Is there once words are in the language of the user.'
);

/**
 * Tells views and widgets, also those in notebooks, which language JupyterLab speaks. Whatever says something
 * while it is activated requires it.
 *
 * Translated is what the browser says. Titles and descriptions in `schema/` are in the catalogue, too;
 * JupyterLab 4 itself shows those of extensions in English. Not translated is what comes from Python: messages
 * of the server and of kernels, names of columns, and the widgets that are written in Python.
 */
export const language: JupyterFrontEndPlugin<ITrans> = {
  id: '@tessnb/labextension:language',
  description: 'Lets views and widgets speak the language of the user.',
  autoStart: true,
  optional: [ITranslator],
  provides: ILanguage,
  activate: (_: JupyterFrontEnd, translator: ITranslator | null): ITrans => {
    setTrans((translator ?? nullTranslator).load('tessnb'));
    return trans;
  }
};
