import { unknownZone } from './daily-window.ts';
import {
  DAY_MS,
  instantsOf,
  isTimeZone,
  localMidnight,
  localTime,
  MINUTE_MS,
  minutesOf,
} from './time-zone.ts';

/** The maximum rates of a run by the time of day. */
export interface RateTimetable {
  readonly zone: string;
  /** At least one, in the order of time. */
  readonly entries: readonly {
    /** Minutes after midnight from which the rate counts, until the next entry. */
    readonly from: number;
    /** Requests per second; Infinity if nothing limits the rate. */
    readonly perSecond: number;
  }[];
}

const ENTRY = /^((?:[01]\d|2[0-3]):[0-5]\d),(off|\d{1,5}(?:\.\d{1,3})?)$/;
const MAX_RATE = 10_000;
const NOT_A_TIMETABLE =
  'is neither a number of requests per second, more than 0, nor a timetable such as "08:00,5 20:00,off Europe/Berlin"';

/**
 * Parses a timetable such as `08:00,5 20:00,off Europe/Berlin`. The zone is UTC if it is absent. Returns a text that
 * says what is wrong with it, as the end of a sentence.
 */
export function parseTimetable(text: string): RateTimetable | string {
  const { words, zone } = splitZone(text);
  if (!isTimeZone(zone)) return unknownZone(zone);
  const entries: { from: number; perSecond: number }[] = [];
  for (const word of words) {
    const entry = parseEntry(word);
    if (entry === null) return words.length === 1 ? NOT_A_TIMETABLE : wrongEntry(word);
    if (entries.some(({ from }) => from === entry.from))
      return `has two rates at ${word.slice(0, 5)}`;
    entries.push(entry);
  }
  if (entries.length === 0) return NOT_A_TIMETABLE;
  return { zone, entries: entries.sort((one, other) => one.from - other.from) };
}

/** Splits a timetable into its entries and its time zone. */
function splitZone(text: string): { words: string[]; zone: string } {
  const words = text.split(/ +/);
  const last = words.at(-1) ?? '';
  const hasZone = /^[A-Za-z]/.test(last) && last !== 'off';
  return hasZone ? { words: words.slice(0, -1), zone: last } : { words, zone: 'UTC' };
}

/** The end of a message about one entry of a timetable. */
function wrongEntry(word: string): string {
  const part = word === '' ? 'an empty entry' : `the entry "${word.slice(0, 40)}"`;
  return `has ${part}. Write each entry as a time and a rate, such as "08:00,5" or "20:00,off", with a space between entries. The rate is more than 0 and at most 10000`;
}

function parseEntry(word: string): RateTimetable['entries'][number] | null {
  const [, time, rate] = ENTRY.exec(word) ?? [];
  if (time === undefined) return null;
  const perSecond = rate === 'off' ? Number.POSITIVE_INFINITY : Number(rate);
  if (rate !== 'off' && (perSecond <= 0 || perSecond > MAX_RATE)) return null;
  return { from: minutesOf(time), perSecond };
}

/** Parses a timetable that was checked before. */
function toTimetable(text: string): RateTimetable {
  const table = parseTimetable(text);
  if (typeof table === 'string') throw new Error(`The timetable ${text} ${table}`);
  return table;
}

/** The maximum rate of a job at an instant, from a number or a timetable; Infinity if nothing limits it. */
export function maxRateAt(rate: number | string | undefined, at: number): number {
  if (typeof rate !== 'string') return rate ?? Number.POSITIVE_INFINITY;
  const { zone, entries } = toTimetable(rate);
  const minute = Math.floor((localTime(zone, at) % DAY_MS) / MINUTE_MS);
  const entry = entries.findLast(({ from }) => from <= minute) ?? entries.at(-1);
  return entry?.perSecond ?? Number.POSITIVE_INFINITY;
}

/** When the maximum rate of a job may change next, ms since 1970; Infinity if it never changes. */
export function nextRateChange(rate: number | string | undefined, at: number): number {
  if (typeof rate !== 'string') return Number.POSITIVE_INFINITY;
  const { zone, entries } = toTimetable(rate);
  const today = localMidnight(zone, at);
  const changes = [today, today + DAY_MS].flatMap((day) =>
    entries.flatMap(({ from }) => Object.values(instantsOf(zone, day + from * MINUTE_MS))),
  );
  return Math.min(...changes.filter((change) => change > at));
}
