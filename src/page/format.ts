import { formatCount } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';

/** Formats a share as `73.2 %`. Only a complete share is `100 %`, and only an empty one is `0 %`. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '0 %';
  const tenths = Math.floor((1000 * part) / whole);
  if (tenths === 0 && part > 0) return '< 0.1 %';
  return tenths % 10 === 0 ? `${tenths / 10} %` : `${(tenths / 10).toFixed(1)} %`;
}

/** Formats a time of this computer's zone as `2026-11-28 18:36:09`, or without the date if it is today. */
export function formatTime(at: number, now: number): string {
  const [date, time] = dateAndTime(at);
  return date === dateAndTime(now)[0] ? time : `${date} ${time}`;
}

/** Formats a time with its date. */
export function formatInstant(at: number): string {
  return dateAndTime(at).join(' ');
}

/** Formats how long ago a time was, such as `3m 20s ago`. */
export function formatAge(at: number, now: number): string {
  return now - at < 1000 ? 'now' : `${formatDuration(now - at)} ago`;
}

/** Formats a rate per second: `4.5`, `120`. */
export function formatRate(perSecond: number): string {
  return perSecond < 10 ? String(Math.round(10 * perSecond) / 10) : formatCount(perSecond);
}

/** Formats a size in bytes: `812 B`, `4.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let size = bytes;
  while (size >= 1000 && units.length > 1) {
    size /= 1000;
    units.shift();
  }
  return `${units[0] === 'B' || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[0]}`;
}

function dateAndTime(at: number): [string, string] {
  const local = new Date(at - 60_000 * new Date(at).getTimezoneOffset());
  const [date = '', time = ''] = local.toISOString().split(/[T.]/);
  return [date, time];
}
