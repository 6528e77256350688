import { drawDifferences, Part, visible } from './differences';
import { element } from './dom';
import { drawPlace } from './error_rows';
import { trans } from './trans';

/** Below this many percent a character is called doubtful. */
const SURE = 90;
const LARGEST = 2;

/** What is known of a line that was opened. */
export interface ILineDetail {
  readonly line: number;
  readonly facts: readonly (readonly [string, string])[];
  readonly parts: readonly Part[];
  readonly truth: string | null;
  readonly correction?: string | null;
  readonly span: readonly [number, number] | null;
  /** Text, left and right edge in pixels of the image, confidence in percent. */
  readonly pieces: readonly (readonly [string, number, number, number])[];
  /** Of the image in its own pixels. */
  readonly width: number;
  readonly height: number;
  readonly url: string;
  readonly problem?: string;
  readonly views: readonly string[];
}

/**
 * One line, large: its picture, under it every character that was read where it was read with how sure it is,
 * then the texts.
 */
export class LineDetail {
  readonly node: HTMLElement;
  /** Where another widget may show the line. */
  readonly place = element('div', { class: 'tessnb-detail-place' });
  private readonly own = element('div', {});
  private url = '';

  constructor(private readonly options: LineDetail.IOptions) {
    this.node = element(
      'div',
      { class: 'tessnb-detail', hidden: '', role: 'region' },
      this.own,
      this.place
    );
    this.node.setAttribute('aria-label', trans.__('The opened line'));
  }

  /** How wide a picture may be, in device pixels. */
  get width(): number {
    const room = this.node.parentElement?.clientWidth ?? 800;
    return Math.round(room * (window.devicePixelRatio || 1));
  }

  show(detail: ILineDetail): void {
    this.dispose();
    this.url = detail.url;
    this.node.hidden = false;
    this.own.replaceChildren(this.drawHead(detail));
    if (detail.problem) {
      this.own.append(
        element('div', { class: 'tessnb-failure' }, detail.problem)
      );
    }
    if (detail.url) {
      this.own.append(this.drawPicture(detail));
    }
    this.own.append(this.drawTexts(detail));
  }

  /** Whether another widget shows the line. */
  use(used: boolean): void {
    this.place.hidden = !used;
    this.node.classList.toggle('tessnb-mod-used', used);
    if (used) {
      this.node.hidden = false;
      this.node.scrollIntoView({ block: 'nearest' });
    }
  }

  close(): void {
    if (!this.node.hidden) {
      this.node.hidden = true;
      this.options.onClose();
    }
  }

  dispose(): void {
    if (this.url) {
      URL.revokeObjectURL(this.url);
      this.url = '';
    }
  }

  private drawHead(detail: ILineDetail): HTMLElement {
    const close = element('button', { type: 'button' }, trans.__('Close'));
    close.addEventListener('click', () => this.close());
    const views = detail.views.map(name => {
      const made = element('button', { type: 'button' }, name);
      made.addEventListener('click', () =>
        this.options.onView(detail.line, name)
      );
      return made;
    });
    const facts = detail.facts.map(([name, value]) =>
      element(
        'span',
        {},
        `${name} `,
        element('bdi', { class: 'tessnb-detail-fact' }, value)
      )
    );
    return element(
      'div',
      { class: 'tessnb-errors-bar' },
      element('b', {}, trans.__('line %1', detail.line)),
      element(
        'span',
        { class: 'tessnb-detail-facts tessnb-soft tessnb-tabular' },
        ...facts
      ),
      ...views,
      close
    );
  }

  private drawPicture(detail: ILineDetail): HTMLElement {
    const room = (this.node.parentElement?.clientWidth ?? 800) - 2;
    const scale = Math.min(LARGEST, room / detail.width, 120 / detail.height);
    const image = element('img', {
      src: detail.url,
      alt: trans.__('the image of line %1', detail.line)
    });
    image.style.width = `${detail.width * scale}px`;
    image.style.height = `${detail.height * scale}px`;
    const picture = element('div', { class: 'tessnb-detail-picture' }, image);
    if (detail.span) {
      const [left, right] = detail.span;
      picture.append(drawPlace(left * scale, right * scale));
    }
    const strip = element('div', { class: 'tessnb-detail-strip' });
    for (const [text, left, right, sure] of detail.pieces) {
      const doubtful = sure < SURE;
      const bar = element('span', { class: 'tessnb-detail-bar' });
      bar.style.height = `${Math.max(1, sure * 0.2)}px`;
      const piece = element(
        'span',
        {
          class: `tessnb-detail-piece${doubtful ? ' tessnb-mod-doubtful' : ''}`,
          title: `${visible(text)} ${sure.toFixed(1)} %`
        },
        element('span', { class: 'tessnb-detail-column' }, bar),
        element('bdi', {}, visible(text) === text ? text : '')
      );
      piece.style.left = `${left * scale}px`;
      piece.style.width = `${Math.max(2, (right - left) * scale)}px`;
      strip.append(piece);
    }
    strip.hidden = !detail.pieces.length;
    return element('div', { class: 'tessnb-detail-stage' }, picture, strip);
  }

  private drawTexts(detail: ILineDetail): HTMLElement {
    const rows: [string, Node | string][] = [
      [trans.__('truth'), element('bdi', { dir: 'auto' }, detail.truth ?? '')],
      [trans.__('read'), drawDifferences(detail.parts)]
    ];
    if (detail.correction !== null && detail.correction !== undefined) {
      const text = element(
        'bdi',
        { class: 'tessnb-errors-correction', dir: 'auto' },
        detail.correction
      );
      rows.splice(1, 0, [trans.__('corrected'), text]);
    }
    const list = element('div', { class: 'tessnb-detail-texts' });
    for (const [name, text] of rows) {
      list.append(
        element('span', { class: 'tessnb-soft' }, name),
        element('span', { class: 'tessnb-detail-text' }, text)
      );
    }
    const doubtful = detail.pieces.filter(([, , , sure]) => sure < SURE);
    if (doubtful.length) {
      const words = doubtful
        .slice(0, 12)
        .map(([text, , , sure]) => `${visible(text)} ${sure.toFixed(0)} %`)
        .join(', ');
      list.append(
        element('span', { class: 'tessnb-soft' }, trans.__('doubtful')),
        element('bdi', { class: 'tessnb-tabular' }, words)
      );
    }
    return list;
  }
}

export namespace LineDetail {
  export interface IOptions {
    readonly onView: (line: number, view: string) => void;
    readonly onClose: () => void;
  }
}
