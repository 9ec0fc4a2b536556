import { ClassifiedError, rephrased } from '../core/failure.ts';
import type { JsonValue } from '../core/json.ts';
import type { Redact } from '../core/redact-secrets.ts';
import { type HttpExchange, WireError, type WireResponse } from '../core/world.ts';
import type { ApiDialect } from './api-dialect.ts';
import { classifyWireError } from './classify-wire-error.ts';
import {
  type ApiRequest,
  type ApiResponse,
  type OneTry,
  requestName,
  type SendTry,
} from './send.ts';
import type { ServerClock } from './server-clock.ts';
import type { TransportLimits } from './transport-limits.ts';
import { parseUndecoded } from './undecoded-json.ts';

/**
 * The content type of every request, as in the official clients. It is also sent without a body, because the
 * signature contains it.
 */
export const JSON_TYPE = 'application/json';

interface HttpDependencies {
  readonly http: HttpExchange;
  readonly serverClock: ServerClock;
  readonly origin: string;
  readonly dialect: ApiDialect;
  readonly userAgent: string;
  readonly limits: TransportLimits;
  /** Replaces secrets in the text of an answer, which may repeat what was sent. */
  readonly redact: Redact;
}

/**
 * The innermost layer of a transport. Sends one request over HTTP. Returns a response or throws a
 * `ClassifiedError`.
 */
export function createHttpSend(deps: HttpDependencies): SendTry {
  return async (attempt) => {
    const answer = await exchange(attempt, deps);
    const { dialect, serverClock, redact } = deps;
    const failure = dialect.classify(attempt.request, answer, serverClock.now());
    if (failure !== null) throw rephrased(failure, redact);
    return dialect.answersJson ? parseResponse(attempt.request, answer) : bodilessResponse(answer);
  };
}

async function exchange(attempt: OneTry, deps: HttpDependencies): Promise<WireResponse> {
  const { request, body, headers, mayStart } = attempt;
  const { serverClock, dialect, limits, userAgent } = deps;
  const { payload } = request;
  const given = payload?.bytes;
  const bytes = typeof given === 'function' ? await given() : given;
  const sentAt = serverClock.moment();
  try {
    const answer = await deps.http({
      method: request.method,
      origin: request.origin ?? deps.origin,
      target: request.target,
      headers: {
        accept: dialect.accept,
        'content-type': payload?.contentType ?? JSON_TYPE,
        'user-agent': userAgent,
        ...headers,
      },
      body,
      ...(bytes !== undefined && { bytes }),
      deadlineMs: request.deadlineMs ?? limits.deadlineMs,
      maxBytes: limits.maxBytes,
      signal: request.signal,
      mayStart,
    });
    // Reads the date only from answers that are certainly from the service. The error page of a proxy may
    // have any date.
    if (answer.status < 300 || answer.status === 401) {
      const { date } = answer.headers;
      const isRefusal = answer.status === 401;
      serverClock.observe({ date, sentAt, isRefusal });
    }
    return answer;
  } catch (error) {
    if (error instanceof WireError) throw classifyWireError(request, error);
    throw error;
  }
}

function bodilessResponse({ status, headers }: WireResponse): ApiResponse {
  return { status, headers, body: null, requestId: headers['x-uploadcare-request-id'] };
}

function parseResponse(request: ApiRequest, answer: WireResponse): ApiResponse {
  const { status, headers } = answer;
  const requestId = headers['x-uploadcare-request-id'];
  if (status === 204) return bodilessResponse(answer);
  try {
    if (isReadByCaller(request, answer)) return bodilessResponse(answer);
    const body: JsonValue = JSON.parse(answer.body);
    return { status, headers, body, requestId };
  } catch (error) {
    throw notJson(request, answer, error);
  }
}

function isReadByCaller({ readAnswer }: ApiRequest, answer: WireResponse): boolean {
  if (readAnswer === undefined) return false;
  const { bytes = Buffer.from(answer.body) } = answer;
  const undecoded = parseUndecoded(bytes);
  return undecoded !== null && readAnswer(undecoded.value, undecoded.decode);
}

function notJson(request: ApiRequest, answer: WireResponse, cause: unknown): ClassifiedError {
  const requestId = answer.headers['x-uploadcare-request-id'];
  return new ClassifiedError({
    kind: 'transient',
    effect: request.mutates ? 'unknown' : 'none',
    code: 'not_json',
    message: `${answer.status} on ${requestName(request)}: the answer is not JSON, or was cut short`,
    status: answer.status,
    ...(requestId === undefined ? {} : { requestId }),
    cause,
  });
}
