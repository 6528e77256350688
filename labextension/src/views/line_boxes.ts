import { element, make } from './dom';
import { trans } from './trans';

/** How much a picture is enlarged at most. */
const LARGEST = 3;

/** A line as its document has it. */
export interface ILineBoxes {
  readonly text: string;
  readonly language: string;
  readonly source: string;
  readonly page: number;
  readonly vertical: boolean;
  /** Left, bottom, right, top in pixels, from the lower edge on. */
  readonly boxes: readonly (readonly [number, number, number, number])[];
  readonly texts: readonly string[];
}

/** A box as it is drawn, in parts of the picture's width and height. */
export interface IPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

/**
 * Return where the boxes of a line lie on its picture.
 */
export function placesOf(
  line: ILineBoxes,
  width: number,
  height: number
): IPlace[] {
  return line.boxes.map(([left, bottom, right, top], at) => ({
    left: left / width,
    top: (height - top) / height,
    width: Math.max(0, right - left) / width,
    height: Math.max(0, top - bottom) / height,
    text: line.texts[at] ?? ''
  }));
}

/**
 * One line, large: its picture with its boxes, the text of each under it, and what is known of it.
 */
export class LineBoxesView {
  readonly node = element('div', {
    class: 'tessnb-line-large',
    role: 'region',
    'aria-label': trans.__('The chosen line')
  });
  private readonly picture = element('img', { alt: '' });
  private readonly stage = element('div', { class: 'tessnb-line-stage' });
  private readonly strip = element('div', {
    class: 'tessnb-line-strip',
    'aria-hidden': 'true'
  });
  private readonly text = element('bdi', {
    class: 'tessnb-line-words',
    dir: 'auto'
  });
  private readonly facts = element('div', { class: 'tessnb-line-facts' });
  private readonly resized = new ResizeObserver(() => this.fit());
  private line: ILineBoxes | null = null;
  private shown = -1;

  constructor() {
    this.stage.append(this.picture);
    this.node.append(
      element(
        'div',
        { class: 'tessnb-line-frame' },
        element('div', {}, this.stage, this.strip)
      ),
      this.text,
      this.facts
    );
    this.picture.addEventListener('load', () => this.drawBoxes());
    this.resized.observe(this.node);
  }

  /** Show a line; its picture has this address. */
  show(row: number, line: ILineBoxes, url: string): void {
    this.line = line;
    this.shown = row;
    this.stage.replaceChildren(this.picture);
    this.strip.replaceChildren();
    this.picture.src = url;
    this.text.textContent = line.text;
    this.tell();
  }

  /** Say why there is nothing to be seen. */
  fail(words: string): void {
    this.line = null;
    this.stage.replaceChildren();
    this.strip.replaceChildren();
    this.text.textContent = '';
    this.facts.textContent = words;
  }

  dispose(): void {
    this.resized.disconnect();
  }

  private drawBoxes(): void {
    const { naturalWidth: width, naturalHeight: height } = this.picture;
    if (!this.line || !width) {
      return;
    }
    this.fit();
    const boxes = make('svg', {
      viewBox: '0 0 1 1',
      preserveAspectRatio: 'none',
      'aria-hidden': 'true'
    });
    const places = placesOf(this.line, width, height);
    // A single box around all is what a line without boxes has.
    for (const place of places.length > 1 ? places : []) {
      boxes.append(
        make('rect', {
          x: place.left,
          y: place.top,
          width: place.width,
          height: place.height
        })
      );
      const text = element('bdi', { dir: 'auto' }, place.text);
      text.style.left = `${100 * (place.left + place.width / 2)}%`;
      this.strip.append(text);
    }
    this.stage.append(boxes);
    this.tell();
  }

  private fit(): void {
    const { naturalWidth, naturalHeight } = this.picture;
    if (naturalWidth) {
      const room = this.stage.parentElement?.parentElement?.clientWidth ?? 800;
      const factor = Math.min(LARGEST, Math.max(1, room / naturalWidth));
      const scale = factor >= 2 ? Math.floor(factor) : factor;
      this.stage.style.width =
        this.strip.style.width = `${naturalWidth * scale}px`;
      this.stage.style.height = `${naturalHeight * scale}px`;
    }
  }

  private tell(): void {
    const { line } = this;
    if (!line) {
      return;
    }
    const { naturalWidth, naturalHeight } = this.picture;
    const count = line.boxes.length;
    const facts = [
      trans.__('line %1', this.shown + 1),
      naturalWidth
        ? trans.__('%1 × %2 pixels', naturalWidth, naturalHeight)
        : '',
      trans._n('%1 box', '%1 boxes', count),
      line.language && trans.__('language %1', line.language),
      line.vertical ? trans.__('turned from vertical text') : '',
      line.source && trans.__('from %1, page %2', line.source, line.page + 1)
    ];
    this.facts.textContent = facts.filter(Boolean).join(' · ');
  }
}
