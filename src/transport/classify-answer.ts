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
import { type ApiRequest, pathWithoutQuery } from './send.ts';

const NOT_FOUND: Verdict = { kind: 'permanent', message: 'not found' };
/** The project's plan does not include the feature. Every other item would fail too. */
const PLAN: Verdict = {
  ...KEYS,
  message:
    "the project's plan does not have this feature, or these keys may not use it; switch it on in the dashboard or take other keys, then resume: no item was used up",
};
const OUR_BUG: Verdict = { kind: 'fatal', fatalCause: 'bug', message: 'a bug in ucbulk' };

/** Statuses that have a meaning of their own in the REST API. */
const BY_STATUS: Readonly<Record<number, Verdict>> = {
  403: PLAN,
  409: { kind: 'transient', code: 'concurrent', message: 'another call is using this file' },
  415: WRONG_API,
};

/** Paths that exist in every project. If one of them answers 404, ucbulk is talking to the wrong server. */
const FIXED_ROUTE =
  /^\/(files|files\/storage|files\/search|groups|project|webhooks|convert\/(document|video))\/$/;

/** Messages of a 400 that are about the whole request and not about one item. */
const BY_DETAIL: readonly (readonly [RegExp, Verdict])[] = [
  [
    /authentication over HTTP is forbidden/i,
    { ...KEYS, message: 'these keys may not go over HTTP' },
  ],
  [/expected list of uuids|limit is 100|list of uuids can not be empty/i, OUR_BUG],
  [/feature is not available for this project|not allowed on your current plan/i, PLAN],
  [/file is not ready yet/i, { kind: 'transient', code: 'not_ready', message: 'not ready yet' }],
];

/** Creates the failure for an answer of the REST API that is not a success. */
export function classifyAnswer(
  request: ApiRequest,
  answer: WireResponse,
  serverNow: number,
): ClassifiedError {
  const { status } = answer;
  const detail = answerDetail(answer.body);
  const verdict = chooseVerdict(request, status, detail);
  return failureFrom(request, { answer, status, verdict, detail, serverNow });
}

function chooseVerdict(request: ApiRequest, status: number, detail: string | null): Verdict {
  if (status === 400) return BY_DETAIL.find(([text]) => text.test(detail ?? ''))?.[1] ?? REFUSED;
  if (status === 404) return chooseVerdictFor404(request, detail);
  return BY_STATUS[status] ?? verdictByStatus(status);
}

/**
 * The meaning of a 404. The service itself always sends a detail with it. A 404 without detail is from a
 * server that does not have this path.
 */
function chooseVerdictFor404(request: ApiRequest, detail: string | null): Verdict {
  if (detail === null || FIXED_ROUTE.test(pathWithoutQuery(request.target))) return WRONG_API;
  return NOT_FOUND;
}
