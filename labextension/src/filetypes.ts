import { DocumentRegistry } from '@jupyterlab/docregistry';

import { linesIcon, modelIcon, trainingIcon } from './lab/icons';

type FileType = Partial<DocumentRegistry.IFileType> & { name: string };

const binary = {
  mimeTypes: ['application/octet-stream'],
  fileFormat: 'base64'
} as const;
const text = { mimeTypes: ['text/plain'], fileFormat: 'text' } as const;

/**
 * The files of Tesseract's training chain, so that the file browser names them.
 */
export const FILE_TYPES: readonly FileType[] = [
  {
    name: 'tesseract-traineddata',
    displayName: 'Tesseract model',
    extensions: ['.traineddata'],
    icon: modelIcon,
    ...binary
  },
  {
    name: 'tesseract-lstm',
    displayName: 'Tesseract network',
    extensions: ['.lstm'],
    icon: modelIcon,
    ...binary
  },
  {
    name: 'tesseract-checkpoint',
    displayName: 'Tesseract training checkpoint',
    extensions: ['.checkpoint'],
    pattern: '_checkpoint$', // the newest one of lstmtraining has no extension
    icon: modelIcon,
    ...binary
  },
  {
    name: 'tesseract-dawg',
    displayName: 'Tesseract dictionary',
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
    displayName: 'Tesseract training lines',
    extensions: ['.lstmf'],
    icon: linesIcon,
    ...binary
  },
  {
    name: 'tesseract-box',
    displayName: 'Tesseract box file',
    extensions: ['.box'],
    icon: linesIcon,
    ...text
  },
  {
    name: 'tesseract-unicharset',
    displayName: 'Tesseract character set',
    extensions: ['.unicharset', '.lstm-unicharset'],
    icon: modelIcon,
    ...text
  },
  {
    name: 'tesseract-ground-truth',
    displayName: 'Ground truth of a line',
    extensions: ['.gt.txt'],
    icon: linesIcon,
    ...text
  },
  {
    name: 'tesseract-training-log',
    displayName: 'Training log',
    extensions: [],
    pattern: '(train|eval)[^/]*\\.log$', // such as basetrain.log, lstmeval.log
    icon: trainingIcon,
    ...text
  },
  {
    name: 'tesseract-log',
    displayName: 'Log',
    extensions: ['.log'],
    icon: trainingIcon,
    ...text
  }
];
