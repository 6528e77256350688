/**
 * A drawing under a line image: two canvases (what stays, what follows the pointer), one axis, zoom and pan.
 */
import {
  fitAxis,
  IAxis,
  IRoom,
  panAxis,
  revealAxis,
  toImage,
  toScreen,
  zoomAxis
} from './ctc_axis';
import { element } from './dom';
import { DARK, IPalette, isDark, LIGHT } from './heatmap';

/** Room for names at the left, in pixels of the screen. */
export const GUTTER = 72;

/** What there is to draw on and with. */
export interface IPaper {
  readonly axis: IAxis;
  readonly width: number;
  readonly height: number;
  readonly palette: IPalette;
  readonly ink: string;
  readonly font: string;
  readonly textFont: string;
}

/** What is drawn, and who is asked. */
export interface IPlotOptions {
  /** What the plot is called, with its keys. */
  readonly label: string;
  /** How high the drawing is at a scale. */
  heightAt(axis: IAxis): number;
  draw(context: CanvasRenderingContext2D, paper: IPaper): void;
  drawCursor(context: CanvasRenderingContext2D, paper: IPaper): void;
  /** The pointer is at a place: x in pixels of the image, y in pixels of the screen. */
  onPlace(x: number, y: number): void;
  /** A key; whether it was of use. */
  onKey(event: KeyboardEvent): boolean;
}

export class LinePlot {
  readonly node: HTMLElement;

  constructor(private readonly options: IPlotOptions) {
    this.base = element('canvas', { 'aria-hidden': 'true' });
    this.overlay = element('canvas', { 'aria-hidden': 'true' });
    this.node = element(
      'div',
      {
        class: 'tessnb-plot',
        role: 'slider',
        tabindex: '0',
        'aria-label': options.label,
        'aria-valuemin': '0'
      },
      this.base,
      this.overlay
    );
    this.listen();
    this.resizes = new ResizeObserver(() => this.resized());
    this.resizes.observe(this.node);
    this.themes = new MutationObserver(() => this.redraw());
    this.themes.observe(document.body, {
      attributes: true,
      attributeFilter: ['data-jp-theme-light', 'data-jp-theme-name', 'class']
    });
  }

  /** Stop to watch the page. */
  dispose(): void {
    this.resizes.disconnect();
    this.themes.disconnect();
  }

  /** Say how large the line image is; another one is shown as a whole. */
  setSize(width: number, height: number): void {
    if (width !== this.width || height !== this.height) {
      [this.width, this.height] = [width, height];
      this.axis = fitAxis(this.room());
    }
  }

  /** Say where the cursor is, in words and figures. */
  setValue(now: number, most: number, words: string): void {
    this.node.setAttribute('aria-valuenow', String(now));
    this.node.setAttribute('aria-valuemax', String(most));
    this.node.setAttribute('aria-valuetext', words);
  }

  /** Draw all. */
  redraw(): void {
    const width = this.node.clientWidth;
    if (width === 0 || this.width === 0) {
      return;
    }
    this.fitted = fitAxis(this.room()).scale;
    const style = getComputedStyle(this.node);
    const textFont = style.getPropertyValue('--jp-content-font-family').trim();
    this.paper = {
      axis: this.axis,
      width,
      height: this.options.heightAt(this.axis),
      palette: isDark(this.node) ? DARK : LIGHT,
      ink: style.color,
      font: style.fontFamily,
      textFont: textFont || style.fontFamily
    };
    this.node.style.height = `${this.paper.height}px`;
    const context = sized(this.base, width, this.paper.height);
    if (context) {
      this.options.draw(context, this.paper);
    }
    this.redrawCursor();
  }

  /** Draw what follows the pointer. */
  redrawCursor(): void {
    const { paper } = this;
    if (paper === null) {
      return;
    }
    const context = sized(this.overlay, paper.width, paper.height);
    if (context) {
      this.options.drawCursor(context, paper);
    }
  }

  /** Bring a place of the image into sight. */
  reveal(x: number): void {
    const at = toScreen(this.axis, x);
    if (at < 0 || at > this.room().room) {
      this.axis = revealAxis(this.axis, x, this.room());
      this.redraw();
    } else {
      this.redrawCursor();
    }
  }

  /** Zoom by a factor around a place on the screen, from the plot's left; 0 shows the whole line. */
  zoom(factor: number, at?: number): void {
    const room = this.room();
    const middle = Math.min(Math.max(at ?? room.room / 2, 0), room.room);
    this.axis =
      factor === 0 ? fitAxis(room) : zoomAxis(this.axis, factor, middle, room);
    this.redraw();
  }

  /** Zoom around a place of the image. */
  zoomAround(factor: number, x: number): void {
    this.zoom(factor, toScreen(this.axis, x));
  }

  private pan(by: number): void {
    this.axis = panAxis(this.axis, by, this.room());
    this.redraw();
  }

  private listen(): void {
    const { node } = this;
    let dragged: number | null = null;
    node.addEventListener('pointermove', event => {
      if (dragged !== null && event.clientX !== dragged) {
        this.pan(event.clientX - dragged);
        dragged = event.clientX;
      }
      const box = node.getBoundingClientRect();
      const x = event.clientX - box.left - GUTTER;
      if (x >= 0) {
        this.options.onPlace(toImage(this.axis, x), event.clientY - box.top);
      }
    });
    node.addEventListener('pointerdown', event => {
      dragged = event.clientX;
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener('pointerup', () => (dragged = null));
    node.addEventListener('pointercancel', () => (dragged = null));
    node.addEventListener('keydown', event => {
      if (!event.altKey && !event.metaKey && this.options.onKey(event)) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
    node.addEventListener(
      'wheel',
      event => {
        if (event.ctrlKey) {
          const at = event.clientX - node.getBoundingClientRect().left;
          this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, at - GUTTER);
          event.preventDefault();
        } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
          this.pan(-event.deltaX);
          event.preventDefault();
        }
      },
      { passive: false }
    );
  }

  private resized(): void {
    const room = this.room();
    const whole = this.axis.left === 0 && this.axis.scale <= this.fitted;
    this.axis = whole ? fitAxis(room) : zoomAxis(this.axis, 1, 0, room);
    this.redraw();
  }

  private room(): IRoom {
    const room = Math.max(this.node.clientWidth - GUTTER - 1, 50);
    return { width: this.width, height: this.height, room };
  }

  private width = 0;
  private height = 0;
  private axis: IAxis = { scale: 1, left: 0 };
  private fitted = Infinity;
  private paper: IPaper | null = null;
  private readonly base: HTMLCanvasElement;
  private readonly overlay: HTMLCanvasElement;
  private readonly resizes: ResizeObserver;
  private readonly themes: MutationObserver;
}

/** Give a canvas a size in pixels of the screen; return what draws on it in these. */
export function sized(
  canvas: HTMLCanvasElement,
  width: number,
  height: number
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  context?.scale(ratio, ratio);
  return context;
}

/** Draw the line image on the axis, at its own proportions. */
export function drawPicture(
  context: CanvasRenderingContext2D,
  picture: CanvasImageSource,
  axis: IAxis,
  width: number,
  height: number
): void {
  context.imageSmoothingEnabled = axis.scale < 2;
  context.imageSmoothingQuality = 'high';
  const left = toScreen(axis, 0);
  context.drawImage(
    picture,
    left,
    0,
    toScreen(axis, width) - left,
    Math.round(height * axis.scale)
  );
  context.imageSmoothingEnabled = true;
}
