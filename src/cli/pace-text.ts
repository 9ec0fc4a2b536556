import { formatCount } from '../core/counted.ts';
import type { RunStatus } from '../state/run-status.ts';
import { formatInstant } from './text-table.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Returns the facts about how fast a run works as fields of the JSON document. */
export function paceFields({ pace, timeLeft, lastActivityAt, process, control }: RunStatus) {
  return {
    pace: pace && {
      requestsPerSecond: rounded(pace.requestsPerSecond),
      itemsPerSecond: rounded(pace.itemsPerSecond),
      overMs: pace.overMs,
    },
    timeLeft: timeLeft && { ...timeLeft, itemsPerSecond: rounded(timeLeft.itemsPerSecond) },
    lastActivityAt: instant(lastActivityAt),
    process: process && { ...process, startedAt: formatInstant(process.startedAt) },
    control: control && {
      state: control.state,
      rate: control.rate,
      concurrency: control.concurrency,
      maxRate: control.maxRate,
      maxConcurrency: control.maxConcurrency,
      askedAt: formatInstant(control.askedAt),
      appliedAt: instant(control.appliedAt),
    },
  };
}

/** Returns the rows of `status` about the process of a run and how fast it works. */
export function paceRows(status: RunStatus): string[][] {
  const { process, isRunning, lastActivityAt } = status;
  if (!isRunning) return [];
  return [
    ...(process === null ? [] : [['process', processText(process)]]),
    ...(status.pace === null ? [] : [['rate', formatPace(status)]]),
    ...timeLeftRows(status),
    ...(lastActivityAt === null
      ? []
      : [['active', `${formatInstant(lastActivityAt)} (last change)`]]),
    ...controlRows(status),
  ];
}

/** Formats the current rates: `11 items/s, 12 requests/s`. Empty if they are not known. */
export function formatPace({ pace }: Pick<RunStatus, 'pace'>): string {
  if (pace === null) return '';
  return `${formatRate(pace.itemsPerSecond)} items/s, ${formatRate(pace.requestsPerSecond)} requests/s`;
}

/** Formats the time left and its basis: `about 2 h left at 11 items/s over the last 5 minutes`. */
export function formatTimeLeft({ timeLeft }: Pick<RunStatus, 'timeLeft'>): string {
  if (timeLeft === null) return '';
  const { ms, itemsPerSecond, overMs } = timeLeft;
  const minutes = Math.round(overMs / MINUTE_MS);
  const over =
    overMs < 2 * MINUTE_MS ? `${Math.round(overMs / 1000)} seconds` : `${minutes} minutes`;
  return `about ${roughly(ms)} at ${formatRate(itemsPerSecond)} items/s over the last ${over}`;
}

/** Formats the rate on which the time left is based; null if it is unknown. */
export function steadyPace({ timeLeft }: Pick<RunStatus, 'timeLeft'>): string | null {
  return timeLeft === null ? null : `${formatRate(timeLeft.itemsPerSecond)} items/s`;
}

function processText({ pid, host, startedAt }: NonNullable<RunStatus['process']>): string {
  const where = pid === null ? 'started' : `pid ${pid} on ${host}, started`;
  return `${where} ${formatInstant(startedAt)}`;
}

function timeLeftRows(status: RunStatus): string[][] {
  if (!status.walkFinished) return [['work left', 'known when the listing is finished']];
  return status.timeLeft === null ? [] : [['work left', formatTimeLeft(status)]];
}

/** The limits that somebody set, and a request that the run has not confirmed. */
function controlRows({ control }: RunStatus): string[][] {
  if (control === null) return [];
  const limits = [
    ...(control.rate === null ? [] : [`${control.rate} requests/s`]),
    ...(control.concurrency === null ? [] : [`${control.concurrency} requests in flight`]),
  ];
  const isOpen = control.applied < control.revision;
  return [
    ...(limits.length === 0 ? [] : [['set', `at most ${limits.join(', ')}`]]),
    ...(isOpen
      ? [['asked', `a change at ${formatInstant(control.askedAt)}; the run has not confirmed it`]]
      : []),
  ];
}

/** Formats a duration as people say it: `40 s`, `12 min`, `2 h`, `3 days`. */
function roughly(ms: number): string {
  if (ms < 90_000) return `${Math.max(1, Math.round(ms / 1000))} s`;
  if (ms < 90 * MINUTE_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 48 * HOUR_MS) return `${Math.round(ms / HOUR_MS)} h`;
  return `${Math.round(ms / DAY_MS)} days`;
}

function formatRate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond);
}

function instant(at: number | null): string | null {
  return at === null ? null : formatInstant(at);
}

function rounded(rate: number): number {
  return Math.round(100 * rate) / 100;
}
