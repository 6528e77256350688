import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import {
  INotebookTracker,
  NotebookActions,
  NotebookPanel
} from '@jupyterlab/notebook';
import { Contents } from '@jupyterlab/services';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { ITrans, trans } from '../views/trans';
import { canEvaluate, canTrain, COMMANDS, isModel } from './commands';
import { evaluationIcon, trainingIcon, tutorialIcon } from './icons';
import { askForNotebook, askForRun, NotebookQuestion, told } from './dialogs';
import { ILanguage } from './plugin_language';
import { ITessnbSettings } from './plugin_settings';
import { post } from './request';

/** The model that is proposed: Tesseract's own default. */
const USUAL_MODEL = 'eng';

/**
 * The commands: the tutorial, new notebooks from templates, and a run's dashboard in a notebook.
 */
export const commands: JupyterFrontEndPlugin<void> = {
  id: '@tessnb/labextension:commands',
  description: 'Notebooks for training and evaluating, filled in.',
  autoStart: true,
  requires: [ILanguage, ITessnbSettings],
  optional: [IFileBrowserFactory, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    _: ITrans,
    settings: ITessnbSettings,
    browsers: IFileBrowserFactory | null,
    notebooks: INotebookTracker | null
  ): void => {
    const { contents } = app.serviceManager;

    /** What is selected in the file browser, and in which folder. */
    const selection = (): Contents.IModel[] => [
      ...(browsers?.tracker.currentWidget?.selectedItems() ?? [])
    ];
    const folder = (args: ReadonlyPartialJSONObject): string => {
      const shown = browsers?.tracker.currentWidget?.model.path ?? '';
      const asked = typeof args.cwd === 'string' ? args.cwd : shown;
      return contents.localPath(asked);
    };
    const paths = (items: ReadonlyArray<Contents.IModel>): string[] =>
      items.map(item => contents.localPath(item.path));

    /** Ask, let the server write the notebook, and open it. */
    const begin = async (
      kind: 'fine-tuning' | 'evaluation',
      title: string,
      where: string,
      question: NotebookQuestion
    ): Promise<unknown> => {
      const asked = await askForNotebook(title, question);
      if (!asked) {
        return;
      }
      const body = { kind, folder: where, ...asked, fonts: settings.fonts };
      const { path } = await post<{ path: string }>('notebooks', body);
      return open(app, path);
    };

    app.commands.addCommand(COMMANDS.tutorial, {
      label: trans.__('Tutorial'),
      caption: trans.__('Copy the tutorial’s notebooks here and open them'),
      icon: tutorialIcon,
      execute: () =>
        told(trans.__('The tutorial cannot be opened'), async () => {
          const { path } = await post<{ path: string }>('tutorial', {});
          return open(app, path);
        })
    });

    app.commands.addCommand(COMMANDS.fineTuning, {
      label: args =>
        args.selection
          ? trans.__('Train with These Lines…')
          : onCard(args)
            ? trans.__('Fine-Tuning')
            : trans.__('New Fine-Tuning Notebook…'),
      caption: trans.__(
        'A notebook that leads from a model and lines to a better model'
      ),
      icon: trainingIcon,
      isVisible: args => !args.selection || canTrain(selection()),
      execute: args =>
        told(trans.__('No notebook for fine-tuning'), () =>
          begin('fine-tuning', trans.__('Fine-Tuning'), folder(args), {
            modelLabel: trans.__('Start from'),
            modelHint: trans.__('A language, or a file: *.traineddata'),
            model: USUAL_MODEL,
            sourcesHint:
              settings.fonts.length > 0
                ? trans.__(
                    'A folder of line images with their texts, or an .lstmf file. If left empty: text in %1',
                    settings.fonts.join(', ')
                  )
                : trans.__(
                    'A folder of line images with their texts, or an .lstmf file. If left empty, the notebook asks'
                  ),
            sources: args.selection ? paths(selection()) : [],
            needsLines: false
          })
        )
    });

    app.commands.addCommand(COMMANDS.evaluate, {
      label: args =>
        onCard(args) ? trans.__('Evaluation') : trans.__('Evaluate with…'),
      caption: trans.__('A notebook that shows what a model reads wrongly'),
      icon: evaluationIcon,
      isVisible: args => !args.selection || canEvaluate(selection()),
      execute: args =>
        told(trans.__('No notebook for evaluating'), () => {
          const items = args.selection ? selection() : [];
          const [model] = paths(items.filter(isModel));
          return begin('evaluation', trans.__('Evaluation'), folder(args), {
            modelLabel: trans.__('Model'),
            modelHint: trans.__('A language, or a file: *.traineddata'),
            model: model ?? USUAL_MODEL,
            sourcesHint: trans.__(
              'A folder of line images with their texts, or an .lstmf file'
            ),
            sources: paths(items.filter(item => !isModel(item))),
            needsLines: true
          });
        })
    });

    const current = (): NotebookPanel | null => {
      const panel = notebooks?.currentWidget ?? null;
      return panel === app.shell.currentWidget ? panel : null;
    };
    app.commands.addCommand(COMMANDS.dashboard, {
      label: trans.__('Insert: Dashboard of Run…'),
      caption: trans.__('Put a cell that shows a training below this one'),
      isEnabled: () => current() !== null,
      execute: args =>
        told(trans.__('No dashboard'), async () => {
          const panel = current();
          if (panel === null) {
            return;
          }
          const run =
            typeof args.run === 'string' ? args.run : await askForRun();
          if (run === null) {
            return;
          }
          const where = PathExt.dirname(contents.localPath(panel.context.path));
          const { source } = await post<{ source: string }>('cells', {
            run,
            folder: where,
            rate: settings.updateRate
          });
          NotebookActions.insertBelow(panel.content);
          panel.content.activeCell?.model.sharedModel.setSource(source);
        })
    });
    const shown = notebooks?.currentChanged;
    shown?.connect(() => app.commands.notifyCommandChanged(COMMANDS.dashboard));
    app.shell.currentChanged?.connect(() =>
      app.commands.notifyCommandChanged(COMMANDS.dashboard)
    );
  }
};

function open(app: JupyterFrontEnd, path: string): Promise<unknown> {
  return app.commands.execute('docmanager:open', { path, factory: 'Notebook' });
}

/** Whether a label stands on a card of the launcher, which is told a folder. */
function onCard(args: ReadonlyPartialJSONObject): boolean {
  return 'cwd' in args;
}
