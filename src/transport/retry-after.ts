const MIN_MS = 1000;
const MAX_MS = 15 * 60_000;

/** What the official clients wait when a 429 names no time. */
export const DEFAULT_RETRY_AFTER_MS = 15_000;

/**
 * The wait an answer asks for, 1 s to 15 min; null where it names none. A date is taken against
 * the answer's own Date, else against `serverNow` (ms since 1970).
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  serverNow: number,
): number | null {
  const asked = headers['retry-after'] ?? headers['x-throttle-wait-seconds'];
  if (asked === undefined) return null;
  const { date } = headers;
  const wait = secondsOf(asked) ?? untilDate(asked, date, serverNow);
  return wait === null ? null : Math.min(MAX_MS, Math.max(MIN_MS, wait));
}

function secondsOf(text: string): number | null {
  return /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) * 1000 : null;
}

function untilDate(text: string, date: string | undefined, serverNow: number): number | null {
  const until = parseHttpDate(text.trim());
  return until === null ? null : until - (parseHttpDate(date) ?? serverNow);
}

const HTTP_DATE = /^\w{3,9},? .+ GMT$/; // `Date.parse` alone reads "-5" as a day in May

/** `Mon, 05 Nov 2018 13:14:41 GMT` as ms since 1970; null where the text is no such date. */
export function parseHttpDate(text: string | undefined): number | null {
  const ms = HTTP_DATE.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** Ms since 1970 as a Date header has it: whole seconds, GMT. */
export function formatHttpDate(ms: number): string {
  return new Date(ms).toUTCString();
}
