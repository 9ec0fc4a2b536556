import { formatOpening, toWindow } from '../core/daily-window.ts';
import { formatDuration } from '../core/duration.ts';
import { formatLocal } from '../core/time-zone.ts';
import type { RunSchedule } from '../state/run-schedule.ts';
import { formatInstant } from './text-table.ts';

/**
 * The rows about the window and the deadline of a run. `pace` is the rate on which the expected end is based, such as
 * `11 requests/s`; null if that is unknown.
 */
export function scheduleRows(
  schedule: RunSchedule | null | undefined,
  pace: string | null,
): string[][] {
  if (schedule == null) return [];
  const { at: now, window, finishBy, expectedEnd } = schedule;
  const zone = zoneOf(schedule);
  const ends =
    expectedEnd === null || pace === null
      ? []
      : [['ends', `about ${formatLocal(zone, expectedEnd)} at ${pace}`]];
  return [
    ...(window === null ? [] : [['window', windowText(window, now)]]),
    ...ends,
    ...(finishBy === null ? [] : [['deadline', deadlineText(schedule, finishBy, pace)]]),
  ];
}

/** The schedule as a field of a JSON document. */
export function scheduleFact(schedule: RunSchedule | null | undefined) {
  if (schedule == null) return null;
  const { window, finishBy, expectedEnd, missesByMs } = schedule;
  const instant = (at: number | null) => (at === null ? null : formatInstant(at));
  return {
    window: window && { ...window, until: instant(window.until) },
    finishBy: instant(finishBy?.at ?? null),
    expectedEnd: instant(expectedEnd),
    missesByMs,
  };
}

function windowText(window: NonNullable<RunSchedule['window']>, now: number) {
  if (window.until === null) return `${window.hours}: always open`;
  return `${window.isOpen ? 'open' : 'closed'} until ${windowTime(window, now)}`;
}

/** Formats when a window opens or closes: `22:00 (Europe/Berlin)`. */
export function windowTime(
  { hours, until }: NonNullable<RunSchedule['window']>,
  now: number,
): string {
  return until === null ? 'never' : formatOpening(toWindow(hours), until, now);
}

function deadlineText(
  { expectedEnd, missesByMs }: RunSchedule,
  { at, zone }: NonNullable<RunSchedule['finishBy']>,
  pace: string | null,
): string {
  const deadline = formatLocal(zone, at);
  if (missesByMs === null) return expectedEnd === null ? deadline : `${deadline}; expected in time`;
  const late = formatDuration(missesByMs);
  if (expectedEnd === null) return `${deadline}; missed ${late} ago`;
  return `${deadline}; misses the deadline by ${late}${pace === null ? '' : ` at ${pace}`}`;
}

function zoneOf({ window, finishBy }: RunSchedule): string {
  return finishBy?.zone ?? (window === null ? 'UTC' : toWindow(window.hours).zone);
}
