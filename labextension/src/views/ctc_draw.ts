/**
 * Draws a line under CTC on a canvas: pixels, heat map, curves and paths, all on one axis.
 */
import { toScreen } from './ctc_axis';
import {
  ICTCLine,
  ISymbol,
  matrix,
  PathName,
  pathWord,
  peakOf,
  Show,
  visible,
  xOf
} from './ctc_line';
import { Colour, css, IPalette, onCanvas, shades, signs } from './heatmap';
import { drawPicture, GUTTER, IPaper } from './heatmap_plot';
import { trans } from './trans';

const PATHS: readonly PathName[] = ['truth', 'greedy', 'beam'];
const CURVES = 104;
const PATH = 32;
const GAP = 8;

/** Where everything lies from top to bottom, in pixels of the screen. */
export interface ILayout {
  readonly image: number;
  readonly imageHeight: number;
  readonly heat: number;
  readonly rowHeight: number;
  readonly nullRow: number;
  readonly curves: number;
  readonly curvesHeight: number;
  readonly paths: number;
  readonly pathHeight: number;
  readonly height: number;
}

/** Lay out a line at a scale; its image keeps its proportions. */
export function layOut(line: ICTCLine, scale: number): ILayout {
  const count = line.rows.length - 1;
  const rowHeight = count <= 26 ? 14 : count <= 40 ? 12 : 10;
  const imageHeight = Math.round(line.height * scale);
  const heat = imageHeight + GAP;
  const nullRow = heat + count * rowHeight + 2;
  const curves = nullRow + rowHeight + GAP;
  const paths = curves + CURVES + GAP;
  return {
    image: 0,
    imageHeight,
    heat,
    rowHeight,
    nullRow,
    curves,
    curvesHeight: CURVES,
    paths,
    pathHeight: PATH,
    height: paths + PATHS.length * PATH
  };
}

/** The row of the heat map at a height, null's included; -1 elsewhere. */
export function rowAt(line: ICTCLine, layout: ILayout, y: number): number {
  const last = line.rows.length - 1;
  if (y >= layout.nullRow && y < layout.nullRow + layout.rowHeight) {
    return last;
  }
  const row = Math.floor((y - layout.heat) / layout.rowHeight);
  return row >= 0 && row < last ? row : -1;
}

/** Where a row begins. */
export function topOf(line: ICTCLine, layout: ILayout, row: number): number {
  return row === line.rows.length - 1
    ? layout.nullRow
    : layout.heat + row * layout.rowHeight;
}

/** What is needed to draw. */
export interface IScene extends IPaper {
  readonly line: ICTCLine;
  readonly picture: CanvasImageSource | null;
  readonly layout: ILayout;
  readonly show: Show;
}

/** The colour of a row: neighbours differ; the null is grey. */
export function colourOf(
  line: ICTCLine,
  palette: IPalette,
  row: number
): Colour {
  return row < 0 || row === line.rows.length - 1
    ? palette.none
    : palette.rows[row % palette.rows.length];
}

/** Draw all that does not move with the pointer. */
export function drawLine(
  context: CanvasRenderingContext2D,
  scene: IScene
): void {
  const { layout, width } = scene;
  context.clearRect(0, 0, width, layout.height);
  drawNames(context, scene);
  context.save();
  context.beginPath();
  context.rect(GUTTER, 0, width - GUTTER, layout.height);
  context.clip();
  context.translate(GUTTER, 0);
  if (scene.picture) {
    const { width: wide, height } = scene.line;
    drawPicture(context, scene.picture, scene.axis, wide, height);
  }
  drawHairlines(context, scene);
  drawHeat(context, scene);
  drawCurves(context, scene);
  PATHS.forEach((name, place) => {
    const top = layout.paths + place * PATH;
    drawPath(context, scene, scene.line.paths[name], top);
  });
  context.restore();
}

function drawNames(context: CanvasRenderingContext2D, scene: IScene): void {
  const { line, layout, palette, ink, font } = scene;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillStyle = ink;
  const right = GUTTER - 20;
  line.rows.forEach((row, place) => {
    const isNull = place === line.rows.length - 1;
    const middle = topOf(line, layout, place) + layout.rowHeight / 2;
    context.fillStyle = css(colourOf(line, palette, place));
    context.fillRect(GUTTER - 14, middle - 3.5, 8, 7);
    context.fillStyle = ink;
    const isWord = isNull || row.name === ' ';
    context.font = isWord
      ? `${Math.min(layout.rowHeight - 2, 11)}px ${font}`
      : `${layout.rowHeight - 1}px ${scene.textFont}`;
    context.globalAlpha = isWord ? 0.65 : 1;
    const name = isNull
      ? trans.__('blank')
      : row.name === ' '
        ? trans.__('space')
        : visible(row.name);
    context.fillText(name, right, middle + 0.5, right - 4);
    context.globalAlpha = 1;
    if (!row.expected) {
      const wide = Math.min(context.measureText(name).width, right - 4) + 5;
      context.strokeStyle = css(palette.substituted);
      context.lineWidth = 1;
      const half = layout.rowHeight / 2 - 1.5;
      context.strokeRect(right - wide + 2.5, middle - half, wide, 2 * half);
    }
  });
  context.font = `11px ${font}`;
  context.fillStyle = ink;
  context.globalAlpha = 0.65;
  const bottom = layout.curves + layout.curvesHeight;
  const [low, high] = scene.show === 'difference' ? [-1, 1] : [0, 1];
  for (const value of [low, (low + high) / 2, high]) {
    const share = (value - low) / (high - low);
    const label = value > 0 && low < 0 ? `+${value}` : String(value);
    context.fillText(
      label.replace('-', '\u2212'),
      GUTTER - 6,
      bottom - 6 - share * (layout.curvesHeight - 12)
    );
  }
  PATHS.forEach((name, place) => {
    const middle = layout.paths + (place + 0.5) * PATH;
    context.fillText(pathWord(name), GUTTER - 6, middle + 2);
  });
  context.globalAlpha = 1;
}

