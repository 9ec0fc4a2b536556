import { assertNever } from '../core/assert-never.ts';
import type { RunId } from '../core/run.ts';
import { type StateCounts, settledCount } from '../core/state-counts.ts';
import type { Wait, WaitEvent } from '../core/wait.ts';
import type { RunEvent } from '../engine/run-events.ts';

/** The state of a run, as the display of progress needs it. It is computed only from the run's events. */
export interface ProgressState {
  readonly phase: 'starting' | 'listing' | 'working' | 'stopping' | 'ended';
  readonly run: RunId | null;
  readonly resumed: boolean;
  readonly pages: number;
  /** Number of items in the source that this process has read so far, selected or not. */
  readonly listed: number;
  readonly selected: number;
  readonly walkFinished: boolean;
  /**
   * The number of items in each state, as the run's database contains it. null in a new run until the first
   * items have ended.
   */
  readonly counts: StateCounts | null;
  /** The current limit for requests per second; null until the first event reports it. */
  readonly rate: number | null;
  /** The current waits of the run, by the id of the wait. */
  readonly waits: ReadonlyMap<string, Wait>;
  readonly stopWhy: string | null;
}

export const NO_PROGRESS: ProgressState = {
  phase: 'starting',
  run: null,
  resumed: false,
  pages: 0,
  listed: 0,
  selected: 0,
  walkFinished: false,
  counts: null,
  rate: null,
  waits: new Map(),
  stopWhy: null,
};

/**
 * Returns the state after an event. Items may end before this process has read a page of the source. This
 * function then assumes that an earlier process has read the whole source. If a page follows after all, the
 * event `page-walked` corrects this.
 */
export function applyEvent(state: ProgressState, event: RunEvent): ProgressState {
  switch (event.kind) {
    case 'run-started':
      return startedState(state, event);
    case 'page-walked':
      return {
        ...state,
        phase: state.phase === 'stopping' ? 'stopping' : 'listing',
        walkFinished: false,
        pages: event.page,
        listed: state.listed + event.listed,
        selected: event.selectedTotal,
      };
    case 'walk-finished':
      return {
        ...state,
        phase: state.phase === 'stopping' ? 'stopping' : 'working',
        pages: event.pages,
        selected: event.selectedTotal,
        counts: state.counts && { ...state.counts, total: event.selectedTotal },
        walkFinished: true,
      };
    case 'items-settled':
      return state.phase === 'starting'
        ? { ...state, phase: 'working', walkFinished: true, counts: event.counts }
        : { ...state, counts: event.counts };
    case 'waiting':
      return { ...state, waits: changedWaits(state.waits, event) };
    case 'throttled':
    case 'rate-changed':
      return { ...state, rate: event.rate };
    case 'stopping':
      return { ...state, phase: 'stopping', stopWhy: event.why };
    case 'run-ended':
      return { ...state, phase: 'ended', waits: new Map(), counts: event.counts };
    case 'canary-complete':
    case 'item-failed':
    case 'fields-read':
    case 'rows-rejected':
    case 'retry-scheduled':
    case 'breaker-open':
    case 'breaker-closed':
    case 'clock-skewed':
    case 'disk-slow':
    case 'limits-changed':
    case 'worker-request':
    case 'workers-changed':
      // The display of progress does not need these events; the log shows them, or the counts of requests.
      return state;
    default:
      return assertNever(event, 'run event');
  }
}

/** Returns the waits that have not ended yet. `now` is the time of this machine, in ms since 1970. */
export function currentWaits({ waits }: ProgressState, now: number): ReadonlyMap<string, Wait> {
  return new Map([...waits].filter(([, { until }]) => until === null || until > now));
}

function changedWaits(
  waits: ReadonlyMap<string, Wait>,
  { id, wait }: WaitEvent,
): ReadonlyMap<string, Wait> {
  const changed = new Map(waits);
  if (wait === null) changed.delete(id);
  else changed.set(id, wait);
  return changed;
}

function startedState(
  state: ProgressState,
  { run, resumed, counts }: Extract<RunEvent, { kind: 'run-started' }>,
): ProgressState {
  return { ...state, run, resumed, counts: resumed ? counts : null };
}

/**
 * Returns the number of items that have ended, and the number of all items. `total` is null while the run is
 * still reading its source.
 */
export function countSettled(state: ProgressState): { settled: number; total: number | null } {
  const settled = state.counts === null ? 0 : settledCount(state.counts);
  return { settled, total: state.walkFinished ? (state.counts?.total ?? state.selected) : null };
}
