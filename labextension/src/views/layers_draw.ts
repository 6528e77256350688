/**
 * Draws a layer under its line: features one below the other, filters beside their responses.
 */
import { toScreen } from './ctc_axis';
import { extremes, onCanvas, signs } from './heatmap';
import { drawPicture, GUTTER, IPaper } from './heatmap_plot';
import {
  clamped,
  IField,
  IFilters,
  ILayerShown,
  IPlace,
  LayerShow,
  positionAt,
  shares,
  shown,
  showWord
} from './layers_data';

const GAP = 8;
const HEAD = 20;
/** Heights of a field in pixels of the screen, of two and of one alone; images need more. */
const FIELD = { both: 232, image: 400, alone: 480 };
/** Of one row of numbers at most. */
const ROW = 14;
const LEAST = 28;

/** A field with its place on the screen. */
interface IPanel {
  readonly name: LayerShow;
  readonly field: IField | null;
  readonly top: number;
  readonly height: number;
}

/** Where everything lies from top to bottom, in pixels of the screen. */
export interface ILayerLayout {
  readonly imageHeight: number;
  readonly panels: readonly IPanel[];
  readonly height: number;
}

/** Lay out a layer at a scale. */
export function layOutLayer(
  layer: ILayerShown,
  show: LayerShow,
  scale: number
): ILayerLayout {
  const imageHeight = Math.round(layer.imageHeight * scale);
  const rows = layer.features * layer.height;
  const isImage = layer.height > 1;
  const most =
    show !== 'both' ? FIELD.alone : isImage ? FIELD.image : FIELD.both;
  // Images keep their proportions, as far as there is room.
  const row = Math.min(isImage ? layer.scale * scale : ROW, most / rows);
  const height = Math.max(Math.round(rows * row), LEAST);
  const panels: IPanel[] = [];
  let top = imageHeight + GAP;
  const names = ['activations', 'deltas'] as const;
  for (const name of names) {
    if (show === 'both' || show === name) {
      const field = layer[name];
      const high = field ? height : LEAST;
      panels.push({ name, field, top: top + HEAD, height: high });
      top += HEAD + high + GAP;
    }
  }
  return { imageHeight, panels, height: top };
}

/** What is needed to draw. */
export interface ILayerScene extends IPaper {
  readonly layer: ILayerShown;
  readonly picture: CanvasImageSource | null;
  readonly layout: ILayerLayout;
}

/** The place at a point; x in pixels of the image, y of the screen. Null outside of the numbers. */
export function placeAt(
  { layer, layout }: ILayerScene,
  x: number,
  y: number
): IPlace | null {
  const panel = layout.panels.find(
    each => each.field && y >= each.top && y < each.top + each.height
  );
  if (!panel) {
    return null;
  }
  const rows = layer.features * layer.height;
  const row = Math.floor(((y - panel.top) / panel.height) * rows);
  const feature = Math.floor(row / layer.height);
  return clamped(layer, {
    feature,
    y: row - feature * layer.height,
    position: positionAt(layer, x)
  });
}

/** Draw all that does not move with the pointer. */
export function drawLayer(
  context: CanvasRenderingContext2D,
  scene: ILayerScene
): void {
  const { layer, layout, width, axis, picture } = scene;
  context.clearRect(0, 0, width, layout.height);
  for (const panel of layout.panels) {
    drawHead(context, scene, panel);
  }
  context.save();
  context.beginPath();
  context.rect(GUTTER, 0, width - GUTTER, layout.height);
  context.clip();
  context.translate(GUTTER, 0);
  if (picture) {
    drawPicture(context, picture, axis, layer.imageWidth, layer.imageHeight);
  }
  for (const panel of layout.panels) {
    drawField(context, scene, panel);
  }
  context.restore();
}

