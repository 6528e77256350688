/**
 * A run, and how it is put into words.
 */
import { number } from './fields';
import { percent } from './figures';
import { trans } from './trans';

/** What is known of a run. */
export interface IRun {
  /** The run's files are called so, in the file browser's words. */
  readonly path: string;
  readonly name: string;
  /** Another one each time it begins. */
  readonly run: string;
  readonly state: RunState;
  readonly over: boolean;
  readonly iteration: number;
  /** 0 if there is no limit. */
  readonly max_iterations: number;
  readonly fraction: number | null;
  /** Iterations per second; 0 if it is not known. */
  readonly rate: number;
  /** Seconds left. */
  readonly eta: number | null;
  /** Percent, as are the next two. */
  readonly bcer: number | null;
  readonly best_bcer: number | null;
  readonly held_out: number | null;
  /** Why it ended. */
  readonly reason: string;
  /** Seconds since 1970. */
  readonly updated: number;
  /** The command line or process. */
  readonly place: string;
  readonly kernel: string | null;
  readonly notebook: string;
  readonly can_go_on: boolean;
}

export type RunState =
  | 'new'
  | 'running'
  | 'paused'
  | 'finished'
  | 'stopped'
  | 'failed'
  | 'left behind';

/** A checkpoint that can be opened. */
export interface IRunCheckpoint {
  readonly kind: 'current' | 'best' | 'held-out best' | 'asked for';
  readonly iteration: number;
  readonly path: string;
  readonly bcer: number | null;
}

/** What a run can be told. */
export type RunCommand = 'pause' | 'resume' | 'stop' | 'checkpoint';

export function stateWords(state: RunState): string {
  switch (state) {
    case 'new':
      return trans.__('new');
    case 'running':
      return trans.__('running');
    case 'paused':
      return trans.__('paused');
    case 'finished':
      return trans.__('finished');
    case 'stopped':
      return trans.__('stopped');
    case 'failed':
      return trans.__('failed');
    case 'left behind':
      return trans.__('left behind');
  }
}

/** Seconds as a person says them. */
export function duration(seconds: number): string {
  const whole = Math.max(Math.round(seconds), 1);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) {
    return trans.__('%1 s', whole);
  }
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? trans.__('%1 min %2 s', minutes, two(whole % 60))
    : trans.__('%1 h %2 min', Math.floor(minutes / 60), two(minutes % 60));
}

/** How far it is: `1 240 / 3 600`. */
export function reached(run: IRun): string {
  const limit = run.max_iterations ? ` / ${number(run.max_iterations)}` : '';
  return `${number(run.iteration)}${limit}`;
}

/** How fast it goes: `31/s`; empty if it is over, or not known. */
export function speed(run: IRun): string {
  return run.over || run.rate <= 0
    ? ''
    : trans.__(
        '%1/s',
        run.rate >= 9.95 ? run.rate.toFixed(0) : run.rate.toFixed(1)
      );
}

/** How long it will take; empty if that cannot be said. */
export function left(run: IRun): string {
  return run.eta === null || run.state !== 'running'
    ? ''
    : trans.__('%1 left', duration(run.eta));
}

/** How long ago something was, in one word or two. */
export function ago(seconds: number): string {
  const minutes = Math.max(seconds, 0) / 60;
  if (minutes < 1) {
    return trans.__('just now');
  }
  if (minutes < 60) {
    return trans.__('%1 min ago', Math.floor(minutes));
  }
  return minutes < 48 * 60
    ? trans.__('%1 h ago', Math.floor(minutes / 60))
    : trans._n('%1 day ago', '%1 days ago', Math.floor(minutes / 60 / 24));
}

/** How much of it is done: `34 %`, or the iteration where there is no limit. */
export function done(run: IRun): string {
  return run.fraction === null
    ? number(run.iteration)
    : `${Math.floor(100 * run.fraction)}\u202f%`;
}

/** It in one line: state, iterations, error, time left. */
export function summary(run: IRun): string {
  return [stateWords(run.state), reached(run), percent(run.bcer), left(run)]
    .filter(Boolean)
    .join(' · ');
}

export function checkpointWords(checkpoint: IRunCheckpoint): string {
  const at = number(checkpoint.iteration);
  switch (checkpoint.kind) {
    case 'current':
      return trans.__('newest, at %1', at);
    case 'best':
      return trans.__('best, at %1', at);
    case 'held-out best':
      return trans.__('best on held-out lines, at %1', at);
    case 'asked for':
      return trans.__('asked for, at %1', at);
  }
}
