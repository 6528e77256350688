import { element, make } from './dom';
import { number } from './fields';
import { trans } from './trans';

/** A layer as the server tells of it (`LayerOutline`). */
export interface ILayer {
  /** Place in the outermost series. */
  readonly index: number;
  readonly type: string;
  readonly token: string;
  readonly name: string;
  readonly direction: '' | 'right' | 'left' | 'down' | 'up';
  /** Rows of the output. */
  readonly height: number;
  /** Pixels of the line from one column to the next; 0: the line is one column. */
  readonly step: number;
  readonly depth: number;
  readonly weights: number;
  readonly learning_rate: number | null;
  /** Columns and rows of the image that an output sees; null: all. */
  readonly field_x: number | null;
  readonly field_y: number | null;
  readonly inner: readonly ILayer[];
}

const [WIDTH, HEIGHT] = [84, 76];

/** What a kind of layer does, in a few words. */
function kindWords(type: string): string {
  switch (type) {
    case 'Input':
      return trans.__('the line image');
    case 'Convolve':
      return trans.__('a window at each place');
    case 'Maxpool':
      return trans.__('the maximum of each block');
    case 'Reconfig':
      return trans.__('each block stacked');
    case 'Softmax':
    case 'SoftmaxNoCTC':
      return trans.__('a probability per code');
    case 'Logistic':
      return trans.__('sum, then logistic');
    case 'Tanh':
      return trans.__('sum, then tanh');
    case 'Relu':
      return trans.__('sum, then max with 0');
    case 'Linear':
      return trans.__('weighted sum');
    case 'Series':
      return trans.__('one after the other');
    case 'Parallel':
    case 'Replicated':
      return trans.__('side by side');
    case 'ParBidiLSTM':
    case 'DepParUDLSTM':
      return trans.__('memory both ways');
    case 'Par2dLSTM':
      return trans.__('memory from all corners');
    default:
      return type;
  }
}

/** Which way a layer reads, in a few words. */
function wayWords(direction: ILayer['direction']): string {
  switch (direction) {
    case 'right':
      return trans.__('memory, left to right');
    case 'left':
      return trans.__('memory, right to left');
    case 'down':
      return trans.__('memory, down each column');
    case 'up':
      return trans.__('memory, up each column');
    default:
      return '';
  }
}

/** What a layer does, in a few words. */
export function meaning({ type, direction, step }: ILayer): string {
  if (!direction) {
    return kindWords(type);
  }
  const way = wayWords(direction);
  return type === 'SummLSTM' && !step
    ? trans.__('%1, last step alone', way)
    : way;
}

/** The shape of a layer's output in words: `12 rows × 16, a column each 3 px`. */
export function shape({ height, step, depth }: ILayer): string {
  const columns =
    step === 1
      ? trans.__('a column each pixel')
      : step
        ? trans.__('a column each %1 px', step)
        : trans.__('one column');
  return trans._n(
    '%1 row × %2, %3',
    '%1 rows × %2, %3',
    height,
    depth,
    columns
  );
}

/** The size of the block that stands for an output: of its front, and how deep it goes. */
export function blockSize(
  { height, step, depth }: ILayer,
  most: { readonly height: number; readonly depth: number }
): { width: number; height: number; depth: number } {
  return {
    width: step ? Math.max(14, 50 / Math.sqrt(step)) : 8,
    height: Math.max(5, 46 * Math.sqrt(height / most.height)),
    depth: 3 + 23 * (Math.log2(1 + depth) / Math.log2(1 + most.depth))
  };
}

/** All layers that are not made of others, in order. */
export function leaves(layers: readonly ILayer[]): ILayer[] {
  return layers.flatMap(layer =>
    layer.inner.length ? leaves(layer.inner) : [layer]
  );
}

/**
 * Draw a network: a block for each layer, as high as its output has rows, as wide as it has columns, as deep as
 * it has features; then the same as a table.
 */
export function drawNetwork(layers: readonly ILayer[]): HTMLElement {
  const all = leaves(layers);
  const scale: IScale = {
    height: Math.max(1, ...all.map(({ height }) => height)),
    depth: Math.max(1, ...all.map(({ depth }) => depth)),
    weights: Math.max(
      1,
      all.reduce((sum, { weights }) => sum + weights, 0)
    )
  };
  const picture = element(
    'div',
    { class: 'tessnb-network', 'aria-hidden': 'true' },
    ...series(layers, scale)
  );
  return element(
    'div',
    { class: 'tessnb-network-view' },
    picture,
    element(
      'p',
      { class: 'tessnb-soft tessnb-network-legend' },
      trans.__(
        'Each block is what a layer gives: as high as it has rows, as wide as it has columns, as deep as it has features. Coloured layers learn; the bar is their share of the weights.'
      )
    ),
    table(layers, scale)
  );
}

interface IScale {
  readonly height: number;
  readonly depth: number;
  readonly weights: number;
}

function series(layers: readonly ILayer[], scale: IScale): HTMLElement[] {
  return layers.flatMap((layer, place) => [
    ...(place ? [element('span', { class: 'tessnb-network-arrow' }, '→')] : []),
    box(layer, scale)
  ]);
}

