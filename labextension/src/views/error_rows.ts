import { describeDifferences, drawDifferences } from './differences';
import { element } from './dom';
import { IPicture, IRow, ITable } from './error_types';
import { trans } from './trans';

/** What a person has said of a row's line. */
function saidOf(row: IRow): string {
  return row.mark || (row.correction === null ? '' : 'corrected');
}

/** The same in a word. */
function saidWord(said: string): string {
  switch (said) {
    case 'wrong truth':
      return trans.__('wrong truth');
    case 'exclude':
      return trans.__('exclude');
    case 'train':
      return trans.__('train');
    case 'corrected':
      return trans.__('corrected');
    default:
      return said;
  }
}

/** A row as it is read aloud. */
function wordsOf(row: IRow): string {
  const differences =
    describeDifferences(row.parts) || trans.__('no difference');
  const words = row.cells.length
    ? `${differences}; ${row.cells.join(', ')}`
    : differences;
  const line =
    row.line === null ? words : trans.__('line %1: %2', row.line, words);
  return row.mark ? trans.__('%1, marked %2', line, saidWord(row.mark)) : line;
}

/** A row that has not come yet. */
export function drawWaiting(): HTMLElement {
  return element(
    'div',
    { class: 'tessnb-errors-row tessnb-soft' },
    element('span', {}),
    '…'
  );
}

/**
 * A row of the table: the box for choosing, the line's number with what was said of it, its picture over its text
 * with what differs, and the other columns.
 */
export function drawErrorRow(
  row: IRow,
  table: ITable,
  picture: IPicture | null | undefined,
  on: {
    readonly choose: (extend: boolean) => void;
    readonly edit: () => void;
  }
): HTMLElement {
  const said = saidOf(row);
  const node = element('div', {
    class: 'tessnb-errors-row',
    'data-mark': said,
    'aria-selected': String(row.selected)
  });
  const box = element('span', {
    class: 'tessnb-errors-box',
    title: trans.__('Select (Space)')
  });
  box.addEventListener('click', event => {
    event.stopPropagation();
    on.choose(event.shiftKey);
  });
  const text = drawText(row, table);
  text.addEventListener('dblclick', on.edit);
  const main = element('span', { class: 'tessnb-errors-main' });
  main.append(...(table.pictures ? [drawPicture(picture)] : []), text);
  node.append(
    row.line === null ? element('span', {}) : box,
    element(
      'span',
      { class: 'tessnb-errors-number' },
      row.line === null ? '' : String(row.line),
      ...(said
        ? [element('span', { class: 'tessnb-errors-badge' }, saidWord(said))]
        : [])
    ),
    main,
    ...row.cells.map((cell, place) =>
      element(
        'span',
        {
          class: `tessnb-errors-cell tessnb-mod-${table.columns[place]?.kind}`,
          title: cell
        },
        element('bdi', { dir: 'auto' }, cell)
      )
    )
  );
  node.setAttribute('aria-label', wordsOf(row));
  return node;
}

function drawText(row: IRow, table: ITable): HTMLElement {
  const corrected = row.correction !== null && table.whole;
  return element(
    'span',
    { class: 'tessnb-errors-text' },
    corrected
      ? element(
          'bdi',
          { class: 'tessnb-errors-correction' },
          row.correction ?? ''
        )
      : drawDifferences(row.parts)
  );
}

function drawPicture(picture: IPicture | null | undefined): HTMLElement {
  const place = element('span', { class: 'tessnb-errors-picture' });
  if (picture?.url) {
    const width = picture.width / (window.devicePixelRatio || 1);
    const image = element('img', { src: picture.url, alt: '' });
    image.style.width = `${width}px`;
    place.append(image);
    if (picture.mark) {
      const [left, right] = picture.mark;
      place.append(drawPlace(left * width, right * width));
    }
  }
  return place;
}

/** A frame around a place in a picture, in pixels. */
export function drawPlace(left: number, right: number): HTMLElement {
  const mark = element('span', { class: 'tessnb-errors-here' });
  mark.style.left = `${left}px`;
  mark.style.width = `${Math.max(2, right - left)}px`;
  return mark;
}
