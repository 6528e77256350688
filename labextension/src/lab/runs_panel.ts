import { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { IRunActions } from '../views/run_card';
import { RunsView } from '../views/runs';
import { trans } from '../views/trans';
import { trainingIcon } from './icons';
import { RunList } from './run_list';

/** What the panel needs from JupyterLab. */
export interface IRunsPanelOptions {
  readonly runs: RunList;
  readonly openNotebook: (path: string) => void;
  readonly openCheckpoint: (path: string) => void;
  /** The notebook of a kernel, if it is open somewhere. */
  readonly notebookOf: (kernel: string) => string | undefined;
  /** Begin a training; null if there is nothing to begin one with. */
  readonly begin: (() => void) | null;
}

/**
 * The panel of trainings in the left bar.
 */
export class RunsPanel extends Widget {
  constructor(private readonly _options: IRunsPanelOptions) {
    super();
    const { runs } = _options;
    const actions: IRunActions = {
      tell: (run, command) => runs.tell(run, command),
      openNotebook: run => _options.openNotebook(run.notebook),
      openCheckpoint: (_, checkpoint) =>
        _options.openCheckpoint(checkpoint.path),
      opened: () => this._look()
    };
    this.id = 'tessnb-trainings';
    this.title.icon = trainingIcon;
    this.title.caption = trans.__('Trainings');
    this.addClass('tessnb-runs-panel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Trainings'));
    this._view = new RunsView(actions, _options.begin);
    this.node.append(this._view.node);
    runs.changed.connect(this._show, this);
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._show();
    this._look();
  }

  protected onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._look();
  }

  private _look(): void {
    this._options.runs.look(this.isVisible ? this._view.wanted : null);
  }

  private _show(): void {
    if (!this.isVisible) {
      return;
    }
    const { runs, notebookOf } = this._options;
    this._view.update({
      runs: runs.runs.map(run => ({
        run: {
          ...run,
          notebook: (run.kernel && notebookOf(run.kernel)) || run.notebook
        },
        ...runs.details(run)
      })),
      whole: runs.whole,
      now: runs.now,
      trouble: runs.trouble
    });
    this._look();
  }

  private readonly _view: RunsView;
}
