import {
  ILabShell,
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IRunningSessionManagers, IRunningSessions } from '@jupyterlab/running';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { Widget } from '@lumino/widgets';

import { element } from '../views/dom';
import { IRun, done, left, summary } from '../views/run_words';
import { ITrans, trans } from '../views/trans';
import { trainingIcon } from './icons';
import { ILanguage } from './plugin_language';
import { RunList } from './run_list';
import { RunsPanel } from './runs_panel';

const SHOW = 'tessnb:show-trainings';
const BEGIN = 'tessnb:new-fine-tuning';

/**
 * The trainings of this server: in a panel, among what is running, in the status bar, and a notification
 * when one ends.
 */
export const trainings: JupyterFrontEndPlugin<void> = {
  id: '@tessnb/labextension:trainings',
  description: "Shows the server's trainings, and tells them what to do.",
  autoStart: true,
  requires: [ILanguage],
  optional: [
    ICommandPalette,
    ILabShell,
    ILayoutRestorer,
    IRunningSessionManagers,
    ISettingRegistry,
    IStatusBar
  ],
  activate: async (
    app: JupyterFrontEnd,
    _: ITrans,
    palette: ICommandPalette | null,
    shell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    running: IRunningSessionManagers | null,
    settings: ISettingRegistry | null,
    status: IStatusBar | null
  ): Promise<void> => {
    let seconds = 2;
    const runs = new RunList(() => seconds);
    const open = (path: string) =>
      void app.commands.execute('docmanager:open', { path });
    const panel = new RunsPanel({
      runs,
      openNotebook: open,
      openCheckpoint: open,
      notebookOf: kernel =>
        [...app.serviceManager.sessions.running()].find(
          session => session.kernel?.id === kernel
        )?.path,
      begin: () => void app.commands.execute(BEGIN)
    });
    app.shell.add(panel, 'left', { rank: 650, type: 'Trainings' });
    restorer?.add(panel, panel.id);
    app.commands.addCommand(SHOW, {
      label: trans.__('Show Trainings'),
      icon: trainingIcon,
      execute: () => {
        if (shell) {
          shell.activateById(panel.id);
        } else {
          app.shell.activateById(panel.id);
        }
      }
    });
    palette?.addItem({ command: SHOW, category: trans.__('Tesseract') });
    const show = () => void app.commands.execute(SHOW);
    running?.add(runningManager(runs, show));
    if (status) {
      status.registerStatusItem(trainings.id, statusItem(runs, show));
    }
    runs.ended.connect((_, run) => notify(run, show));
    if (settings) {
      const loaded = await settings.load(trainings.id);
      const read = () => {
        seconds = loaded.composite.seconds as number;
        runs.refresh();
      };
      loaded.changed.connect(read);
      read();
    }
  }
};

/** The trainings among what is running: kernels, terminals. */
function runningManager(
  runs: RunList,
  show: () => void
): IRunningSessions.IManager {
  return {
    name: trans.__('Trainings'),
    supportsMultipleViews: false,
    running: () =>
      runs.going.map(run => ({
        context: run.path,
        icon: () => trainingIcon,
        label: () => run.name,
        labelTitle: () => `${run.path}\n${summary(run)}\n${run.place}`,
        detail: () => (run.state === 'paused' ? trans.__('paused') : done(run)),
        open: show,
        shutdown: () => void runs.tell(run, 'stop').catch(sayTrouble)
      })),
    refreshRunning: () => runs.refresh(),
    runningChanged: runs.changed,
    shutdownLabel: trans.__('Stop'),
    shutdownAll: () =>
      runs.going.forEach(run => void runs.tell(run, 'stop').catch(sayTrouble)),
    shutdownAllLabel: trans.__('Stop All'),
    shutdownAllConfirmationText: trans.__(
      'Stop all trainings, with a checkpoint of each? They can go on later.'
    )
  };
}

/** One line in the status bar while something goes on. */
function statusItem(runs: RunList, show: () => void): IStatusBar.IItem {
  const button = element('button', {
    type: 'button',
    class: 'tessnb-status-item tessnb-tabular'
  });
  button.addEventListener('click', show);
  const words = element('span');
  trainingIcon.element({
    container: button.appendChild(element('span', { 'aria-hidden': 'true' })),
    stylesheet: 'statusBar'
  });
  button.append(words);
  const item = new Widget();
  item.addClass('tessnb-status');
  item.node.append(button);
  runs.changed.connect(() => {
    words.textContent = statusWords(runs.going);
    button.title = runs.going
      .map(run => `${run.name}: ${summary(run)}`)
      .join('\n');
  });
  return {
    item,
    align: 'left',
    rank: 90,
    isActive: () => runs.going.length > 0,
    activeStateChanged: runs.changed
  };
}

function statusWords(going: readonly IRun[]): string {
  if (going.length !== 1) {
    return trans._n('%1 training', '%1 trainings', going.length);
  }
  const [run] = going;
  const state = run.state === 'paused' ? trans.__('paused') : left(run);
  return [run.name, done(run), state].filter(Boolean).join(' · ');
}

function notify(run: IRun, show: () => void): void {
  const kind =
    run.state === 'finished'
      ? 'success'
      : run.state === 'stopped'
        ? 'info'
        : 'error';
  const reason =
    run.state === 'left behind'
      ? trans.__('its process has gone before it was over')
      : run.reason;
  Notification.emit(
    trans.__('Training %1 is over: %2.', run.name, reason),
    kind,
    {
      autoClose: false,
      actions: [{ label: trans.__('Show'), callback: show }]
    }
  );
}

function sayTrouble(error: unknown): void {
  Notification.error(error instanceof Error ? error.message : String(error));
}
