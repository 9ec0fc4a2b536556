import {
  DAY_MS,
  formatLocal,
  instantsOf,
  isTimeZone,
  localMidnight,
  MINUTE_MS,
  minutesOf,
  ZONE_NAME,
} from './time-zone.ts';

/** The hours of the day in which a run may work. */
export interface DailyWindow {
  readonly zone: string;
  readonly parts: readonly {
    /** Days of the week on which this part begins, 0 for Sunday. */
    readonly days: readonly number[];
    /** Minutes after midnight. The part ends on the next day if `end` is not later than `start`. */
    readonly start: number;
    readonly end: number;
  }[];
}

/** The state of a window at an instant. */
export interface WindowState {
  readonly isOpen: boolean;
  /** When the state ends, ms since 1970; null if the window is always open. */
  readonly until: number | null;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DAY = `(?:${DAYS.join('|')})`;
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d|24:00';
const PART = new RegExp(`^(?:(${DAY})(?:-(${DAY}))? )?(${TIME})-(${TIME})$`);
const ZONE = new RegExp(`^(.*?)(?: (${ZONE_NAME}))?$`);
const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];
/** A window opens again within a week, and a part that the clocks skip opens a week later. */
const SEARCHED_DAYS = 16;
/** A window that is open for longer than this is always open. */
const ALWAYS_MS = 8 * DAY_MS;

/**
 * Parses a window such as `22:00-06:00 Europe/Berlin` or `Mon-Fri 22:00-06:00, Sat-Sun 00:00-24:00 Europe/Berlin`.
 * The zone is UTC if it is absent. Returns a text that says what is wrong with it, as the end of a sentence.
 */
export function parseWindow(text: string): DailyWindow | string {
  const [, hours = '', zone = 'UTC'] = ZONE.exec(text) ?? [];
  if (!isTimeZone(zone)) return unknownZone(zone);
  const parts: DailyWindow['parts'][number][] = [];
  for (const part of hours.split(/, ?/)) {
    const [, first, last = first, from, to] = PART.exec(part) ?? [];
    if (from === undefined || to === undefined || from === '24:00') {
      return 'is not a window such as "22:00-06:00 Europe/Berlin" or "Mon-Fri 22:00-06:00 Europe/Berlin"';
    }
    if (from === to) {
      return `never opens: it begins and ends at ${from}. For the whole day, write 00:00-24:00`;
    }
    parts.push({ days: daysBetween(first, last), start: minutesOf(from), end: minutesOf(to) });
  }
  return { zone, parts };
}

/** The end of a message about a time zone that does not exist. */
export function unknownZone(zone: string): string {
  return `has the time zone ${zone}, which does not exist. Write a name such as Europe/Berlin or UTC`;
}

/** Parses a window that was checked before. */
export function toWindow(text: string): DailyWindow {
  const window = parseWindow(text);
  if (typeof window === 'string') throw new Error(`The window ${text} ${window}`);
  return window;
}

/**
 * The state of a window at an instant. Parts that follow each other without a gap are one part. If the clocks are
 * put back, a part opens at the last occurrence of its start, and closes at the first occurrence of its end after
 * that. So it never opens twice, and is never open at a local time outside of it. If the clocks skip the start or
 * the end, this moment counts.
 */
export function windowState(window: DailyWindow, at: number): WindowState {
  const next = nextSpan(window, at);
  if (next === null) return { isOpen: false, until: null };
  if (next.opens > at) return { isOpen: false, until: next.opens };
  return { isOpen: true, until: next.closes > at + ALWAYS_MS ? null : next.closes };
}

/** The first time after `at` at which the window is open, or the one now; null if there is none. */
function nextSpan({ zone, parts }: DailyWindow, at: number): Span | null {
  const today = localMidnight(zone, at);
  const days = Array.from({ length: SEARCHED_DAYS + 3 }, (_, day) => today + (day - 2) * DAY_MS);
  let next: Span | null = null;
  for (const local of joinTouching(days.flatMap((day) => localSpansOf(parts, day)))) {
    const span = toInstants(zone, local);
    if (span === null || span.closes <= at) continue;
    if (next === null) next = span;
    // The clocks may skip the time between two spans.
    else if (span.opens <= next.closes) next = { opens: next.opens, closes: span.closes };
    else break;
  }
  return next;
}

/** The time from the opening of a window until it closes, ms since 1970, or the same for local times. */
interface Span {
  readonly opens: number;
  readonly closes: number;
}

/** Joins spans that overlap or follow each other without a gap. */
function joinTouching(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.opens - other.opens)) {
    const last = joined.at(-1);
    if (last === undefined || span.opens > last.closes) joined.push(span);
    else joined[joined.length - 1] = { ...last, closes: Math.max(last.closes, span.closes) };
  }
  return joined;
}

/** Says when a closed window opens: `22:00 (Europe/Berlin)`, with the date if that is not within a day. */
export function formatOpening({ zone }: DailyWindow, until: number, now: number): string {
  const text = formatLocal(zone, until);
  return until - now < DAY_MS ? text.slice('2026-01-01 '.length) : text;
}

/** The parts that begin on a day, in local time. */
function localSpansOf(parts: DailyWindow['parts'], day: number): Span[] {
  const weekday = new Date(day).getUTCDay();
  return parts
    .filter(({ days }) => days.includes(weekday))
    .map(({ start, end }) => ({
      opens: day + start * MINUTE_MS,
      closes: day + end * MINUTE_MS + (end <= start ? DAY_MS : 0),
    }));
}

/** The instants of a span of local time; null if the clocks skip the whole span. */
function toInstants(zone: string, local: Span): Span | null {
  const opens = instantsOf(zone, local.opens).last;
  const { first, last } = instantsOf(zone, local.closes);
  const closes = first > opens ? first : last;
  return closes > opens ? { opens, closes } : null;
}

/** The days of the week from one day to another, such as `Fri` to `Mon`. */
function daysBetween(first: string | undefined, last: string | undefined): readonly number[] {
  if (first === undefined || last === undefined) return ALL_DAYS;
  const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)];
  return ALL_DAYS.filter((day) =>
    from <= to ? day >= from && day <= to : day >= from || day <= to,
  );
}
