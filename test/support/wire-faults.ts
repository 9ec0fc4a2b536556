import type { Fault } from '../../src/emulator/emulator.ts';

/** How a 429 says when to come back: the header, and what a careful client makes of it, ms. */
interface Throttling {
  readonly header: (now: number) => string | null;
  readonly pauseMs: number;
}

const NO_PAUSE_MS = 1000; // the witness takes 1 s off each pause
const LONGEST_PAUSE_MS = 15 * 60_000;
const atSecond = (ms: number): string => new Date(ms).toUTCString();

/**
 * Retry-After of all kinds. More than 2 s hold back all requests, up to 15 min. A shorter or unusable one holds
 * back only the refused request.
 */
export const THROTTLINGS = {
  throttled: { header: () => '4', pauseMs: 4000 },
  'throttled-short': { header: () => '2', pauseMs: NO_PAUSE_MS },
  'throttled-zero': { header: () => '0', pauseMs: NO_PAUSE_MS },
  'throttled-date': { header: (now) => atSecond(now + 3000), pauseMs: 3000 },
  'throttled-past-date': { header: (now) => atSecond(now - 3_600_000), pauseMs: NO_PAUSE_MS },
  'throttled-long': { header: () => '86400', pauseMs: LONGEST_PAUSE_MS },
  'throttled-absurd': { header: () => '86400000', pauseMs: NO_PAUSE_MS },
  'throttled-negative': { header: () => '-5', pauseMs: NO_PAUSE_MS },
  'throttled-missing': { header: () => null, pauseMs: NO_PAUSE_MS },
  'throttled-garbage': { header: () => 'soon', pauseMs: NO_PAUSE_MS },
} as const satisfies Record<string, Throttling>;

/** An answer in the service's place, before or after the effect. */
interface FalseAnswer {
  readonly effect: boolean;
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const HTML = '<html><body>bad gateway</body></html>';
const detail = (text: string): string => JSON.stringify({ detail: text });

export const FALSE_ANSWERS = {
  'error-before-effect': { effect: false, status: 503, body: detail('try later') },
  'error-after-effect': { effect: true, status: 502, body: HTML },
  'internal-error': { effect: true, status: 500, body: detail('error') },
  'gateway-timeout': { effect: false, status: 504, body: HTML },
  'later-please': {
    effect: false,
    status: 503,
    body: '',
    headers: { 'retry-after': '7' },
  },
  'request-timeout': { effect: false, status: 408, body: detail('timeout') },
  conflict: { effect: false, status: 409, body: detail('Concurrent call attempted') },
  unauthorized: {
    effect: false,
    status: 401,
    body: detail('Incorrect authentication credentials.'),
  },
  redirect: {
    effect: true,
    status: 302,
    body: '',
    headers: { location: 'https://elsewhere.test/' },
  },
  html: { effect: true, status: 200, body: '<html>hello</html>' },
  empty: { effect: true, status: 200, body: '' },
  'wrong-shape': { effect: true, status: 200, body: '{"unexpected":[1,null]}' },
  'wrong-type': { effect: true, status: 200, body: '[true,"x",7]' },
} as const satisfies Record<string, FalseAnswer>;

/** A connection that ends in the middle: what became of the request, and whether headers came. */
interface Cut {
  readonly effect: 'none' | 'now' | 'late';
  readonly code: string;
  readonly headers: boolean;
  /** Only at the request's own deadline. */
  readonly atDeadline?: true;
}

export const CUTS = {
  'reset-before-effect': { effect: 'none', code: 'ECONNRESET', headers: false },
  'reset-after-effect': { effect: 'now', code: 'UND_ERR_SOCKET', headers: false },
  'cut-body': { effect: 'now', code: 'UND_ERR_SOCKET', headers: true },
  huge: { effect: 'now', code: 'too_large', headers: true },
  'slow-loris': { effect: 'now', code: 'deadline', headers: true, atDeadline: true },
  'no-answer': { effect: 'now', code: 'deadline', headers: false, atDeadline: true },
  'late-effect': { effect: 'late', code: 'ECONNRESET', headers: false },
} as const satisfies Record<string, Cut>;

/** True answers with something wrong in their list or links; what is no list stays as it is. */
export const DISTORTED = {
  'wrong-totals': 'wrong-totals',
  shuffled: 'shuffled',
  duplicated: 'duplicated',
  'extra-fields': 'extra-fields',
  'repeated-page': 'repeated-page',
  'other-origin': 'other-origin',
  /** In batch answers only: of a list that leaves files out, nothing can tell. */
  'missing-in-batch': 'missing',
  'foreign-in-batch': 'foreign',
} as const satisfies Record<string, (Fault & { kind: 'distort' })['what']>;

/** True answers whose Date header is not the service's time; null leaves it out. */
export const DATES = {
  'date-late': (now) => atSecond(now + 3_600_000),
  'date-early': (now) => atSecond(now - 3_600_000),
  'date-garbage': () => 'yesterday',
  'date-missing': () => null,
} as const satisfies Record<string, (now: number) => string | null>;

/** Where an answer says what was made: the routes on which an earlier answer may come again. */
export const ANSWERS_OF_MAKERS =
  /^\/(convert\/(document|video)\/|addons\/remove_bg\/|files\/local_copy\/|from_url\/|base\/|group\/)/;

type Names =
  | keyof typeof THROTTLINGS
  | keyof typeof DATES
  | keyof typeof FALSE_ANSWERS
  | keyof typeof CUTS;

/** What may go wrong with one request. */
export type NetworkFault =
  | Names
  | keyof typeof DISTORTED
  | 'truncated'
  | 'refused'
  | 'slow'
  | 'answer-of-another';

/** All of them. */
export const NETWORK_FAULTS: readonly NetworkFault[] = [
  ...keysOf(THROTTLINGS),
  ...keysOf(FALSE_ANSWERS),
  ...keysOf(CUTS),
  ...keysOf(DISTORTED),
  ...keysOf(DATES),
  'truncated',
  'refused',
  'slow',
  'answer-of-another',
];

/** The entry of a table for a fault, if it is of that table. */
export function entryOf<Entry>(
  table: Readonly<Record<string, Entry>>,
  fault: NetworkFault | null,
): Entry | undefined {
  return fault === null ? undefined : table[fault];
}

function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(table) as Key[];
}