/** Where the line's parts meet the eye: box edges under the image, a peak per character down to the text. */
function drawHairlines(context: CanvasRenderingContext2D, scene: IScene): void {
  const { line, axis, layout, ink } = scene;
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.globalAlpha = 0.55;
  context.beginPath();
  for (const edge of line.edges) {
    const x = Math.round(toScreen(axis, edge)) + 0.5;
    context.moveTo(x, layout.imageHeight);
    context.lineTo(x, layout.imageHeight + 5);
  }
  context.stroke();
  context.globalAlpha = 0.16;
  context.beginPath();
  const path = scene.show === 'targets' ? line.paths.truth : line.paths.beam;
  const end = scene.show === 'targets' ? layout.paths : layout.paths + 2 * PATH;
  for (const symbol of path) {
    const x =
      Math.round(toScreen(axis, xOf(line, peakOf(symbol).peak)) - 0.5) + 0.5;
    context.moveTo(x, layout.imageHeight + 6);
    context.lineTo(x, end);
  }
  context.stroke();
  context.globalAlpha = 1;
}

function drawHeat(context: CanvasRenderingContext2D, scene: IScene): void {
  const { line, axis, layout, palette, show } = scene;
  const values = matrix(line, show);
  const bytes =
    show === 'difference'
      ? signs(values, line.steps, palette.more, palette.less)
      : shades(values, line.steps, row => colourOf(line, palette, row));
  const cells = onCanvas(bytes, line.steps);
  const left = toScreen(axis, 0);
  const wide = toScreen(axis, line.steps * line.scale) - left;
  const count = line.rows.length - 1;
  context.imageSmoothingEnabled = false;
  if (count > 0) {
    const high = count * layout.rowHeight;
    const { steps } = line;
    context.drawImage(cells, 0, 0, steps, count, left, layout.heat, wide, high);
  }
  context.drawImage(
    cells,
    0,
    count,
    line.steps,
    1,
    left,
    layout.nullRow,
    wide,
    layout.rowHeight
  );
  context.imageSmoothingEnabled = true;
  context.fillStyle = scene.ink;
  context.globalAlpha = 0.07;
  for (let row = 0; row <= count; row++) {
    context.fillRect(
      left,
      topOf(line, layout, row) + layout.rowHeight - 1,
      wide,
      1
    );
  }
  context.globalAlpha = 1;
}

