import { shownOrder, shownText } from './boxes_model';
import type { Box, Level, Orders, TextOrder, Unit } from './boxes_model';
import { element } from './dom';
import { trans } from './trans';

/** What the text shows. */
export interface TextContent {
  readonly boxes: readonly Box[];
  readonly units: readonly Unit[];
  readonly orders: Orders;
  readonly level: Level;
  readonly textOrder: TextOrder;
}

let grids = 0;

/**
 * The text of a page: a row for each line, a cell for each character, word or line, those of boxes.
 */
export class TextGrid {
  /** @param pick - a unit was clicked */
  constructor(pick: (unit: number, extend: boolean) => void) {
    this.node.addEventListener('click', event => {
      const cell = (event.target as Element).closest<HTMLElement>(
        '[data-unit]'
      );
      if (cell) {
        pick(Number(cell.dataset.unit), event.shiftKey);
      }
    });
  }

  readonly node = element('div', {
    class: 'tessnb-boxes-text',
    role: 'grid',
    tabindex: '0',
    'aria-multiselectable': 'true',
    'aria-label': trans.__('Boxes by line')
  });

  /** Show other text. */
  setContent(content: TextContent): void {
    const { units } = content;
    this.cells = [];
    const rows: HTMLElement[] = [];
    for (let first = 0; first < units.length;) {
      let last = first;
      while (
        last + 1 < units.length &&
        units[last + 1].line === units[first].line
      ) {
        last++;
      }
      rows.push(this.row(content, first, last));
      first = last + 1;
    }
    this.node.replaceChildren(...(rows.length ? rows : [emptyState()]));
    this.node.setAttribute('aria-rowcount', String(rows.length));
  }

  /** Mark cells; the first of them comes into view. */
  select(first: number, last: number): void {
    const chosen = this.cells.slice(first, last + 1);
    const { length } = this.chosen;
    if (
      length === chosen.length &&
      chosen.every((c, k) => c === this.chosen[k])
    ) {
      return;
    }
    for (const cell of this.chosen) {
      cell.setAttribute('aria-selected', 'false');
      cell.closest('[role=row]')?.classList.remove('tessnb-boxes-here');
    }
    this.chosen = chosen;
    chosen.forEach(cell => cell.setAttribute('aria-selected', 'true'));
    const [cell] = chosen;
    if (!cell) {
      this.node.removeAttribute('aria-activedescendant');
      return;
    }
    this.node.setAttribute('aria-activedescendant', cell.id);
    const row = cell.closest<HTMLElement>('[role=row]');
    row?.classList.add('tessnb-boxes-here');
    if (row) {
      this.bring(row);
    }
  }

  /** Scroll the text alone, not the notebook. */
  private bring(row: HTMLElement): void {
    const { node } = this;
    const top = row.offsetTop - node.offsetTop;
    const border = Math.min(node.clientHeight / 4, 80);
    if (top - border < node.scrollTop) {
      node.scrollTop = top - border;
    } else if (
      top + row.offsetHeight + border >
      node.scrollTop + node.clientHeight
    ) {
      node.scrollTop = top + row.offsetHeight + border - node.clientHeight;
    }
  }

  private row(content: TextContent, first: number, last: number): HTMLElement {
    const { units, orders, level, textOrder } = content;
    const start = units[first].start;
    const order = shownOrder(start, units[last].stop, orders, textOrder);
    const rank = new Map(order.map((place, index) => [place, index]));
    const ranked = Array.from(
      { length: last - first + 1 },
      (_, k) => first + k
    );
    const leading = (unit: number): number => {
      const places = order.filter(
        place => place >= units[unit].start && place < units[unit].stop
      );
      return rank.get(places[0]) ?? units[unit].start - start;
    };
    if (textOrder === 'logical' && orders[String(start)]) {
      const key = new Map(ranked.map(unit => [unit, leading(unit)]));
      ranked.sort((one, other) => (key.get(one) ?? 0) - (key.get(other) ?? 0));
    }
    const line = element('div', {
      class: `tessnb-boxes-line tessnb-boxes-${textOrder}`,
      role: 'presentation',
      dir: textOrder === 'logical' ? 'auto' : 'ltr'
    });
    ranked.forEach((unit, index) => {
      if (index && level === 'words') {
        line.append(' ');
      }
      line.append(this.cell(content, unit, order));
    });
    const number = String(units[first].line + 1);
    return element(
      'div',
      { class: 'tessnb-boxes-row', role: 'row', 'aria-rowindex': number },
      element(
        'span',
        { class: 'tessnb-boxes-number', role: 'rowheader' },
        number
      ),
      line
    );
  }

  private cell(
    { boxes, units, textOrder }: TextContent,
    index: number,
    order: readonly number[]
  ): HTMLElement {
    const { start, stop, isEnd } = units[index];
    const places =
      stop - start === 1
        ? [start]
        : order.filter(place => place >= start && place < stop);
    const text = isEnd ? '⏎' : shownText(boxes, places, textOrder);
    const cell = element(
      'span',
      {
        id: `${this.name}-${index}`,
        role: 'gridcell',
        'data-unit': String(index),
        'aria-selected': 'false'
      },
      text
    );
    if (isEnd || text === ' ') {
      cell.setAttribute(
        'aria-label',
        isEnd ? trans.__('end of line') : trans.__('space')
      );
      cell.classList.add(isEnd ? 'tessnb-boxes-end' : 'tessnb-boxes-space');
    }
    this.cells[index] = cell;
    return cell;
  }

  private readonly name = `tessnb-boxes-${grids++}`;
  private cells: HTMLElement[] = [];
  private chosen: HTMLElement[] = [];
}

function emptyState(): HTMLElement {
  return element(
    'div',
    { class: 'tessnb-boxes-empty', role: 'row' },
    element(
      'span',
      { role: 'gridcell' },
      trans.__(
        'No boxes on this page. Hold Shift and draw one on the page, or press i.'
      )
    )
  );
}
