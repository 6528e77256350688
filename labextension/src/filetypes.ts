import { DocumentRegistry } from '@jupyterlab/docregistry';

/**
 * The files of Tesseract's training chain, so that the file browser names them.
 */
export const FILE_TYPES: ReadonlyArray<Partial<DocumentRegistry.IFileType>> = [
  binary('tesseract-traineddata', 'Tesseract model', ['.traineddata']),
  binary('tesseract-lstm', 'Tesseract network', ['.lstm']),
  binary('tesseract-checkpoint', 'Tesseract training checkpoint', [
    '.checkpoint'
  ]),
  binary('tesseract-lstmf', 'Tesseract training lines', ['.lstmf']),
  text('tesseract-box', 'Tesseract box file', ['.box']),
  text('tesseract-unicharset', 'Tesseract character set', ['.unicharset']),
  text('tesseract-ground-truth', 'Ground truth of a line', ['.gt.txt'])
];

function binary(
  name: string,
  displayName: string,
  extensions: string[]
): Partial<DocumentRegistry.IFileType> {
  const mimeTypes = ['application/octet-stream'];
  return { name, displayName, extensions, mimeTypes, fileFormat: 'base64' };
}

function text(
  name: string,
  displayName: string,
  extensions: string[]
): Partial<DocumentRegistry.IFileType> {
  const mimeTypes = ['text/plain'];
  return { name, displayName, extensions, mimeTypes, fileFormat: 'text' };
}
