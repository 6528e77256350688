/**
 * Where the pixels of a line image lie across the screen: one axis that all that is drawn below shares.
 */

/** Screen pixels per image pixel, and the image's place at the left edge. */
export interface IAxis {
  readonly scale: number;
  readonly left: number;
}

/** A line image and the room that it has, in pixels of each. */
export interface IRoom {
  readonly width: number;
  readonly height: number;
  readonly room: number;
}

/** A short line is not drawn higher than this. */
const TALLEST = 96;
/** Nor any line higher than this. */
const LARGEST = 192;

/** Show the whole line. */
export function fitAxis({ width, height, room }: IRoom): IAxis {
  return { scale: Math.min(room / width, TALLEST / height), left: 0 };
}

/** Zoom by a factor; what is under a place on the screen stays there. */
export function zoomAxis(
  axis: IAxis,
  factor: number,
  at: number,
  room: IRoom
): IAxis {
  const least = fitAxis(room).scale;
  const scale = Math.min(
    Math.max(axis.scale * factor, least),
    Math.max(LARGEST / room.height, 2 * least)
  );
  const left = toImage(axis, at) - at / scale;
  return settle({ scale, left }, room);
}

/** Move the line by pixels of the screen. */
export function panAxis(axis: IAxis, by: number, room: IRoom): IAxis {
  return settle({ ...axis, left: axis.left - by / axis.scale }, room);
}

/** Move the line as little as brings a place into sight. */
export function revealAxis(axis: IAxis, x: number, room: IRoom): IAxis {
  const seen = room.room / axis.scale;
  const border = seen / 8;
  const left = Math.min(Math.max(axis.left, x - seen + border), x - border);
  return settle({ ...axis, left }, room);
}

/** Keep the line within the room. */
function settle({ scale, left }: IAxis, { width, room }: IRoom): IAxis {
  const most = Math.max(width - room / scale, 0);
  return { scale, left: Math.min(Math.max(left, 0), most) };
}

/** Image → screen. */
export function toScreen(axis: IAxis, x: number): number {
  return (x - axis.left) * axis.scale;
}

/** Screen → image. */
export function toImage(axis: IAxis, x: number): number {
  return x / axis.scale + axis.left;
}
