import { type DailyWindow, formatOpening, toWindow, windowState } from '../core/daily-window.ts';
import { deadlineAfter } from '../core/deadline.ts';
import { formatDuration } from '../core/duration.ts';
import { formatLocal } from '../core/time-zone.ts';
import { UserError } from '../core/user-error.ts';
import { WaitReporter } from '../core/wait.ts';
import type { Clock } from '../core/world.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { Job } from '../job/job-schema.ts';
import type { RunContext } from './run-request.ts';

/** Interval between checks of the time, ms. A single long timer would fire too late if the machine slept. */
const CHECK_EVERY_MS = 5000;

type WindowContext = Pick<RunContext, 'world' | 'drain' | 'listener' | 'waitsForWindow'>;

/**
 * Waits until the window of the job is open, by the clock of this machine. If the caller does not want to wait,
 * throws a `UserError` that says when it opens. `run` is the run to resume; null for a new run.
 */
export async function enterWindow(
  job: Pick<Job, 'window'>,
  context: WindowContext,
  run: string | null,
): Promise<void> {
  if (job.window === undefined) return;
  const { clock } = context.world;
  const window = toWindow(job.window);
  const reporter = new WaitReporter('window', clock, context.listener);
  try {
    for (;;) {
      const now = clock.now();
      const { isOpen, until } = windowState(window, now);
      if (isOpen || until === null) return;
      const opening = formatOpening(window, until, now);
      if (context.waitsForWindow !== true) throw outsideWindow(job.window, opening, run);
      const reason = `window closed until ${opening}`;
      reporter.begin(until - now, { kind: 'window', reason });
      await sleepUntil(until, clock, context.drain);
    }
  } finally {
    reporter.end();
  }
}

/** True if the job may work now. */
export function isInWindow({ window }: Pick<Job, 'window'>, clock: Pick<Clock, 'now'>): boolean {
  if (window === undefined) return true;
  const { isOpen, until } = windowState(toWindow(window), clock.now());
  return isOpen || until === null;
}

/**
 * Stops the run when the window of its job closes: it sends nothing new, and waits for the answers to its requests.
 * Returns a function that ends this watch.
 */
export function watchWindow(
  { window: hours }: Pick<Job, 'window'>,
  { clock, runStop }: { readonly clock: Clock; readonly runStop: RunStop },
): () => void {
  const ended = new AbortController();
  if (hours !== undefined) {
    void stopWhenClosed(toWindow(hours), { hours, clock, runStop, signal: ended.signal }).catch(
      () => undefined,
    );
  }
  return () => ended.abort();
}

async function stopWhenClosed(
  window: DailyWindow,
  run: {
    readonly hours: string;
    readonly clock: Clock;
    readonly runStop: RunStop;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { hours, clock, runStop, signal } = run;
  for (;;) {
    const now = clock.now();
    const { isOpen, until } = windowState(window, now);
    if (until === null) return;
    if (!isOpen) {
      const opening = formatOpening(window, until, now);
      const message = `The window ${hours} is closed. It opens at ${opening}; \`ucbulk resume --wait\` waits for that.`;
      runStop.stop({ kind: 'window', message, until });
      return;
    }
    await sleepUntil(until, clock, signal);
  }
}

async function sleepUntil(until: number, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let left = until - clock.now(); left > 0; left = until - clock.now()) {
    await clock.sleep(Math.min(left, CHECK_EVERY_MS), signal);
  }
}

/** Throws a `UserError` if the deadline of a new run has already passed. */
export function checkDeadline({ limits }: Pick<Job, 'limits'>, now: number): void {
  if (limits.finishBy === undefined) return;
  const { at, zone } = deadlineAfter(limits.finishBy, now);
  if (at > now) return;
  throw new UserError(
    'usage',
    `limits.finishBy is ${formatLocal(zone, at)}, ${formatDuration(now - at)} ago. Nothing was sent. Write a later time into the job file.`,
  );
}

/** Thrown if the window closes after the first requests of a run, before the run begins. */
export class WindowClosed extends UserError {
  constructor(message: string) {
    super('outside-window', message);
  }
}

/** The error for a window that closed before the run began. `run` is the run to resume; null for a new run. */
export function windowClosed(
  { window: hours = '' }: Pick<Job, 'window'>,
  clock: Pick<Clock, 'now'>,
  run: string | null,
): WindowClosed {
  const now = clock.now();
  const { until } = windowState(toWindow(hours), now);
  const opening = formatOpening(toWindow(hours), until ?? now, now);
  const unchanged = run === null ? 'No run was created.' : 'The run did not change.';
  return new WindowClosed(
    `The window ${hours} closed before the run began. ${unchanged} It opens at ${opening}. ${windowAdvice(run)}`,
  );
}

function outsideWindow(hours: string, opening: string, run: string | null): UserError {
  return new UserError(
    'outside-window',
    `The window ${hours} is closed. Nothing was sent. It opens at ${opening}. ${windowAdvice(run)}`,
  );
}

function windowAdvice(run: string | null): string {
  return run === null
    ? 'Start the run then, or add --wait.'
    : `Use \`ucbulk resume ${run}\` then, or add --wait.`;
}
