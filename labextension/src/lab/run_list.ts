import { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { IRunPoints } from '../views/run_curve';
import { Point, grown } from '../views/run_points';
import { IRun, IRunCheckpoint, RunCommand } from '../views/run_words';
import { get, post } from './request';

/** Milliseconds between two looks where nothing is going on: in sight, and out of it. */
const IDLE = 4000;
const ASLEEP = 20000;
/** The same where something goes on, but only one line in the status bar tells of it. */
const ASIDE = 5000;

interface IList {
  readonly runs: readonly IRun[];
  readonly whole: boolean;
  readonly now: number;
}

interface IDetails extends IRun {
  readonly training: readonly Point[];
  readonly held_out_points: readonly Point[];
  readonly checkpoints: readonly IRunCheckpoint[];
  readonly time: number;
}

/** The curve and the checkpoints of a run, as far as they were asked for. */
export interface IRunDetails {
  readonly points: IRunPoints;
  readonly checkpoints: readonly IRunCheckpoint[];
}

const NOTHING: IRunDetails = {
  points: { training: [], held_out: [] },
  checkpoints: []
};

/**
 * The runs below the server's folder, asked for again and again: often while somebody looks, seldom while
 * nobody does, and not at all while the browser's tab is hidden.
 */
export class RunList implements IDisposable {
  /**
   * @param seconds - Between two looks at what goes on, while somebody looks.
   */
  constructor(private readonly _seconds: () => number) {
    this._poll = new Poll({
      name: '@tessnb/labextension:runs',
      auto: false,
      factory: () => this._ask(),
      frequency: { interval: ASLEEP, backoff: true, max: 10 * ASLEEP },
      standby: 'when-hidden'
    });
    this._poll.ticked.connect((_, { phase, payload }) => {
      if (phase === 'rejected') {
        this._trouble = String((payload as Error)?.message ?? payload);
        this._changed.emit();
      }
    });
    void this._poll.start();
  }

  /** Something is known anew. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A run that was seen going on, or that began since, is over. */
  get ended(): ISignal<this, IRun> {
    return this._ended;
  }

  get runs(): readonly IRun[] {
    return this._list.runs;
  }

  get going(): readonly IRun[] {
    return this._list.runs.filter(({ over }) => !over);
  }

  get whole(): boolean {
    return this._list.whole;
  }

  /** The server's time. */
  get now(): number {
    return this._list.now;
  }

  /** Why there is no news; empty if there is. */
  get trouble(): string {
    return this._trouble;
  }

  details(run: IRun): IRunDetails {
    return this._details.get(run.path)?.details ?? NOTHING;
  }

  /**
   * Say whose curves are to be seen; null if nobody looks at runs at all.
   */
  look(wanted: readonly string[] | null): void {
    const before = this._wanted;
    this._wanted = wanted;
    if (wanted && (!before || wanted.some(path => !before.includes(path)))) {
      this.refresh();
    }
  }

  refresh(): void {
    void this._poll.refresh();
  }

  async tell(run: IRun, command: RunCommand): Promise<void> {
    await post('runs/tell', { path: run.path, command });
    this.refresh();
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._poll.dispose();
    Signal.clearData(this);
  }

  private async _ask(): Promise<void> {
    const list = await get<IList>('runs');
    for (const path of this._wanted ?? []) {
      const run = list.runs.find(each => each.path === path);
      if (run) {
        await this._askOne(run);
      }
    }
    if (this.isDisposed) {
      return;
    }
    const before = this._list;
    const isFirst = !before.now;
    this._list = list;
    this._trouble = '';
    const interval = this._interval();
    if (interval !== this._poll.frequency.interval) {
      this._poll.frequency = { ...this._poll.frequency, interval };
    }
    this._changed.emit();
    if (!isFirst) {
      list.runs
        .filter(run => run.over && isNews(run, before.runs))
        .forEach(run => this._ended.emit(run));
    }
  }

  /** Ask for what is new of a run; of one that is over, once. */
  private async _askOne(run: IRun): Promise<void> {
    const known = this._details.get(run.path);
    const is = known?.run === run.run;
    if (is && run.over && known.updated === run.updated) {
      return;
    }
    const found = await get<IDetails>('runs/one', {
      path: run.path,
      after: is ? known.time : 0
    });
    const before = is ? known.details.points.training : [];
    this._details.set(run.path, {
      run: run.run,
      time: found.time,
      updated: run.updated,
      details: {
        points: {
          training: grown(before, found.training),
          held_out: found.held_out_points
        },
        checkpoints: found.checkpoints
      }
    });
  }

  private _interval(): number {
    if (this._wanted) {
      return this.going.length ? 1000 * this._seconds() : IDLE;
    }
    return this.going.length ? ASIDE : ASLEEP;
  }

  private _list: IList = { runs: [], whole: true, now: 0 };
  private _trouble = '';
  private _wanted: readonly string[] | null = null;
  private readonly _details = new Map<string, IKnown>();
  private readonly _poll: Poll<void>;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, IRun>(this);
}

interface IKnown {
  readonly run: string;
  readonly time: number;
  readonly updated: number;
  readonly details: IRunDetails;
}

/** Whether a run was not over when it was last heard of, or is another one since. */
function isNews(run: IRun, before: readonly IRun[]): boolean {
  const known = before.find(({ path }) => path === run.path);
  return !known || !known.over || known.run !== run.run;
}
