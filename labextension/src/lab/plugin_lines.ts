import {
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';

import { element } from '../views/dom';
import { GroundTruthView } from '../views/ground_truth';
import { ILineBoxes } from '../views/line_boxes';
import { LineDocumentView } from '../views/line_document';
import { ILine } from '../views/line_list';
import { LogChartView } from '../views/log_chart';
import { ICourse } from '../views/log_course';
import { ITrans, trans } from '../views/trans';
import { ITruth } from '../views/truth_drafts';
import boxes from '../widgets/boxes';
import { showLive } from './live';
import { ILanguage } from './plugin_language';
import { get, picture, post } from './request';
import { sentenceOf } from './server_says';
import { addViewer, IViewed, problem, Render } from './viewer';

/** Milliseconds between two looks at a log that is still written. */
const LOOK = 3000;

/**
 * Opens what training lines are made of: documents, boxes, transcriptions; and the logs of trainings.
 */
export const lines: JupyterFrontEndPlugin<void> = {
  id: '@tessnb/labextension:lines',
  description: 'Opens training lines, boxes, transcriptions and logs.',
  autoStart: true,
  requires: [ILanguage],
  optional: [ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    _: ITrans,
    restorer: ILayoutRestorer | null
  ): void => {
    addViewer(app, restorer, {
      name: 'tessnb-lines',
      label: trans.__('Training lines'),
      fileTypes: ['tesseract-lstmf'],
      render: drawDocument
    });
    addViewer(app, restorer, {
      name: 'tessnb-boxes',
      label: trans.__('Boxes on their image'),
      fileTypes: ['tesseract-box'],
      edits: true,
      render: drawBoxes
    });
    addViewer(app, restorer, {
      name: 'tessnb-truth',
      label: trans.__('Transcription beside its image'),
      fileTypes: ['tesseract-ground-truth'],
      edits: true,
      render: drawTruth
    });
    addViewer(app, restorer, {
      name: 'tessnb-log',
      label: trans.__('Training chart'),
      fileTypes: ['tesseract-training-log', 'tesseract-log', 'text'],
      defaultFor: ['tesseract-training-log'],
      render: drawLog
    });
  }
};

/** Let JupyterLab know what is not saved, and how it is saved. */
function saving(
  { context }: IViewed,
  save: () => Promise<void>
): (changed: boolean) => void {
  context.save = async () => {
    await save();
    if (context.model.dirty) {
      throw new Error(trans.__('Not everything could be saved'));
    }
  };
  return changed => {
    context.model.dirty = changed;
  };
}

const drawDocument: Render = async (el, { path }) => {
  interface IAnswer {
    count: number;
    bytes: number;
    stamp: string;
    first: number;
    rows: ILine[];
  }
  const first = await get<IAnswer>('lines', { path, first: 0, count: 50 });
  const { stamp } = first;
  let large = '';
  const view = new LineDocumentView({
    onRows: (start, count) =>
      void get<IAnswer>('lines', { path, stamp, first: start, count })
        .then(answer => view.setLines(start, answer.rows))
        .catch(error => view.setLines(start, failed(count, error))),
    loadPicture: (row, signal) =>
      picture('lines/image', { path, row, stamp }, signal),
    onChoose: async row => {
      try {
        const [line, url] = await Promise.all([
          get<ILineBoxes>('lines/line', { path, row, stamp }),
          picture('lines/image', { path, row, stamp })
        ]);
        URL.revokeObjectURL(large);
        large = url;
        view.setLine(row, line, url);
      } catch (error) {
        view.setProblem(row, sentenceOf(error));
      }
    }
  });
  el.append(view.node);
  view.setDocument(PathExt.basename(path), first.count, first.bytes);
  view.setLines(0, first.rows);
  return () => {
    URL.revokeObjectURL(large);
    view.dispose();
  };
};

/** Rows that say why they are empty. */
function failed(count: number, error: unknown): ILine[] {
  return Array.from({ length: count }, () => ({
    text: '',
    problem: sentenceOf(error)
  }));
}

const drawBoxes: Render = async (el, viewed) => {
  const { path, viewer, context } = viewed;
  let waiting: (() => void)[] = [];
  const answered = (): void => {
    waiting.forEach(done => done());
    waiting = [];
  };
  const live = await showLive(el, {
    kind: 'boxes',
    path,
    frontEnd: boxes,
    onMessage: content => {
      if (typeof content.changed === 'boolean') {
        setChanged(content.changed);
      }
      if (content.error || content.changed === false) {
        answered();
      }
    },
    unsaved: () => {
      const typed = typedText(el);
      const lines = context.model.dirty || typed.length ? boxesText(el) : [];
      return [...lines, ...typed].join('\n');
    },
    onGone: answered,
    openAgain: () => viewer.redraw()
  });
  const setChanged = saving(viewed, async () => {
    if (!live.isGone) {
      live.model.send({ kind: 'save' });
      await new Promise<void>(done => waiting.push(done));
    }
  });
  return () => live.dispose();
};

/** What the text beside a page says, line by line. */
function boxesText(el: HTMLElement): string[] {
  const lines = el.querySelectorAll('.tessnb-boxes-line');
  return Array.from(lines, ({ textContent }) =>
    (textContent ?? '').replace(/⏎$/, '')
  );
}

/** What was typed for the selected box and is not yet its text. */
function typedText(el: HTMLElement): string[] {
  const field = el.querySelector<HTMLInputElement>(
    '.tessnb-boxes-editor input'
  );
  const chosen = el.querySelector('[role=gridcell][aria-selected=true]');
  const typed = field?.value ?? '';
  return typed && typed !== chosen?.textContent ? [typed] : [];
}

const drawTruth: Render = async (el, viewed) => {
  interface IAnswer {
    count: number;
    place: number;
    first: number;
    rows: ITruth[];
  }
  const { path } = viewed;
  const answer = await get<IAnswer>('truth', { path });
  let large = '';
  const ask = (first: number, count: number): void =>
    void get<IAnswer>('truth', { path, first, count })
      .then(({ rows }) => view.setLines(first, rows))
      .catch(error => view.setFailure(sentenceOf(error)));
  const view = new GroundTruthView({
    onRows: ask,
    onReload: row => ask(row, 1),
    loadPicture: each => picture('truth/image', { path: each }),
    onShow: async each => {
      try {
        const url = await picture('truth/image', { path: each });
        URL.revokeObjectURL(large);
        large = url;
        view.setPicture(each, url);
      } catch (error) {
        view.setPicture(each, null, sentenceOf(error));
      }
    },
    onChanged: changed => setChanged(changed),
    save: ({ path, stamp }, text) => post('truth', { path, text, stamp })
  });
  const setChanged = saving(viewed, () => view.saveAll());
  el.append(view.node);
  view.setFolder(answer.count, answer.place);
  view.setLines(answer.first, answer.rows);
  return () => {
    URL.revokeObjectURL(large);
    view.dispose();
  };
};

const drawLog: Render = async (el, { path }) => {
  const first = await get<ICourse & { stamp: string }>('log', { path });
  let { stamp } = first;
  const view = new LogChartView();
  const said = element('div', {});
  el.append(view.node, said);
  view.setCourse(first);
  const timer = window.setInterval(async () => {
    if (document.visibilityState !== 'visible' || !el.offsetParent) {
      return;
    }
    try {
      const now = await get<ICourse & { stamp: string }>('log', {
        path,
        stamp
      });
      if (now.stamp !== stamp) {
        stamp = now.stamp;
        view.setCourse(now);
      }
      said.replaceChildren();
    } catch (error) {
      said.replaceChildren(problem(error));
    }
  }, LOOK);
  return () => {
    window.clearInterval(timer);
    view.dispose();
  };
};