function box(layer: ILayer, scale: IScale): HTMLElement {
  if (layer.inner.length) {
    const isSeries = layer.type === 'Series';
    const parts = isSeries
      ? series(layer.inner, scale)
      : layer.inner.map(each => box(each, scale));
    const kind = isSeries ? 'series' : 'parallel';
    return element(
      'div',
      { class: `tessnb-network-group tessnb-mod-${kind}`, title: shape(layer) },
      element(
        'div',
        { class: 'tessnb-soft tessnb-network-label' },
        isSeries ? layer.token : `${layer.token}: ${meaning(layer)}`
      ),
      element('div', { class: 'tessnb-network-inner' }, ...parts)
    );
  }
  const share = layer.weights / scale.weights;
  const bar = element('div', { class: 'tessnb-network-bar' });
  if (layer.weights) {
    const filled = element('div', {});
    filled.style.width = `${Math.max(1, 100 * share)}%`;
    bar.append(filled);
  } else {
    bar.classList.add('tessnb-mod-none');
  }
  return element(
    'div',
    {
      class: 'tessnb-network-box',
      title: trans.__('%1; sees %2', shape(layer), sight(layer))
    },
    block(layer, scale),
    element(
      'code',
      {},
      layer.type === 'Input' ? trans.__('image') : layer.token
    ),
    element(
      'div',
      { class: 'tessnb-soft tessnb-network-what' },
      meaning(layer)
    ),
    element(
      'div',
      { class: 'tessnb-tabular' },
      `${layer.height} × ${layer.depth}`
    ),
    bar,
    element(
      'div',
      { class: 'tessnb-soft tessnb-tabular' },
      layer.weights ? number(layer.weights) : '–'
    )
  );
}

/** The block, seen from the front, left and above. */
function block(layer: ILayer, scale: IScale): SVGSVGElement {
  const size = blockSize(layer, scale);
  const [dx, dy] = [size.depth * 0.8, size.depth * 0.6];
  const x = (WIDTH - size.width - dx) / 2;
  const y = (HEIGHT - size.height - dy) / 2 + dy;
  const [right, bottom] = [x + size.width, y + size.height];
  const picture = make('svg', {
    class: `tessnb-network-block ${layer.weights ? 'tessnb-mod-learns' : ''}`,
    width: WIDTH,
    height: HEIGHT
  });
  const face = (name: string, ...points: [number, number][]) =>
    picture.append(
      make('polygon', {
        class: `tessnb-network-${name}`,
        points: points.map(([px, py]) => `${px},${py}`).join(' ')
      })
    );
  face('top', [x, y], [x + dx, y - dy], [right + dx, y - dy], [right, y]);
  face(
    'side',
    [right, y],
    [right + dx, y - dy],
    [right + dx, bottom - dy],
    [right, bottom]
  );
  face('front', [x, y], [right, y], [right, bottom], [x, bottom]);
  if (layer.direction) {
    picture.append(arrow(layer.direction, x, y, size.width, size.height));
  }
  return picture;
}

/** An arrow on, or for a thin block below, the front: the way of the memory. */
function arrow(
  direction: string,
  x: number,
  y: number,
  width: number,
  height: number
): SVGPathElement {
  const isAcross = direction === 'right' || direction === 'left';
  const centre = [x + width / 2, y + height / 2];
  if (isAcross && height < 14) {
    centre[1] = y + height + 9;
  }
  if (!isAcross && width < 14) {
    centre[0] = x - 9;
  }
  const length = isAcross
    ? Math.max(20, width - 14)
    : Math.max(20, height - 14);
  const turn = { right: 0, down: 90, left: 180, up: 270 }[direction] ?? 0;
  return make('path', {
    class: 'tessnb-network-way',
    d: `M${-length / 2},0 H${length / 2} m-5,-4 l5,4 l-5,4`,
    transform: `translate(${centre[0]},${centre[1]}) rotate(${turn})`
  });
}

/** The pixels that an output sees: `11 × 36`. */
function sight({ field_x, field_y }: ILayer): string {
  const part = (extent: number | null) =>
    extent === null ? trans._p('pixels', 'all') : number(extent);
  return `${part(field_x)} × ${part(field_y)} px`;
}

function table(layers: readonly ILayer[], scale: IScale): HTMLElement {
  const heads = [
    trans.__('Index'),
    trans.__('Layer'),
    trans.__('What it does'),
    trans.__('Output'),
    trans.__('Sees (x × y)'),
    trans.__('Weights'),
    trans.__('Learning rate')
  ];
  return element(
    'table',
    { class: 'tessnb-table tessnb-network-table' },
    element(
      'caption',
      { class: 'tessnb-hidden' },
      trans.__('The layers of the network, from the image to the outputs')
    ),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...heads.map(text => element('th', { scope: 'col' }, text))
      )
    ),
    element('tbody', {}, ...layers.flatMap(layer => rows(layer, 0, scale)))
  );
}

function rows(layer: ILayer, level: number, scale: IScale): HTMLElement[] {
  const share = layer.weights / scale.weights;
  const cells = [
    level ? '' : String(layer.index),
    layer.token,
    meaning(layer),
    shape(layer),
    sight(layer),
    layer.weights ? `${number(layer.weights)} (${percent(share)})` : '–',
    layer.learning_rate === null ? '–' : rate(layer.learning_rate)
  ];
  const row = element(
    'tr',
    level ? { class: 'tessnb-nested' } : {},
    ...cells.map((text, place) =>
      place === 1
        ? element('th', { scope: 'row' }, element('code', {}, text))
        : element('td', {}, text)
    )
  );
  return [row, ...layer.inner.flatMap(each => rows(each, level + 1, scale))];
}

/** A part of a whole: `13.4 %`, `< 0.1 %`. */
export function percent(share: number): string {
  return share && share < 0.001
    ? '<\u202f0.1\u202f%'
    : `${(100 * share).toFixed(1)}\u202f%`;
}

/** A learning rate, as short as says it: `0.001`, `8.84e-5`. */
export function rate(value: number): string {
  const text = String(Number(value.toPrecision(3)));
  return text.length > 7 ? value.toExponential(2) : text;
}
