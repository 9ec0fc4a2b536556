/** Conversions between instants (ms since 1970) and the local time of a zone, with the data of Node itself. */

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** The form of the name of a time zone, for a regular expression. `isTimeZone` decides if it exists. */
export const ZONE_NAME = '[A-Za-z]{3,}(?:[/_+-][A-Za-z0-9_/+-]*)?';

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** True if the name is a time zone, such as `Europe/Berlin` or `UTC`. */
export function isTimeZone(zone: string): boolean {
  try {
    return formatOf(zone).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The local time of a zone at an instant, as the ms since 1970 that UTC would have at this local time. */
export function localTime(zone: string, at: number): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  return Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
}

/** The local midnight at which the day of an instant began, in the form of `localTime`. */
export function localMidnight(zone: string, at: number): number {
  return Math.floor(localTime(zone, at) / DAY_MS) * DAY_MS;
}

/**
 * Finds the instants of a local time. They differ if the clocks were put back, so that the time occurs twice. If
 * the clocks skip this time, both are the moment at which they skip it.
 */
export function instantsOf(
  zone: string,
  local: number,
): { readonly first: number; readonly last: number } {
  const [before, after] = [local - DAY_MS, local + DAY_MS].map((at) => offsetAt(zone, at)) as [
    number,
    number,
  ];
  const [early, late] = [local - before, local - after];
  if (before === after) return { first: early, last: late };
  const [isEarly, isLate] = [offsetAt(zone, early) === before, offsetAt(zone, late) === after];
  if (isEarly && isLate) return { first: early, last: late };
  if (!isEarly && !isLate) {
    const change = findChange(zone, late, early);
    return { first: change, last: change };
  }
  return isEarly ? { first: early, last: early } : { first: late, last: late };
}

/** Formats a local time for people: `2026-11-30 22:00 (Europe/Berlin)`. */
export function formatLocal(zone: string, at: number): string {
  const text = new Date(localTime(zone, at)).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)} (${zone})`;
}

/** Parses a time of day such as `22:00` to minutes. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** How far the local time is ahead of UTC, ms. */
function offsetAt(zone: string, at: number): number {
  return localTime(zone, at) - Math.floor(at / 1000) * 1000;
}

/** Finds the moment between two instants at which the clocks change. */
function findChange(zone: string, from: number, to: number): number {
  const old = offsetAt(zone, from);
  let [same, other] = [from, to];
  while (other - same > 1000) {
    const middle = Math.floor((same + other) / 2);
    if (offsetAt(zone, middle) === old) same = middle;
    else other = middle;
  }
  return Math.round(other / MINUTE_MS) * MINUTE_MS;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  FORMATS.set(zone, format);
  return format;
}
