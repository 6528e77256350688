import { LabIcon } from '@jupyterlab/ui-components';

/** A picture of 24 by 24, drawn in the colour of JupyterLab's own. */
function icon(name: string, paths: string): LabIcon {
  return new LabIcon({
    name: `tessnb:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161">${paths}</g></svg>`
  });
}

/** A falling curve between axes: a training. */
export const trainingIcon = icon(
  'training',
  '<path d="M3 3h2v16h16v2H3z"/><path d="M7 5c1 7 4 10 13 11v-2C13 13 10 11 9 5z"/>'
);

/** Layers of a network: a model. */
export const modelIcon = icon(
  'model',
  '<path d="M4 4h4v16H4zm6 3h4v10h-4zm6 3h4v4h-4z"/>'
);

/** A line of text under its picture: training lines. */
export const linesIcon = icon(
  'lines',
  '<path d="M3 5h18v8H3zm2 2v4h14V7zM3 15h18v2H3zm0 4h12v2H3z"/><path d="M7 8h2v2H7zm4 0h2v2h-2zm4 0h2v2h-2z"/>'
);