function drawCurves(context: CanvasRenderingContext2D, scene: IScene): void {
  const { line, axis, layout, palette, show } = scene;
  const values = matrix(line, show);
  const low = show === 'difference' ? -1 : 0;
  const bottom = layout.curves + layout.curvesHeight - 6;
  const high = layout.curvesHeight - 12;
  const yOf = (value: number): number =>
    bottom - ((value - low) / (1 - low)) * high;
  const left = toScreen(axis, 0);
  const right = toScreen(axis, line.width);
  context.fillStyle = scene.ink;
  for (const value of [low, (low + 1) / 2, 1]) {
    context.globalAlpha = value === 0 ? 0.3 : 0.12;
    context.fillRect(left, Math.round(yOf(value)), right - left, 1);
  }
  const nothing = line.rows.length - 1;
  for (let place = -1; place < nothing; place++) {
    const row = place < 0 ? nothing : place;
    const from = row * line.steps;
    context.strokeStyle = css(colourOf(line, palette, row));
    context.globalAlpha = row === nothing ? 0.6 : 1;
    context.lineWidth = row === nothing ? 1 : 1.5;
    context.setLineDash(line.rows[row].expected ? [] : [4, 3]);
    context.beginPath();
    let under = true;
    for (let step = 0; step < line.steps; step++) {
      const value = values[from + step];
      const next = step + 1 < line.steps ? values[from + step + 1] : 0;
      const lies = Math.abs(value) < 0.004;
      if (lies && under && Math.abs(next) < 0.004) {
        continue;
      }
      const x = toScreen(axis, xOf(line, step));
      if (under && lies) {
        context.moveTo(x, yOf(value));
      } else {
        context.lineTo(x, yOf(value));
      }
      under = lies;
    }
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** A character per peak, a bar as long as it is held; what is wrong or changed is marked. */
function drawPath(
  context: CanvasRenderingContext2D,
  scene: IScene,
  path: readonly ISymbol[],
  top: number
): void {
  const { line, axis, palette, ink } = scene;
  const middles = path.map(symbol =>
    toScreen(axis, xOf(line, peakOf(symbol).peak))
  );
  const size = letterSize(middles);
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  context.font = `${size}px ${scene.textFont}`;
  path.forEach((symbol, place) => {
    const { parts, text, mark } = symbol;
    const begin = toScreen(axis, parts[0].begin * line.scale);
    const end = toScreen(axis, parts[parts.length - 1].end * line.scale);
    if (parts.length > 1) {
      context.fillStyle = ink;
      context.globalAlpha = 0.35;
      context.fillRect(begin, top + 5, end - begin, 1);
      context.globalAlpha = 1;
    }
    for (const part of parts) {
      const from = toScreen(axis, part.begin * line.scale) + 0.5;
      const to = toScreen(axis, part.end * line.scale) - 0.5;
      context.fillStyle = css(colourOf(line, palette, part.row));
      context.fillRect(from, top + 4, Math.max(to - from, 1), 3);
    }
    const several = parts.length > 1;
    const middle = several ? (begin + end) / 2 : middles[place];
    const shown = visible(text);
    const base = top + 9 + size;
    context.fillStyle = mark === 'deleted' ? css(palette.deleted) : ink;
    context.globalAlpha = text === ' ' ? 0.45 : 1;
    context.fillText(shown, middle, base);
    context.globalAlpha = 1;
    const half = Math.max(context.measureText(shown).width / 2, 3) + 1.5;
    drawMark(context, scene, symbol, middle, half, base, size);
  });
}

function drawMark(
  context: CanvasRenderingContext2D,
  { palette }: IScene,
  { mark, instead }: ISymbol,
  middle: number,
  half: number,
  base: number,
  size: number
): void {
  context.lineWidth = 1.5;
  if (mark === 'substituted') {
    context.strokeStyle = css(palette.substituted);
    context.strokeRect(middle - half, base - size + 1, 2 * half, size + 3);
  } else if (mark === 'inserted') {
    context.fillStyle = css(palette.inserted);
    context.fillRect(middle - half, base + 2, 2 * half, 1.5);
  } else if (mark === 'deleted') {
    context.fillStyle = css(palette.deleted);
    context.fillRect(middle - half, base - size * 0.35, 2 * half, 1.5);
  }
  if (instead !== null) {
    context.fillStyle = css(palette.dictionary);
    context.fillRect(middle - half, base + 3, 2 * half, 1.25);
    context.fillRect(middle - half, base + 5.5, 2 * half, 1.25);
  }
}

/** Letters as large as their neighbours let them be. */
function letterSize(middles: readonly number[]): number {
  const gaps = middles
    .slice(1)
    .map((middle, place) => middle - middles[place])
    .sort((one, other) => one - other);
  const usual = gaps.length ? gaps[Math.floor(gaps.length / 4)] : 15;
  return Math.min(Math.max(Math.round(usual * 1.25), 8), 15);
}

/** Draw what moves with the pointer: the step, and the row that is spoken of. */
export function drawCursor(
  context: CanvasRenderingContext2D,
  scene: IScene,
  step: number,
  row: number
): void {
  const { line, axis, layout, width, ink } = scene;
  context.clearRect(0, 0, width, layout.height);
  if (step < 0) {
    return;
  }
  context.save();
  context.beginPath();
  context.rect(GUTTER, 0, width - GUTTER, layout.height);
  context.clip();
  context.translate(GUTTER, 0);
  const begin = toScreen(axis, step * line.scale);
  const wide = line.scale * axis.scale;
  context.fillStyle = ink;
  context.globalAlpha = 0.1;
  context.fillRect(begin, 0, wide, layout.height);
  context.globalAlpha = 0.8;
  context.fillRect(Math.round(begin + wide / 2), 0, 1, layout.height);
  context.globalAlpha = 1;
  const value = matrix(line, scene.show)[row * line.steps + step];
  const low = scene.show === 'difference' ? -1 : 0;
  const share = (value - low) / (1 - low);
  context.beginPath();
  context.arc(
    begin + wide / 2,
    layout.curves +
      layout.curvesHeight -
      6 -
      share * (layout.curvesHeight - 12),
    4,
    0,
    2 * Math.PI
  );
  context.fillStyle = css(colourOf(line, scene.palette, row));
  context.fill();
  context.strokeStyle = ink;
  context.stroke();
  context.restore();
  context.strokeStyle = ink;
  context.lineWidth = 1;
  const top = topOf(line, layout, row);
  context.globalAlpha = 0.5;
  context.strokeRect(2.5, top + 0.5, width - 4, layout.rowHeight - 1);
  context.globalAlpha = 1;
}
