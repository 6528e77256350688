import type { Handle } from './boxes_model';
import type { Rect } from './zoom';

/** The same in both themes: pages are white in both. */
const BLUE = '#0072B2';

/** Draw the outline of a box; a dashed one for what is no ink. */
export function paintUnit(
  context: CanvasRenderingContext2D,
  at: Rect,
  isDashed: boolean
): void {
  // Where boxes are small, lines that stand out would hide the ink.
  const size = Math.min(at.bottom - at.top, 2 * (at.right - at.left));
  context.strokeStyle = BLUE;
  context.globalAlpha = Math.min(Math.max((size - 8) / 24, 0.12), 0.7);
  context.lineWidth = 1;
  context.setLineDash(isDashed ? [2, 2] : []);
  outline(context, at, 0);
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** Draw what is selected: filled, with a thick outline and what can be held. */
export function paintSelection(
  context: CanvasRenderingContext2D,
  at: Rect,
  canBeHeld: boolean
): void {
  const hasHandles =
    canBeHeld && at.right - at.left > 36 && at.bottom - at.top > 20;
  context.fillStyle = BLUE;
  context.globalAlpha = 0.16;
  context.fillRect(at.left, at.top, at.right - at.left, at.bottom - at.top);
  context.globalAlpha = 1;
  for (const [colour, width] of [
    ['#fff', 4],
    [BLUE, 2]
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    outline(context, at, 2);
  }
  if (hasHandles) {
    const middle = (at.left + at.right) / 2;
    for (const x of [at.left, middle, at.right]) {
      for (const y of [at.top, at.bottom]) {
        context.fillStyle = '#fff';
        context.fillRect(x - 4, y - 4, 8, 8);
        context.fillStyle = BLUE;
        context.fillRect(x - 3, y - 3, 6, 6);
      }
    }
  }
}

function outline(
  context: CanvasRenderingContext2D,
  at: Rect,
  grow: number
): void {
  const left = Math.round(at.left) + 0.5 - grow;
  const top = Math.round(at.top) + 0.5 - grow;
  const width = Math.max(Math.round(at.right - at.left) - 1, 1) + 2 * grow;
  const height = Math.max(Math.round(at.bottom - at.top) - 1, 1) + 2 * grow;
  context.strokeRect(left, top, width, height);
}

/** The pointer over an edge, a corner, the inside, or the page. */
export function cursor(handle: Handle | null): string {
  if (!handle) {
    return 'grab';
  }
  const { x, y } = handle;
  if (x && y) {
    return (x === 'left') === (y === 'top') ? 'nwse-resize' : 'nesw-resize';
  }
  return x ? 'ew-resize' : y ? 'ns-resize' : 'move';
}
