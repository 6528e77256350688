/**
 * The layers of a network: a list to choose from, the chosen one under its line, figures of all.
 */
import { element } from './dom';
import { css, DARK, isDark, LIGHT } from './heatmap';
import { Choices, IBarCallbacks, IBarState, LineBar } from './heatmap_bar';
import { IPaper, LinePlot, sized } from './heatmap_plot';
import {
  clamped,
  histogramWords,
  IHistogram,
  ILayer,
  ILayerShown,
  IPlace,
  LayerShow,
  middleOf,
  placeWords,
  rowsOn,
  showWord
} from './layers_data';
import {
  drawLayer,
  drawPlace,
  ILayerScene,
  layOutLayer,
  placeAt
} from './layers_draw';
import { trans } from './trans';

/** What the controls show. */
export interface ILayersState extends IBarState {
  readonly show: LayerShow;
  readonly layer: string;
  readonly note: string;
}

/** Whom to tell. */
export interface ILayersCallbacks extends Omit<IBarCallbacks, 'onZoom'> {
  onShow(show: LayerShow): void;
  onLayer(id: string): void;
}

/** Figures of a layer with weights: its id, and what stands in the table. */
export type Statistic = readonly [string, ...string[]];

const SHOWS: readonly LayerShow[] = ['both', 'activations', 'deltas'];
const BARS = { width: 240, height: 72 };

export class LayersView {
  readonly node: HTMLElement;

