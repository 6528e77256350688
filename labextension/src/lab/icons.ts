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

/** An open book: the tutorial. */
export const tutorialIcon = icon(
  'tutorial',
  '<path d="M3 5c3-1 6-1 9 1 3-2 6-2 9-1v14c-3-1-6-1-9 1-3-2-6-2-9-1zm2 1.500v11c2-.4 4-.2 6 .7V7.600c-2-1.100-4-1.400-6-1.100zm8 1.100v10.600c2-.9 4-1.100 6-.7v-11c-2-.3-4 0-6 1.100z"/>'
);

/** A line under a lens: an evaluation. */
export const evaluationIcon = icon(
  'evaluation',
  '<path d="M3 5h10v2H3zm0 5h6v2H3zm0 5h6v2H3z"/><path d="M15 8a5 5 0 1 0 2.700 9.200l3 3 1.400-1.400-3-3A5 5 0 0 0 15 8zm0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6z"/>'
);
