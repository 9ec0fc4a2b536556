import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Release } from '../core/with-cleanup.ts';
import { RunStop, type StopReason } from '../engine/run-stop.ts';
import type { Job } from '../job/job-schema.ts';
import { Catalog, findCatalogFault } from '../ledger/catalog.ts';
import { isRunHeld } from '../state/run-locks.ts';
import type { StatePaths } from '../state/state-paths.ts';
import { takeWaitingLock } from '../state/waiting-lock.ts';
import { LiveControl } from './live-control.ts';
import type { RunContext } from './run-request.ts';
import { enterWindow, isInWindow } from './run-window.ts';

/** A process that waits to continue a run. Other processes see it, and can stop it. */
export interface WaitingRun {
  /** `ucbulk stop` stops this. */
  readonly runStop: RunStop;
  /** The context of the run. Its `drain` also aborts after `ucbulk stop`. */
  readonly context: RunContext;
  /** A stop that somebody asked for after this time counts, ms since 1970. */
  readonly since: number;
  /** Ends the wait. The process then works on the run, and holds its lock. */
  readonly end: () => void;
}

/**
 * Makes a wait for the window of a run, and for its locks, visible to `status` and `stop`. Null if the caller does
 * not wait, or if the job has no window. Throws a `locked` error if another process works on the run or waits for it.
 */
export async function beginWaiting(
  run: RunId,
  job: Job,
  {
    paths,
    context,
    defer,
  }: { paths: StatePaths; context: RunContext; defer: (release: Release) => void },
): Promise<WaitingRun | null> {
  if (context.waitsForWindow !== true || job.window === undefined) return null;
  const { world, limits } = context;
  if (context.onConflict !== 'wait' && isRunHeld(paths, run)) throw alreadyTaken('works on', run);
  const now = world.clock.now();
  const { pid = null, host = null } = context.process ?? {};
  const process = { pid, host, startedAt: Math.round(now) };
  const lock = await takeWaitingLock(paths, run, { files: world.files, process });
  if (lock === null) throw alreadyTaken('waits to continue', run);
  limits?.onOpen?.(lock.release);
  const since = context.startedAt ?? now;
  const runStop = new RunStop();
  const catalog = openCatalog(paths, context);
  const table = catalog?.controls ?? null;
  const control = new LiveControl({ table, run, job, context, runStop, joinedAt: since });
  let hasEnded = false;
  const end = () => {
    if (hasEnded) return;
    hasEnded = true;
    control.close();
    catalog?.close();
    lock.release();
  };
  defer(end);
  const drain = AbortSignal.any([context.drain, runStop.signal]);
  return { runStop, context: { ...context, drain }, since, end };
}

/**
 * Waits until the window of a run is open, while this process holds the lock of the run. Throws `StoppedWaiting` if
 * `ucbulk stop` ended the wait, and another error if the caller does not wait.
 */
export async function waitForWindow(
  job: Job,
  run: RunId,
  {
    context,
    catalog,
    joinedAt,
  }: { context: RunContext; catalog: Catalog | null; joinedAt: number },
): Promise<void> {
  if (isInWindow(job, context.world.clock)) return;
  const runStop = new RunStop();
  const table = catalog?.controls ?? null;
  const control = new LiveControl({ table, run, job, context, runStop, joinedAt });
  const drain = AbortSignal.any([context.drain, runStop.signal]);
  try {
    await enterWindow(job, { ...context, drain }, run);
  } catch (error) {
    throw afterStop(error, run, runStop);
  } finally {
    control.close();
  }
}

/** Thrown if `ucbulk stop` ended the wait of a process. */
export class StoppedWaiting extends Error {
  readonly run: RunId;
  readonly reason: StopReason;

  constructor(run: RunId, reason: StopReason, options: ErrorOptions) {
    super(`The wait of run ${run} was stopped`, options);
    this.run = run;
    this.reason = reason;
  }
}

/** The error of a wait: `StoppedWaiting` if `ucbulk stop` ended the wait, otherwise the given error. */
export function afterStop(cause: unknown, run: RunId, runStop: RunStop | undefined): unknown {
  const reason = runStop?.reason ?? null;
  return reason === null ? cause : new StoppedWaiting(run, reason, { cause });
}

/** Opens the catalog, in which other processes ask for a stop; null if it can't be used. */
function openCatalog(paths: StatePaths, { limits }: RunContext): Catalog | null {
  if (findCatalogFault(paths.catalog) !== null) return null;
  const catalog = Catalog.open(paths.catalog, () => undefined);
  limits?.onOpen?.(() => catalog.close());
  return catalog;
}

function alreadyTaken(what: string, run: RunId): UserError {
  return new UserError(
    'locked',
    `Another process ${what} run ${run}. Nothing was sent. \`ucbulk status ${run}\` shows it. To stop it: \`ucbulk stop ${run}\`.`,
  );
}