  constructor(private readonly callbacks: ILayersCallbacks) {
    this.shows = new Choices(
      trans.__('Show'),
      SHOWS.map(show => [show, showWord(show)] as const),
      callbacks.onShow
    );
    this.bar = new LineBar(
      { ...callbacks, onZoom: factor => this.zoom(factor) },
      this.shows
    );
    this.note = element('div', { class: 'tessnb-failure', role: 'alert' });
    this.list = element('div', {
      class: 'tessnb-layers-list',
      role: 'tree',
      'aria-label': trans.__('Layers, from the image upwards')
    });
    this.list.addEventListener('keydown', event => {
      if (this.moved(event.key)) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
    this.plot = new LinePlot({
      label: trans.__(
        'Place in the layer: arrows move by a position or a row, with Shift by ten; plus and minus zoom, 0 shows the whole line; page up and down change the line'
      ),
      heightAt: axis =>
        this.layer === null
          ? 0
          : layOutLayer(this.layer, this.show, axis.scale).height,
      draw: (context, paper) => this.draw(context, paper),
      drawCursor: context => this.drawCursor(context),
      onPlace: (x, y) => this.pointed(x, y),
      onKey: event => this.pressed(event)
    });
    this.words = element('div');
    this.meaning = element('div', { class: 'tessnb-soft' });
    this.histograms = element('div', { class: 'tessnb-layers-histograms' });
    this.rows = element('tbody');
    const heads = [
      trans.__('layer'),
      trans.__('rate'),
      trans.__('gradient'),
      trans.__('weights'),
      trans.__('mean'),
      trans.__('deviation'),
      trans.__('largest')
    ].map(text => element('th', { scope: 'col' }, text));
    this.node = element(
      'div',
      { class: 'tessnb-layers-view' },
      this.bar.node,
      this.note,
      element(
        'div',
        { class: 'tessnb-layers-columns' },
        this.list,
        element(
          'div',
          { class: 'tessnb-layers-main' },
          this.plot.node,
          element(
            'div',
            { class: 'tessnb-plot-said' },
            this.words,
            this.meaning
          ),
          this.histograms
        )
      ),
      element(
        'div',
        { class: 'tessnb-layers-figures' },
        element(
          'table',
          { class: 'tessnb-table tessnb-layers-table' },
          element(
            'caption',
            {},
            trans.__(
              'Learning rate; length of the gradient and of the weights; mean, standard deviation and largest magnitude of the weights'
            )
          ),
          element('thead', {}, element('tr', {}, ...heads)),
          this.rows
        )
      )
    );
    this.themes = new MutationObserver(() => this.fillHistograms());
    this.themes.observe(document.body, {
      attributes: true,
      attributeFilter: ['data-jp-theme-light', 'data-jp-theme-name', 'class']
    });
  }

  /** Stop to watch the page. */
  dispose(): void {
    this.themes.disconnect();
    this.plot.dispose();
    this.picture?.close();
  }

  /** Show the controls' state. */
  setState(state: ILayersState): void {
    const before = this.state;
    this.state = state;
    this.bar.setState(state);
    this.shows.setChoice(state.show);
    this.note.textContent = state.note;
    this.note.hidden = !state.note;
    this.choose(state.layer);
    if (before?.show !== state.show) {
      this.plot.redraw();
    }
  }

  /** List the layers of the network. */
  setLayers(layers: readonly ILayer[]): void {
    this.layers = layers;
    this.list.replaceChildren(
      ...layers.map(layer => {
        const size = layer.shape.map(String).join(' × ');
        const item = element(
          'div',
          {
            class: 'tessnb-layers-item',
            role: 'treeitem',
            'aria-level': String(layer.level + 1),
            tabindex: '-1',
            title: trans.__('%1, specification %2', layer.type, layer.spec)
          },
          element('span', {}, layer.name),
          element('span', { class: 'tessnb-soft' }, size)
        );
        item.addEventListener('click', () => this.callbacks.onLayer(layer.id));
        return item;
      })
    );
    this.choose(this.state?.layer ?? '');
  }

  /** Show the figures of the layers with weights. */
  setStatistics(statistics: readonly Statistic[]): void {
    this.statistics = statistics;
    this.rows.replaceChildren(
      ...statistics.map(([, name, ...figures]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, name),
          ...figures.map(figure => element('td', {}, figure))
        )
      )
    );
    this.choose(this.state?.layer ?? '');
  }

  /** Show a line's pixels; they may come before or after the layer itself. */
  async setPicture(bytes: DataView): Promise<void> {
    const blob = new Blob([bytes], { type: 'image/png' });
    const picture = await createImageBitmap(blob);
    this.picture?.close();
    this.picture = picture;
    this.plot.redraw();
  }

  /** Show a layer. */
  setLayer(layer: ILayerShown): void {
    this.layer = layer;
    this.place = this.place && clamped(layer, this.place);
    this.fillHistograms();
    this.plot.setSize(layer.imageWidth, layer.imageHeight);
    this.plot.redraw();
  }

  private choose(id: string): void {
    this.layers.forEach((layer, place) => {
      const item = this.list.children[place];
      const chosen = layer.id === id;
      item.setAttribute('aria-selected', String(chosen));
      item.setAttribute('tabindex', chosen ? '0' : '-1');
    });
    this.statistics.forEach(([own], place) => {
      const within = `${own}:`.startsWith(`${id}:`);
      this.rows.children[place].classList.toggle('tessnb-mod-current', within);
    });
  }

  private moved(key: string): boolean {
    const now = this.layers.findIndex(each => each.id === this.state?.layer);
    const last = this.layers.length - 1;
    const places: Record<string, number> = {
      ArrowDown: Math.min(now + 1, last),
      ArrowUp: Math.max(now - 1, 0),
      Home: 0,
      End: last
    };
    if (!(key in places)) {
      return false;
    }
    this.callbacks.onLayer(this.layers[places[key]].id);
    (this.list.children[places[key]] as HTMLElement).focus();
    return true;
  }

  private pointed(x: number, y: number): void {
    const place = this.scene && placeAt(this.scene, x, y);
    if (place) {
      this.place = place;
      this.plot.redrawCursor();
    }
  }

  private pressed(event: KeyboardEvent): boolean {
    const { layer } = this;
    if (layer === null) {
      return false;
    }
    const by = event.shiftKey ? 10 : 1;
    const place = this.place ?? { feature: 0, y: 0, position: -1 };
    switch (event.key) {
      case 'ArrowRight':
        this.go({ ...place, position: place.position + by });
        return true;
      case 'ArrowLeft':
        this.go({ ...place, position: place.position - by });
        return true;
      case 'ArrowDown':
        this.go(rowsOn(layer, place, by));
        return true;
      case 'ArrowUp':
        this.go(rowsOn(layer, place, -by));
        return true;
      case 'Home':
        this.go({ ...place, position: 0 });
        return true;
      case 'End':
        this.go({ ...place, position: layer.width - 1 });
        return true;
    }
    return this.bar.pressed(event.key);
  }

  private go(place: IPlace): void {
    if (this.layer !== null) {
      this.place = clamped(this.layer, place);
      this.plot.reveal(middleOf(this.layer, this.place.position));
    }
  }

  private zoom(factor: number): void {
    if (this.layer !== null && this.place !== null) {
      const x = middleOf(this.layer, this.place.position);
      this.plot.zoomAround(factor, x);
    } else {
      this.plot.zoom(factor);
    }
  }

  private get show(): LayerShow {
    return this.state?.show ?? 'both';
  }

  private draw(context: CanvasRenderingContext2D, paper: IPaper): void {
    const { layer, picture } = this;
    if (layer !== null) {
      const layout = layOutLayer(layer, this.show, paper.axis.scale);
      this.scene = { ...paper, layer, picture, layout };
      drawLayer(context, this.scene);
    }
  }

  private drawCursor(context: CanvasRenderingContext2D): void {
    const { scene, layer, place } = this;
    if (scene === null || layer === null) {
      return;
    }
    drawPlace(context, scene, place);
    const hint = layer.filters
      ? trans.__(
          'At the left the weights of each filter, beside the responses that they make.'
        )
      : trans.__(
          'A row per feature, a column per position; blue is above zero, vermillion below.'
        );
    this.words.textContent = place ? placeWords(layer, place) : layer.title;
    this.meaning.textContent = place ? layer.title : hint;
    const words = `${this.words.textContent}. ${this.meaning.textContent}`;
    this.plot.setValue(place?.position ?? 0, layer.width - 1, words);
  }

  private fillHistograms(): void {
    this.histograms.replaceChildren(
      ...(this.layer?.histograms ?? []).map(each => this.histogram(each))
    );
  }

  /** Bars whose height is the logarithm of the count, so that the rare ones are seen. */
  private histogram(histogram: IHistogram): HTMLElement {
    const { width, height } = BARS;
    const canvas = element('canvas', { 'aria-hidden': 'true' });
    const context = sized(canvas, width, height);
    const { counts } = histogram;
    const most = Math.log1p(Math.max(...counts));
    if (context) {
      const palette = isDark(this.node) ? DARK : LIGHT;
      const wide = width / counts.length;
      counts.forEach((count, place) => {
        const high = most && (Math.log1p(count) / most) * (height - 2);
        const middle = (counts.length - 1) / 2;
        context.fillStyle = css(
          place === middle
            ? palette.none
            : place > middle
              ? palette.more
              : palette.less
        );
        context.fillRect(place * wide, height - high, wide - 0.5, high);
      });
    }
    return element(
      'figure',
      {},
      canvas,
      element('figcaption', { class: 'tessnb-soft' }, histogramWords(histogram))
    );
  }

  private state: ILayersState | null = null;
  private layers: readonly ILayer[] = [];
  private statistics: readonly Statistic[] = [];
  private layer: ILayerShown | null = null;
  private picture: ImageBitmap | null = null;
  private scene: ILayerScene | null = null;
  private place: IPlace | null = null;
  private readonly bar: LineBar;
  private readonly shows: Choices<LayerShow>;
  private readonly note: HTMLElement;
  private readonly list: HTMLElement;
  private readonly plot: LinePlot;
  private readonly words: HTMLElement;
  private readonly meaning: HTMLElement;
  private readonly histograms: HTMLElement;
  private readonly rows: HTMLElement;
  private readonly themes: MutationObserver;
}
