/**
 * A line under CTC: controls, the drawing with its cursor, what is said of the place, and a table.
 */
import { drawCursor, drawLine, IScene, layOut, rowAt } from './ctc_draw';
import {
  explain,
  figures,
  highestRow,
  ICTCLine,
  matrix,
  nextPeak,
  pathWord,
  Show,
  stepAt,
  tableRows,
  xOf
} from './ctc_line';
import { element } from './dom';
import {
  button,
  Choices,
  IBarCallbacks,
  IBarState,
  LineBar
} from './heatmap_bar';
import { IPaper, LinePlot } from './heatmap_plot';
import { trans } from './trans';

/** What the controls show. */
export interface ICTCState extends IBarState {
  readonly show: Show;
  readonly iterations: readonly number[];
  readonly iteration: number;
  readonly follows: boolean;
  readonly note: string;
}

/** Whom to tell. */
export interface ICTCCallbacks extends Omit<IBarCallbacks, 'onZoom'> {
  onShow(show: Show): void;
  onIteration(iteration: number): void;
}

const SHOWS: readonly Show[] = ['outputs', 'targets', 'difference'];
/** What the table tells of a symbol, and the titles above it. */
function columns() {
  return [
    ['truth', trans.__('truth')],
    ['read', trans.__('read')],
    ['steps', trans.__('steps')],
    ['x', trans.__('x')],
    ['probability', trans.__('probability')],
    ['remark', trans.__('remark')]
  ] as const;
}

/** What is shown, in a word. */
function showWord(show: Show): string {
  switch (show) {
    case 'outputs':
      return trans.__('outputs');
    case 'targets':
      return trans.__('targets');
    case 'difference':
      return trans.__('difference');
  }
}

/** What is shown, explained. */
function hint(show: Show): string {
  switch (show) {
    case 'outputs':
      return trans.__(
        'How probable each character is at each step: stronger is more probable. Hairlines fall from each peak to the character that it becomes.'
      );
    case 'targets':
      return trans.__(
        'What training wants at each step: the transcription, put where the network is most inclined to see it.'
      );
    case 'difference':
      return trans.__(
        'Targets minus outputs, what training corrects: blue is wanted more, vermillion less.'
      );
  }
}

export class CTCView {
  readonly node: HTMLElement;

  constructor(private readonly callbacks: ICTCCallbacks) {
    this.shows = new Choices(
      trans.__('Show'),
      SHOWS.map(show => [show, showWord(show)] as const),
      callbacks.onShow
    );
    this.bar = new LineBar(
      { ...callbacks, onZoom: factor => this.zoom(factor) },
      this.shows
    );
    this.slider = element('input', {
      type: 'range',
      min: '0',
      step: '1',
      'aria-label': trans.__('Training iteration')
    });
    this.slider.addEventListener('input', () => this.slid());
    this.moment = element('output', { class: 'tessnb-ctc-moment' });
    this.newest = button(trans.__('newest'), () => callbacks.onIteration(-1));
    this.newest.title = trans.__('Follow the training');
    this.following = element(
      'div',
      { class: 'tessnb-bar-row tessnb-ctc-following' },
      element('span', { class: 'tessnb-soft' }, trans.__('iteration')),
      this.slider,
      this.moment,
      this.newest
    );
    this.note = element('div', { class: 'tessnb-failure', role: 'alert' });
    this.plot = new LinePlot({
      label: trans.__(
        'Time step: arrows move by one, with Shift to the next peak, up and down to another character; plus and minus zoom, 0 shows the whole line; page up and down change the line'
      ),
      heightAt: axis =>
        this.line === null ? 0 : layOut(this.line, axis.scale).height,
      draw: (context, paper) => this.draw(context, paper),
      drawCursor: context => this.drawCursor(context),
      onPlace: (x, y) => this.pointed(x, y),
      onKey: event => this.pressed(event)
    });
    this.words = element('div');
    this.meaning = element('div', { class: 'tessnb-soft' });
    this.texts = element('div', { class: 'tessnb-ctc-texts' });
    this.table = element('tbody');
    const head = columns().map(([, title]) =>
      element('th', { scope: 'col' }, title)
    );
    this.details = element(
      'details',
      {},
      element('summary', {}, trans.__('The line as a table')),
      element(
        'table',
        { class: 'tessnb-table tessnb-ctc-table' },
        element('thead', {}, element('tr', {}, ...head)),
        this.table
      )
    );
    this.details.addEventListener('toggle', () => this.fillTable());
    this.node = element(
      'div',
      { class: 'tessnb-ctc' },
      this.bar.node,
      this.following,
      this.note,
      this.plot.node,
      element('div', { class: 'tessnb-plot-said' }, this.words, this.meaning),
      this.texts,
      this.details
    );
  }

