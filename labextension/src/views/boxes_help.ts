import { element } from './dom';

const HELP: ReadonlyArray<readonly [string, string]> = [
  ['← →', 'next box'],
  ['↑ ↓', 'line'],
  ['Shift+← →', 'select several'],
  ['Tab', 'text'],
  ['w a s d', 'move'],
  ['q e', 'narrower, wider'],
  ['f r', 'lower, taller'],
  ['Shift', '10 px at once'],
  ['1 2 3', 'characters, words, lines'],
  ['+ − 0', 'zoom'],
  ['Ctrl+Z', 'undo'],
  ['Ctrl+S', 'save']
];
/** The keys, always in view. */
export function help(): HTMLElement {
  return element(
    'div',
    { class: 'tessnb-boxes-help' },
    ...HELP.map(([keys, what]) =>
      element('span', {}, element('kbd', {}, keys), ` ${what}`)
    ),
    element('span', {}, 'drag edges · Shift+drag draws a box · the wheel zooms')
  );
}
