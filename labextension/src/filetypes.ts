import { DocumentRegistry } from '@jupyterlab/docregistry';

import { linesIcon, modelIcon, trainingIcon } from './lab/icons';
import { trans } from './views/trans';

type FileType = Partial<DocumentRegistry.IFileType> & { name: string };

const binary = {
  mimeTypes: ['application/octet-stream'],
  fileFormat: 'base64'
} as const;
const text = { mimeTypes: ['text/plain'], fileFormat: 'text' } as const;

/**
 * The files of Tesseract's training chain, so that the file browser names them.
 */
export function fileTypes(): FileType[] {
  return [
    {
      name: 'tesseract-traineddata',
      displayName: trans.__('Tesseract model'),
      extensions: ['.traineddata'],
      icon: modelIcon,
      ...binary
    },
    {
      name: 'tesseract-lstm',
      displayName: trans.__('Tesseract network'),
      extensions: ['.lstm'],
      icon: modelIcon,
      ...binary
    },
    {
      name: 'tesseract-checkpoint',
      displayName: trans.__('Tesseract training checkpoint'),
      extensions: ['.checkpoint'],
      pattern: '_checkpoint$', // the newest one of lstmtraining has no extension
      icon: modelIcon,
      ...binary
    },
    {
      name: 'tesseract-dawg',
      displayName: trans.__('Tesseract dictionary'),
      extensions: [
        ...['.dawg', '.lstm-word-dawg', '.lstm-punc-dawg', '.lstm-number-dawg'],
        ...['.word-dawg', '.punc-dawg', '.number-dawg', '.freq-dawg'],
        ...['.bigram-dawg', '.unambig-dawg']
      ],
      icon: modelIcon,
      ...binary
    },
    {
      name: 'tesseract-lstmf',
      displayName: trans.__('Tesseract training lines'),
      extensions: ['.lstmf'],
      icon: linesIcon,
      ...binary
    },
    {
      name: 'tesseract-box',
      displayName: trans.__('Tesseract box file'),
      extensions: ['.box'],
      icon: linesIcon,
      ...text
    },
    {
      name: 'tesseract-unicharset',
      displayName: trans.__('Tesseract character set'),
      extensions: ['.unicharset', '.lstm-unicharset'],
      icon: modelIcon,
      ...text
    },
    {
      name: 'tesseract-ground-truth',
      displayName: trans.__('Ground truth of a line'),
      extensions: ['.gt.txt'],
      icon: linesIcon,
      ...text
    },
    {
      name: 'tesseract-training-log',
      displayName: trans.__('Training log'),
      extensions: [],
      pattern: '(train|eval)[^/]*\\.log$', // such as basetrain.log, lstmeval.log
      icon: trainingIcon,
      ...text
    },
    {
      name: 'tesseract-log',
      displayName: trans.__('Log'),
      extensions: ['.log'],
      icon: trainingIcon,
      ...text
    }
  ];
}