  /** Stop to watch the page. */
  dispose(): void {
    this.plot.dispose();
    this.picture?.close();
  }

  /** Show the controls' state. */
  setState(state: ICTCState): void {
    const before = this.state;
    this.state = state;
    this.bar.setState(state);
    this.shows.setChoice(state.show);
    this.following.hidden = !state.follows;
    const { iterations, iteration } = state;
    const last = Math.max(iterations.length - 1, 0);
    const place = iteration < 0 ? last : iterations.indexOf(iteration);
    this.slider.max = String(last);
    this.slider.value = String(place < 0 ? last : place);
    this.slider.disabled = iterations.length < 2;
    const shown = grouped(iterations[Number(this.slider.value)] ?? 0);
    this.moment.textContent = shown;
    this.slider.setAttribute('aria-valuetext', trans.__('iteration %1', shown));
    this.newest.setAttribute('aria-pressed', String(iteration < 0));
    this.note.textContent = state.note;
    this.note.hidden = !state.note;
    if (before?.show !== state.show) {
      this.plot.redraw();
    }
  }

  /** Show a line's pixels; they may come before or after the line itself. */
  async setPicture(bytes: DataView): Promise<void> {
    const blob = new Blob([bytes], { type: 'image/png' });
    const picture = await createImageBitmap(blob);
    this.picture?.close();
    this.picture = picture;
    this.plot.redraw();
  }

  /** Show what the network said. */
  setLine(line: ICTCLine): void {
    const before = this.line;
    this.line = line;
    if (before?.width !== line.width || before.steps !== line.steps) {
      this.step = -1;
    }
    this.row = Math.min(this.row, line.rows.length - 1);
    for (const show of SHOWS) {
      const missing = show !== 'outputs' && line.targets === null;
      const reason = missing ? line.problem : hint(show);
      this.shows.setReason(show, missing, reason);
    }
    this.fillTexts(line);
    this.fillTable();
    this.plot.setSize(line.width, line.height);
    this.plot.redraw();
  }

  private pointed(x: number, y: number): void {
    const { line, scene } = this;
    if (line !== null && scene !== null) {
      this.look(stepAt(line, x), rowAt(line, scene.layout, y));
      this.plot.redrawCursor();
    }
  }

  private pressed(event: KeyboardEvent): boolean {
    const { line } = this;
    if (line === null) {
      return false;
    }
    const far = event.shiftKey || event.ctrlKey;
    switch (event.key) {
      case 'ArrowRight':
        this.go(far ? nextPeak(line, this.step, 1) : this.step + 1);
        return true;
      case 'ArrowLeft':
        this.go(far ? nextPeak(line, this.step, -1) : this.step - 1);
        return true;
      case 'Home':
        this.go(0);
        return true;
      case 'End':
        this.go(line.steps - 1);
        return true;
      case 'ArrowUp':
      case 'ArrowDown': {
        const row = this.row + (event.key === 'ArrowUp' ? -1 : 1);
        this.look(this.step, Math.min(Math.max(row, 0), line.rows.length - 1));
        this.plot.redrawCursor();
        return true;
      }
    }
    return this.bar.pressed(event.key);
  }

