import { element } from './dom';
import { number } from './fields';
import { ICourse, percent } from './log_course';
import { trans } from './trans';

/** Reports that the table shows. */
const REPORTS = 25;

/** What happened, as a list; nothing where nothing did. */
export function drawMarks({ marks }: ICourse): HTMLElement[] {
  if (!marks.length) {
    return [];
  }
  const rows = marks.map(([iteration, kind, words]) =>
    element(
      'li',
      { class: kind === 'diverged' ? 'tessnb-mod-diverged' : '' },
      element('span', { class: 'tessnb-number' }, number(iteration)),
      ` ${words}`
    )
  );
  return [
    element(
      'details',
      { ...(marks.length <= 12 ? { open: '' } : {}) },
      element('summary', {}, trans.__('What happened (%1)', marks.length)),
      element('ol', { class: 'tessnb-log-events' }, ...rows)
    )
  ];
}

/** The last reports as a table, the newest first; nothing where there are none. */
export function drawReports({ iterations, figures }: ICourse): HTMLElement[] {
  if (!iterations.length) {
    return [];
  }
  const columns: readonly (readonly [string, string])[] = [
    ['bcer', trans.__('characters')],
    ['bwer', trans.__('words')],
    ['rms', 'rms'],
    ['delta', 'delta'],
    ['skip_ratio', trans.__('skipped')]
  ];
  const head = [trans.__('iteration'), ...columns.map(([, title]) => title)];
  const rows = iterations.slice(-REPORTS).map((iteration, at, kept) => {
    const place = iterations.length - kept.length + at;
    const cells = columns.map(([name]) => figures[name]?.[place] ?? null);
    return element(
      'tr',
      {},
      element('td', {}, number(iteration)),
      ...cells.map(cell =>
        element('td', {}, cell === null ? '–' : percent(cell))
      )
    );
  });
  return [
    element(
      'details',
      {},
      element('summary', {}, trans.__('The last reports (%1)', rows.length)),
      element(
        'table',
        { class: 'tessnb-log-reports' },
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            ...head.map(title => element('th', { scope: 'col' }, title))
          )
        ),
        element('tbody', {}, ...rows.reverse())
      )
    )
  ];
}
