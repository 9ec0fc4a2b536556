import { formatDuration } from '../core/duration.ts';
import type { ClassifiedError, FailureKind } from '../core/failure.ts';

const MIN_MS = 1000;
const MAX_MS = 15 * 60_000;
const MAX_SHOWN_S = 999_999_999;

/** The pause after a 429 without Retry-After, as in the official clients, ms. */
const DEFAULT_RETRY_AFTER_MS = 15_000;

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
 * The pause that an answer asks for, without limits, ms. Null if it asks for none. If Retry-After is a date,
 * the pause counts from the Date header of the answer, or from `serverNow` (ms since 1970) if there is none.
 */
export function askedWaitMs(
  headers: Readonly<Record<string, string>>,
  serverNow: number,
): number | null {
  const asked = headers['retry-after'] ?? headers['x-throttle-wait-seconds'];
  if (asked === undefined) return null;
  const { date } = headers;
  return parseSeconds(asked) ?? untilDate(asked, date, serverNow);
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
  const asked = `Retry-After ${seconds > MAX_SHOWN_S ? `over ${MAX_SHOWN_S}` : seconds} s`;
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

/** Parses `Mon, 05 Nov 2018 13:14:41 GMT` to ms since 1970; null if the text is not such a date. */
export function parseHttpDate(text: string | undefined): number | null {
  const ms = HTTP_DATE.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** Formats ms since 1970 as a Date header: whole seconds, GMT. */
export function formatHttpDate(ms: number): string {
  return new Date(ms).toUTCString();
}
