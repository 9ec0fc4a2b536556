const CURSOR_FORM =
  /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/**
 * Formats a time as the service does in bodies: UTC, six decimals and `Z` (docs/uploadcare-api.md 2.1).
 * `micros` is in microseconds since 1970.
 */
export function formatInstant(micros: number): string {
  return `${sixDecimals(micros)}Z`;
}

/**
 * Formats a time as the service does in `next` and `previous` links: with `+00:00` instead of `Z`
 * (docs/uploadcare-api.md 1.7).
 */
export function formatCursorKey(micros: number): string {
  return `${sixDecimals(micros)}+00:00`;
}

/**
 * Converts a time in ISO 8601 to microseconds since 1970. A time without a zone is in UTC. Returns undefined
 * for any other text.
 */
export function parseInstant(text: string): number | undefined {
  const match = CURSOR_FORM.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const ms = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  const fraction = Number((match[7] ?? '').padEnd(6, '0'));
  return Number.isNaN(ms) ? undefined : ms * 1000 + fraction - zoneMicros(match[8] ?? 'Z');
}

function zoneMicros(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000_000;
}

// The day that was formatted last, with its text. A page formats thousands of times, and most of them are on
// the same day as the time before.
let lastDay = { number: Number.NaN, text: '' };

function sixDecimals(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const number = Math.floor(seconds / 86_400);
  if (number !== lastDay.number) {
    lastDay = { number, text: new Date(number * 86_400_000).toISOString().slice(0, 11) };
  }
  const second = seconds - number * 86_400;
  const fraction = String(1_000_000 + (micros - seconds * 1_000_000)).slice(1);
  const minute = Math.floor(second / 60);
  return `${lastDay.text}${TWO_DIGITS[Math.floor(minute / 60)]}:${TWO_DIGITS[minute % 60]}:${TWO_DIGITS[second % 60]}.${fraction}`;
}
