/**
 * What keys mean while boxes are edited. Pure.
 */

import type { Command } from './boxes_bar';
import type { Handle } from './boxes_model';

/** Of a keyboard event, what matters here. */
export interface Key {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The letter on a key; on keyboards without Latin letters, the one that stands there elsewhere. */
function letter(event: Key): string {
  const key = event.key.toLowerCase();
  const isOther = key.length === 1 && !/[\x20-\x7e]/.test(key);
  return isOther && event.code.startsWith('Key')
    ? event.code.slice(3).toLowerCase()
    : key;
}

const PLAIN: Readonly<Record<string, Command>> = {
  x: 'split',
  m: 'merge',
  i: 'insert',
  delete: 'delete',
  backspace: 'delete',
  '+': 'zoom-in',
  '=': 'zoom-in',
  '-': 'zoom-out',
  '−': 'zoom-out',
  '0': 'fit-page',
  '9': 'fit-width',
  pageup: 'previous-page',
  pagedown: 'next-page'
};

/** The command that a key stands for. */
export function commandOf(event: Key): Command | null {
  const key = letter(event);
  if (event.altKey) {
    return null;
  }
  if (event.ctrlKey || event.metaKey) {
    if (key === 'z') {
      return event.shiftKey ? 'redo' : 'undo';
    }
    return key === 'y' ? 'redo' : key === 's' ? 'save' : null;
  }
  return PLAIN[key] ?? null;
}

const ARROWS = {
  arrowleft: 'left',
  arrowright: 'right',
  arrowup: 'up',
  arrowdown: 'down',
  home: 'first',
  end: 'last'
} as const;

/** The way that an arrow key goes. */
export function arrow(event: Key): (typeof ARROWS)[keyof typeof ARROWS] | null {
  return ARROWS[event.key.toLowerCase() as keyof typeof ARROWS] ?? null;
}

const ALL: Handle = { x: '', y: '' };
const NUDGES: Readonly<Record<string, readonly [Handle, number, number]>> = {
  w: [ALL, 0, -1],
  a: [ALL, -1, 0],
  s: [ALL, 0, 1],
  d: [ALL, 1, 0],
  q: [{ x: 'right', y: '' }, -1, 0],
  e: [{ x: 'right', y: '' }, 1, 0],
  f: [{ x: '', y: 'top' }, 0, 1],
  r: [{ x: '', y: 'top' }, 0, -1]
};

/** How a letter moves or sizes a box: by a pixel, with Shift by ten. */
export function nudge(
  event: Key
): { handle: Handle; dx: number; dy: number } | null {
  const found = NUDGES[letter(event)];
  if (!found || event.ctrlKey || event.metaKey || event.altKey) {
    return null;
  }
  const [handle, dx, dy] = found;
  const by = event.shiftKey ? 10 : 1;
  return { handle, dx: dx * by, dy: dy * by };
}
