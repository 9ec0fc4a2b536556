import { unknownZone } from './daily-window.ts';
import {
  DAY_MS,
  instantsOf,
  isTimeZone,
  localMidnight,
  MINUTE_MS,
  minutesOf,
  ZONE_NAME,
} from './time-zone.ts';

const WITH_ZONE = new RegExp(
  `^(?:(\\d{4}-\\d\\d-\\d\\d)[T ])?((?:[01]\\d|2[0-3]):[0-5]\\d)(?: (${ZONE_NAME}))?$`,
);
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** A time by which a run should have finished. */
export interface Deadline {
  /** The zone for messages. */
  readonly zone: string;
  /** The instant, ms since 1970. Null if the text is only a time of day. */
  readonly at: number | null;
  /** Minutes after midnight, if the text is only a time of day. */
  readonly minutes: number;
}

/**
 * Parses a deadline: `2026-12-01T06:00:00Z`, `2026-12-01 06:00 Europe/Berlin`, or the time of day `06:00
 * Europe/Berlin`. The zone is UTC if it is absent. Returns a text that says what is wrong with it, as the end of a
 * sentence.
 */
export function parseDeadline(text: string): Deadline | string {
  if (RFC_3339.test(text) && isDate(text.slice(0, 10)) && !Number.isNaN(Date.parse(text))) {
    return { zone: 'UTC', at: Date.parse(text), minutes: 0 };
  }
  const [, date, time, zone = 'UTC'] = WITH_ZONE.exec(text) ?? [];
  const day = date === undefined ? 0 : Date.parse(`${date}T00:00:00Z`);
  if (time === undefined || (date !== undefined && !isDate(date))) {
    return 'is not a time such as "2026-12-01 06:00 Europe/Berlin", 2026-12-01T06:00:00Z or "06:00 Europe/Berlin"';
  }
  if (!isTimeZone(zone)) return unknownZone(zone);
  const minutes = minutesOf(time);
  if (date === undefined) return { zone, at: null, minutes };
  return { zone, at: instantsOf(zone, day + minutes * MINUTE_MS).first, minutes };
}

/** False for a date that no calendar has, such as 2026-02-30. `Date.parse` moves some of these to the next month. */
function isDate(date: string): boolean {
  const day = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(day) && new Date(day).toISOString().startsWith(date);
}

/** The instant of a deadline that was checked before. A time of day means the first one after `from`. */
export function deadlineAfter(
  text: string,
  from: number,
): { readonly at: number; readonly zone: string } {
  const deadline = parseDeadline(text);
  if (typeof deadline === 'string') throw new Error(`The deadline ${text} ${deadline}`);
  const { zone, at, minutes } = deadline;
  if (at !== null) return { at, zone };
  const today = localMidnight(zone, from);
  const days = [0, 1, 2].map(
    (day) => instantsOf(zone, today + day * DAY_MS + minutes * MINUTE_MS).first,
  );
  return { at: days.find((instant) => instant > from) ?? from + DAY_MS, zone };
}
