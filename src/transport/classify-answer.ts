import { formatDuration } from '../core/duration.ts';
import { ClassifiedError, type FailureFacts } from '../core/failure.ts';
import type { WireResponse } from '../core/world.ts';
import { answerDetail } from './answer-detail.ts';
import { pathOf, requestName } from './one-try.ts';
import { DEFAULT_RETRY_AFTER_MS, retryAfterMs } from './retry-after.ts';
import type { ApiRequest } from './send.ts';

type Verdict = Pick<FailureFacts, 'kind' | 'fatalCause'> & {
  readonly code?: string;
  /** True where a mutation may have happened all the same. */
  readonly maybeDone?: true;
  readonly say: string;
};

const KEYS: Verdict = {
  kind: 'fatal',
  fatalCause: 'credentials',
  say: 'the keys were refused, check the public and the secret key',
};
const WRONG_API: Verdict = {
  kind: 'fatal',
  fatalCause: 'configuration',
  say: 'the service does not know this request, check the API base URL',
};
const LOST: Verdict = { kind: 'transient', maybeDone: true, say: 'the service failed' };
const REDIRECT: Verdict = {
  ...LOST,
  say: 'a redirect, which is never followed, check the API base URL',
};
const REFUSED: Verdict = { kind: 'permanent', say: 'refused' };
const NOT_FOUND: Verdict = { kind: 'permanent', say: 'not found' };
const OUR_BUG: Verdict = { kind: 'fatal', fatalCause: 'bug', say: 'a bug in ucbulk' };

/** Every status whose meaning its hundred does not tell. */
const BY_STATUS: Readonly<Record<number, Verdict>> = {
  401: KEYS,
  403: { ...KEYS, say: 'the project or these keys may not do this' },
  405: WRONG_API,
  406: WRONG_API,
  408: LOST,
  409: { kind: 'transient', code: 'concurrent', say: 'another call is at work on this' },
  415: WRONG_API,
  425: LOST,
  429: { kind: 'throttled', say: 'throttled' },
};

/** Routes that are there in every project: a 404 on one of them means the wrong server. */
const FIXED_ROUTE =
  /^\/(files|files\/storage|files\/search|groups|project|convert\/(document|video))\/$/;

/** The messages of a 400 that is about the whole request, not about an item. */
const BY_DETAIL: readonly (readonly [RegExp, Verdict])[] = [
  [/authentication over HTTP is forbidden/i, { ...KEYS, say: 'these keys may not go over HTTP' }],
  [/expected list of uuids|limit is 100|list of uuids can not be empty/i, OUR_BUG],
  [/file is not ready yet/i, { kind: 'transient', code: 'not_ready', say: 'not ready yet' }],
];

/** The one table from an answer that is no success to what we may do (`reliability.md` I.6). */
export function classifyAnswer(
  request: ApiRequest,
  answer: WireResponse,
  serverNow: number,
): ClassifiedError {
  const { status, headers } = answer;
  const detail = answerDetail(answer.body);
  const verdict = verdictOn(request, status, detail);
  const waitMs = waitFor(verdict, retryAfterMs(headers, serverNow));
  const requestId = headers['x-uploadcare-request-id'];
  const wait = waitMs === null ? '' : `, next try in ${formatDuration(waitMs)}`;
  const quote = detail === null ? '' : ` (service: "${detail}")`;
  return new ClassifiedError({
    kind: verdict.kind,
    effect: verdict.maybeDone && request.mutates ? 'unknown' : 'none',
    code: verdict.code ?? `http_${status}`,
    message: `${status} on ${requestName(request)}: ${verdict.say}${wait}${quote}`,
    status,
    ...(requestId === undefined ? {} : { requestId }),
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
    ...(verdict.fatalCause === undefined ? {} : { fatalCause: verdict.fatalCause }),
  });
}

function verdictOn(request: ApiRequest, status: number, detail: string | null): Verdict {
  if (status === 400) return BY_DETAIL.find(([text]) => text.test(detail ?? ''))?.[1] ?? REFUSED;
  if (status === 404) return verdictOnMissing(request, detail);
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  if (status < 400) return REDIRECT;
  return status < 500 ? REFUSED : LOST;
}

/** The service's own 404 has a detail; a page without one is a server that knows no such route. */
function verdictOnMissing(request: ApiRequest, detail: string | null): Verdict {
  if (detail === null || FIXED_ROUTE.test(pathOf(request.target))) return WRONG_API;
  return NOT_FOUND;
}

function waitFor({ kind }: Verdict, asked: number | null): number | null {
  if (kind === 'throttled') return asked ?? DEFAULT_RETRY_AFTER_MS;
  return kind === 'transient' ? asked : null;
}