  private zoom(factor: number): void {
    if (this.line !== null && this.step >= 0) {
      this.plot.zoomAround(factor, xOf(this.line, this.step));
    } else {
      this.plot.zoom(factor);
    }
  }

  private slid(): void {
    const iterations = this.state?.iterations ?? [];
    const place = Number(this.slider.value);
    this.callbacks.onIteration(
      place >= iterations.length - 1 ? -1 : iterations[place]
    );
  }

  /** Move the cursor to a step, at the highest row there. */
  private go(step: number): void {
    if (this.line !== null) {
      this.look(step, -1);
      this.plot.reveal(xOf(this.line, this.step));
    }
  }

  /** Look at a step, and at a row or (-1) at the highest there. */
  private look(step: number, row: number): void {
    const { line } = this;
    if (line !== null) {
      this.step = Math.min(Math.max(step, 0), line.steps - 1);
      const values = matrix(line, this.show);
      this.row = row >= 0 ? row : highestRow(line, values, this.step);
    }
  }

  private get show(): Show {
    const wanted = this.state?.show ?? 'outputs';
    return this.line?.targets ? wanted : 'outputs';
  }

  private draw(context: CanvasRenderingContext2D, paper: IPaper): void {
    const { line, picture, show } = this;
    if (line !== null) {
      const layout = layOut(line, paper.axis.scale);
      this.scene = { ...paper, line, picture, layout, show };
      drawLine(context, this.scene);
    }
  }

  private drawCursor(context: CanvasRenderingContext2D): void {
    const { scene, step, line } = this;
    if (scene === null || line === null) {
      return;
    }
    if (step >= 0 && this.row < 0) {
      this.look(step, -1);
    }
    drawCursor(context, scene, step, this.row);
    const said =
      step < 0
        ? [line.title, hint(this.show)]
        : [figures(line, this.row, step), explain(line, step)];
    [this.words.textContent, this.meaning.textContent] = said;
    this.plot.setValue(Math.max(step, 0), line.steps - 1, said.join('. '));
  }

  private fillTexts(line: ICTCLine): void {
    const { truth, greedy, beam } = line.texts;
    const rows: [string, string][] = [
      [pathWord('greedy'), greedy],
      [pathWord('beam'), beam]
    ];
    if (line.targets !== null) {
      rows.unshift([pathWord('truth'), truth]);
    }
    this.texts.replaceChildren(
      ...rows.flatMap(([name, text]) => [
        element('span', { class: 'tessnb-soft' }, name),
        element(
          'span',
          { class: 'tessnb-ctc-text', dir: 'auto' },
          text || '\u00a0'
        )
      ])
    );
    const inverted = line.inverted
      ? trans.__('Read with black and white exchanged.')
      : '';
    if (line.problem || inverted) {
      this.texts.append(
        element('span', { class: 'tessnb-soft' }, trans.__('note')),
        element('span', {}, `${line.problem} ${inverted}`.trim())
      );
    }
  }

  private fillTable(): void {
    const rows =
      this.line !== null && this.details.open ? tableRows(this.line) : [];
    this.table.replaceChildren(
      ...rows.map(row =>
        element(
          'tr',
          {},
          ...columns().map(([name]) =>
            element('td', { dir: 'auto' }, row[name])
          )
        )
      )
    );
  }

  private state: ICTCState | null = null;
  private line: ICTCLine | null = null;
  private picture: ImageBitmap | null = null;
  private scene: IScene | null = null;
  private step = -1;
  private row = -1;
  private readonly bar: LineBar;
  private readonly shows: Choices<Show>;
  private readonly following: HTMLElement;
  private readonly slider: HTMLInputElement;
  private readonly moment: HTMLElement;
  private readonly newest: HTMLButtonElement;
  private readonly note: HTMLElement;
  private readonly plot: LinePlot;
  private readonly words: HTMLElement;
  private readonly meaning: HTMLElement;
  private readonly texts: HTMLElement;
  private readonly details: HTMLDetailsElement;
  private readonly table: HTMLElement;
}

/** Thin spaces between thousands. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
