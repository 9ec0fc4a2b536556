import type { ClassifiedError } from '../core/failure.ts';
import type { WireResponse } from '../core/world.ts';
import { answerDetail } from './answer-detail.ts';
import {
  failureFrom,
  KEYS,
  REFUSED,
  type Verdict,
  verdictByStatus,
  WRONG_API,
} from './answer-verdict.ts';
import { type ApiRequest, pathOf } from './send.ts';

const NOT_FOUND: Verdict = { kind: 'permanent', say: 'not found' };
/** A feature that the project does not have: no other item would fare better. */
const PLAN: Verdict = {
  ...KEYS,
  say: "the project's plan does not have this feature, or these keys may not use it; switch it on in the dashboard or take other keys, then resume: no item was used up",
};
const OUR_BUG: Verdict = { kind: 'fatal', fatalCause: 'bug', say: 'a bug in ucbulk' };

/** Statuses that mean something else, or something at all, in the REST API only. */
const BY_STATUS: Readonly<Record<number, Verdict>> = {
  403: PLAN,
  409: { kind: 'transient', code: 'concurrent', say: 'another call is at work on this' },
  415: WRONG_API,
};

/** Routes that are there in every project: a 404 on one of them means the wrong server. */
const FIXED_ROUTE =
  /^\/(files|files\/storage|files\/search|groups|project|webhooks|convert\/(document|video))\/$/;

/** The messages of a 400 that is about the whole request, not about an item. */
const BY_DETAIL: readonly (readonly [RegExp, Verdict])[] = [
  [/authentication over HTTP is forbidden/i, { ...KEYS, say: 'these keys may not go over HTTP' }],
  [/expected list of uuids|limit is 100|list of uuids can not be empty/i, OUR_BUG],
  [/feature is not available for this project|not allowed on your current plan/i, PLAN],
  [/file is not ready yet/i, { kind: 'transient', code: 'not_ready', say: 'not ready yet' }],
];

/** The one table from a REST answer that is no success to what we may do. */
export function classifyAnswer(
  request: ApiRequest,
  answer: WireResponse,
  serverNow: number,
): ClassifiedError {
  const { status } = answer;
  const detail = answerDetail(answer.body);
  const verdict = verdictOn(request, status, detail);
  return failureFrom(request, { answer, status, verdict, detail, serverNow });
}

function verdictOn(request: ApiRequest, status: number, detail: string | null): Verdict {
  if (status === 400) return BY_DETAIL.find(([text]) => text.test(detail ?? ''))?.[1] ?? REFUSED;
  if (status === 404) return verdictOnMissing(request, detail);
  return BY_STATUS[status] ?? verdictByStatus(status);
}

/** The service's own 404 has a detail; a page without one is a server that knows no such route. */
function verdictOnMissing(request: ApiRequest, detail: string | null): Verdict {
  if (detail === null || FIXED_ROUTE.test(pathOf(request.target))) return WRONG_API;
  return NOT_FOUND;
}