function drawHead(
  context: CanvasRenderingContext2D,
  scene: ILayerScene,
  { name, field, top, height }: IPanel
): void {
  const { layer, ink, font, width } = scene;
  const middle = top - HEAD / 2;
  context.font = `12px ${font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = ink;
  context.fillText(showWord(name), GUTTER, middle);
  if (!field) {
    context.globalAlpha = 0.65;
    context.fillText(layer.note, GUTTER, top + height / 2, width - GUTTER);
    context.globalAlpha = 1;
    return;
  }
  drawScale(context, scene, field, middle);
  const strip = height / layer.features;
  context.textAlign = 'right';
  context.font = `11px ${font}`;
  const every = Math.ceil(12 / strip);
  for (let feature = 0; feature < layer.features; feature += every) {
    const at = top + (feature + 0.5) * strip;
    context.fillStyle = ink;
    context.globalAlpha = 0.65;
    context.fillText(String(feature), GUTTER - 6, at + 0.5);
    context.globalAlpha = 1;
  }
  if (layer.filters && name === 'activations') {
    const side = Math.min(strip - 4, 28);
    for (let feature = 0; feature < layer.features; feature++) {
      const at = top + (feature + 0.5) * strip - side / 2;
      drawFilter(context, layer.filters, feature, scene, at, side);
    }
  }
}

/** Which colour stands for what: from -limit to limit. */
function drawScale(
  context: CanvasRenderingContext2D,
  { palette, width, ink }: ILayerScene,
  { limit }: IField,
  middle: number
): void {
  const right = width - 1;
  const high = `+${shown(limit)}`;
  const low = shown(-limit);
  context.textAlign = 'right';
  context.globalAlpha = 0.65;
  context.fillText(high, right, middle);
  const end = right - context.measureText(high).width - 6;
  const begin = end - 80;
  context.fillText(low, begin - 6, middle);
  context.globalAlpha = 1;
  const values = Float32Array.from({ length: 41 }, (_, at) => at / 20 - 1);
  const cells = onCanvas(signs(values, 41, palette.more, palette.less), 41);
  context.drawImage(cells, begin, middle - 5, end - begin, 10);
  context.strokeStyle = ink;
  context.globalAlpha = 0.3;
  context.lineWidth = 1;
  context.strokeRect(begin - 0.5, middle - 5.5, end - begin + 1, 11);
  context.globalAlpha = 1;
}

/** A filter's weights, left of the responses that they make. */
function drawFilter(
  context: CanvasRenderingContext2D,
  filters: IFilters,
  feature: number,
  { palette, ink }: ILayerScene,
  top: number,
  side: number
): void {
  const size = filters.height * filters.width;
  const weights = filters.weights.slice(feature * size, (feature + 1) * size);
  const values = Float32Array.from(weights, value => value / 32767);
  const bytes = signs(values, filters.width, palette.more, palette.less);
  const wide = (side * filters.width) / filters.height;
  const left = 4;
  context.imageSmoothingEnabled = false;
  context.drawImage(onCanvas(bytes, filters.width), left, top, wide, side);
  context.imageSmoothingEnabled = true;
  context.strokeStyle = ink;
  context.globalAlpha = 0.3;
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, wide + 1, side + 1);
  context.globalAlpha = 1;
}

function drawField(
  context: CanvasRenderingContext2D,
  { layer, axis, palette, ink }: ILayerScene,
  { name, field, top, height }: IPanel
): void {
  if (!field) {
    return;
  }
  const left = toScreen(axis, 0);
  const wide = toScreen(axis, layer.width * layer.scale) - left;
  const rows = layer.features * layer.height;
  // Errors are few and far between: the largest of those that share a pixel is shown.
  const high = Math.round(height * (window.devicePixelRatio || 1));
  const values =
    name === 'deltas' && high < rows
      ? extremes(shares(field), layer.width, high)
      : shares(field);
  const bytes = signs(values, layer.width, palette.more, palette.less);
  context.imageSmoothingEnabled =
    name === 'activations' && (height < rows || wide < layer.width);
  context.imageSmoothingQuality = 'high';
  context.drawImage(onCanvas(bytes, layer.width), left, top, wide, height);
  context.imageSmoothingEnabled = true;
  const strip = height / layer.features;
  if (strip >= 6) {
    context.fillStyle = ink;
    context.globalAlpha = layer.height > 1 ? 0.25 : 0.07;
    for (let feature = 1; feature < layer.features; feature++) {
      context.fillRect(left, Math.round(top + feature * strip), wide, 1);
    }
  }
  context.strokeStyle = ink;
  context.globalAlpha = 0.2;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top - 0.5, wide - 1, height + 1);
  context.globalAlpha = 1;
}

/** Draw what moves with the pointer: the position, and the row that is spoken of. */
export function drawPlace(
  context: CanvasRenderingContext2D,
  scene: ILayerScene,
  place: IPlace | null
): void {
  const { layer, layout, axis, width, ink } = scene;
  context.clearRect(0, 0, width, layout.height);
  if (!place) {
    return;
  }
  context.save();
  context.beginPath();
  context.rect(GUTTER, 0, width - GUTTER, layout.height);
  context.clip();
  context.translate(GUTTER, 0);
  const left = toScreen(axis, place.position * layer.scale);
  const wide = Math.max(layer.scale * axis.scale, 1);
  context.fillStyle = ink;
  context.globalAlpha = 0.7;
  context.fillRect(Math.round(left + wide / 2), 0, 1, layout.height);
  const rows = layer.features * layer.height;
  for (const { field, top, height } of layout.panels) {
    if (field) {
      const high = height / rows;
      const at = top + (place.feature * layer.height + place.y) * high;
      const size = Math.max(high, 5);
      context.strokeStyle = ink;
      context.lineWidth = 1.5;
      context.strokeRect(
        left - 1.5,
        at + (high - size) / 2 - 1.5,
        wide + 3,
        size + 3
      );
    }
  }
  context.restore();
}
