import { formatDuration } from '../core/duration.ts';
import type { ClassifiedError, FailureKind } from '../core/failure.ts';

const MIN_MS = 1000;
const MAX_MS = 15 * 60_000;

const MAX_ASKED_MS = 24 * 3_600_000; // a longer pause can't be meant

/** The pause after a 429 that names no usable time, ms. The official clients wait 15 s. */
const DEFAULT_RETRY_AFTER_MS = 1000;

/**
 * A pause of up to 2 s holds back only the request that was refused, and all others become a little slower.
 * A longer pause holds back all requests.
 */
export const SHORT_PAUSE_MS = 2000;

/**
 * The pause after an answer that is not a success, ms; null if no pause is needed. A 429 always needs one.
 */
export function pauseAfter(
  kind: FailureKind,
  headers: Readonly<Record<string, string>>,
  serverNow: number,
): number | null {
  const asked = retryAfterMs(headers, serverNow);
  if (kind === 'throttled') return asked ?? DEFAULT_RETRY_AFTER_MS;
  return kind === 'transient' ? asked : null;
}

/**
 * The pause that an answer asks for, but at least 1 s and at most 15 min, in ms. Null if it asks for none.
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  serverNow: number,
): number | null {
  const asked = askedWaitMs(headers, serverNow);
  return asked === null ? null : Math.min(MAX_MS, Math.max(MIN_MS, asked));
}

/**
 * The pause that an answer asks for, ms; null if it names none. A value that can't be meant counts as none: a
 * negative number, a date in the past, more than 24 hours, or text. A date is compared with the Date header
 * of the answer. If the answer has none, it is compared with `serverNow` (ms since 1970).
 */
export function askedWaitMs(
  headers: Readonly<Record<string, string>>,
  serverNow: number,
): number | null {
  const asked = headers['retry-after'] ?? headers['x-throttle-wait-seconds'];
  if (asked === undefined) return null;
  const { date } = headers;
  const ms = parseSeconds(asked) ?? untilDate(asked, date, serverNow);
  return ms === null || ms < 0 || ms > MAX_ASKED_MS ? null : ms;
}

/**
 * Describes the pause that an answer asked for, with the limit, such as `Retry-After 86400 s, capped at 15m`.
 * Null if it asked for none.
 */
export function retryAfterText({
  askedWaitMs,
  retryAfterMs = 0,
}: Pick<ClassifiedError, 'askedWaitMs' | 'retryAfterMs'>): string | null {
  if (askedWaitMs === undefined) return null;
  const seconds = Math.round(askedWaitMs / 1000);
  const asked = `Retry-After ${seconds} s`;
  return askedWaitMs > retryAfterMs ? `${asked}, capped at ${formatDuration(retryAfterMs)}` : asked;
}

function parseSeconds(text: string): number | null {
  return /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) * 1000 : null;
}

function untilDate(text: string, date: string | undefined, serverNow: number): number | null {
  const until = parseHttpDate(text.trim());
  return until === null ? null : until - (parseHttpDate(date) ?? serverNow);
}

const HTTP_DATE = /^\w{3,9},? .+ GMT$/; // `Date.parse` alone reads "-5" as a day in May

/** The last parsed date. Most answers of a second have the same one. */
let parsed = { text: '', ms: Number.NaN };

/** Parses `Mon, 05 Nov 2018 13:14:41 GMT` to ms since 1970; null if the text is not such a date. */
export function parseHttpDate(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (text !== parsed.text)
    parsed = { text, ms: HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN };
  return Number.isNaN(parsed.ms) ? null : parsed.ms;
}

/** The last formatted date. Most requests of a second have the same one. */
let formatted = { second: Number.NaN, text: '' };

/** Formats ms since 1970 as a Date header: whole seconds, GMT. */
export function formatHttpDate(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== formatted.second) formatted = { second, text: new Date(ms).toUTCString() };
  return formatted.text;
}
