import { element } from './dom';
import { trans } from './trans';

/** Keys, and what they do. */
function keys(): ReadonlyArray<readonly [string, string]> {
  return [
    ['← →', trans.__('next box')],
    ['↑ ↓', trans.__('line')],
    ['Shift+← →', trans.__('select several')],
    ['Tab', trans.__('text')],
    ['w a s d', trans.__('move')],
    ['q e', trans.__('narrower, wider')],
    ['f r', trans.__('lower, taller')],
    ['Shift', trans.__('10 px at once')],
    ['1 2 3', trans.__('characters, words, lines')],
    ['+ − 0', trans.__('zoom')],
    ['Ctrl+Z', trans.__('undo')],
    ['Ctrl+S', trans.__('save')]
  ];
}

/** The keys, always in view. */
export function help(): HTMLElement {
  return element(
    'div',
    { class: 'tessnb-boxes-help' },
    ...keys().map(([key, what]) =>
      element('span', {}, element('kbd', {}, key), ` ${what}`)
    ),
    element(
      'span',
      {},
      trans.__('drag edges · Shift+drag draws a box · the wheel zooms')
    )
  );
}
