import { mixBits } from '../core/integer-hash.ts';

/** The mistakes that a fault can put into an otherwise correct answer of a list or batch request. */
export const DISTORTIONS = [
  'wrong-totals',
  'shuffled',
  'duplicated',
  'missing',
  'foreign',
  'as-problems',
  'empty-page',
  'repeated-page',
  'skipped-page',
  'other-origin',
  'extra-fields',
] as const;

export type Distortion = (typeof DISTORTIONS)[number];

/** The parts of a request that are needed to change its answer. */
export interface DistortedRequest {
  /** Path and query, exactly as the client sent them. */
  readonly target: string;
  /**
   * Returns the body that the emulator would send for another path and query. For example, a mistake may use
   * the body of the next page.
   */
  page(target: string): string;
}

interface Body {
  next?: string | null;
  previous?: string | null;
  total?: number;
  totals?: object;
  results?: readonly Item[];
  result?: readonly Item[] | object;
  problems?: Readonly<Record<string, string>>;
}

type Item = Readonly<Record<string, unknown>>;

const FOREIGN_UUID = 'ffffffff-ffff-4fff-8fff-ffffffffffff';
const OTHER_ORIGIN = 'https://api.example.com';

/**
 * Puts the mistake `what` into the JSON text of an answer. If the answer does not have the part that the
 * mistake changes, such as `next`, it stays unchanged.
 */
export function distortAnswer(what: Distortion, text: string, request: DistortedRequest): string {
  const body: unknown = JSON.parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return text;
  return JSON.stringify(distort(what, body, request));
}

function distort(what: Distortion, body: Body, request: DistortedRequest): Body {
  switch (what) {
    case 'wrong-totals':
      return withTotals(body);
    case 'shuffled':
      return withItems(body, (items) => shuffled(items, request.target.length));
    case 'duplicated':
      return withItems(body, (items) => [...items, ...items.slice(0, 1)]);
    case 'missing':
      return withItems(body, (items) => items.slice(1));
    case 'foreign':
      return withItems(body, (items) => [
        ...items,
        ...items.slice(0, 1).map((item) => ({ ...item, uuid: FOREIGN_UUID })),
      ]);
    case 'empty-page':
      return withItems(body, () => []);
    case 'as-problems':
      return withProblem(body);
    case 'repeated-page':
      return withNext(body, (next) => new URL(request.target, next).href);
    case 'skipped-page':
      return withNext(body, (next) => nextOf(request.page(pathOf(next))));
    case 'other-origin':
      return withNext(body, (next) => OTHER_ORIGIN + pathOf(next));
    case 'extra-fields':
      return withItems({ ...body, ...EXTRA }, (items) =>
        items.map((item) => ({ ...item, ...EXTRA })),
      );
  }
}

const EXTRA = { unexpected: { since: 'tomorrow', list: [1, null] } };

// Returns wrong counters. A recording of the real service has such values (docs/uploadcare-api.md 1.7).
function withTotals(body: Body): Body {
  if (body.total === undefined) return body;
  const totals = { removed: 0, stored: -32_094, unstored: 0 };
  return { ...body, total: 0, ...(body.totals === undefined ? {} : { totals }) };
}

function withItems(body: Body, change: (items: readonly Item[]) => readonly Item[]): Body {
  if (body.results !== undefined) return { ...body, results: change(body.results) };
  if (Array.isArray(body.result)) return { ...body, result: change(body.result) };
  return body;
}

// Lists the first file as a problem, although the request has changed it.
function withProblem(body: Body): Body {
  const [first, ...others] = Array.isArray(body.result) ? (body.result as readonly Item[]) : [];
  if (first === undefined || body.problems === undefined) return body;
  const uuid = String(first['uuid']);
  return {
    ...body,
    result: others,
    problems: { ...body.problems, [uuid]: 'Missing in the project' },
  };
}

function withNext(body: Body, change: (next: string) => string | null): Body {
  if (typeof body.next !== 'string') return body;
  return { ...body, next: change(body.next) };
}

function shuffled(items: readonly Item[], seed: number): readonly Item[] {
  const keyed = items.map((item, place) => ({ item, key: mixBits(seed, place) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

function nextOf(page: string): string | null {
  const { next = null }: Body = JSON.parse(page);
  return next;
}

function pathOf(link: string): string {
  const { pathname, search } = new URL(link);
  return pathname + search;
}
