import { authenticate } from '../auth/check-auth.ts';
import type { EmulatorState } from '../emulator-state.ts';
import { answerAfter, answerBefore, refusalAnswer } from '../faults/fault-answers.ts';
import {
  type ApiVersion,
  acceptedVersion,
  vendorType,
  versionToAnswer,
} from '../protocol/api-version.ts';
import {
  type EmulatorRequest,
  type EmulatorResponse,
  isLoopback,
  pathOf,
} from '../protocol/emulator-request.ts';
import { NOT_FOUND_PAGE, refusals, ServiceRefusal } from '../protocol/rest-refusals.ts';
import { type Answer, Exchange, type Handler } from '../rest/exchange.ts';
import {
  matchRoute,
  ROUTES,
  type Route,
  type RouteMatch,
  type RouteMethods,
} from '../rest/routes.ts';

interface Arrival {
  readonly request: EmulatorRequest;
  readonly number: number;
  /**
   * Emulated time of the request in milliseconds since 1970, to compare with other times such as a Date
   * header.
   */
  readonly nowMs: number;
  /** The same time in microseconds. No two requests have the same value, so timestamps use it. */
  readonly now: number;
}

/**
 * An answer. `page` computes the answer to another path and query. Some faults need it, for example to skip a
 * page.
 */
interface Answered extends EmulatorResponse {
  readonly page?: (target: string) => string;
}

/** Answers a request to the REST API, or lets it fail as the fault rules demand. Counts the request. */
export function answerRequest(state: EmulatorState, request: EmulatorRequest): EmulatorResponse {
  const { clock } = state;
  const nowMs = clock.now();
  const arrival = { request, number: state.nextRequest(), nowMs, now: clock.uniqueMicros() };
  state.settle(arrival.now);
  const path = pathOf(request);
  const match = matchRoute(ROUTES, path);
  const fault = state.faults.pick(request.method, request.target);
  let response = fault && answerBefore(fault, nowMs);
  if (response === undefined) {
    const answered = match === undefined ? unknownRoute() : answerRoute(state, arrival, match);
    const { page, ...own } = answered;
    const distorted = page && { target: request.target, page };
    response = fault === undefined ? own : answerAfter(fault, own, distorted);
  }
  state.tally.add(request.method, match?.route.pattern ?? '?', response.status);
  return complete(state, arrival, { response, match });
}

function answerRoute(state: EmulatorState, arrival: Arrival, match: RouteMatch): Answered {
  try {
    const { request } = arrival;
    // The order of the checks is that of Django REST framework: version, keys, rate limit, method.
    const version = acceptedVersion(request.headers.accept);
    const project = authenticate(request, state.projectsByKey, arrival.nowMs);
    const wait = project.throttle?.take(arrival.nowMs) ?? 0;
    if (wait > 0) throw refusals.throttled(wait);
    const exchange = new Exchange({
      request,
      project,
      version,
      origins: state.origins.of(request, project.publicKey),
      buckets: state.copies,
      requestId: state.requestId(arrival.number),
      now: arrival.now,
      params: match.params,
      record: (operation, ref, changed, detail) =>
        state.audit.record(
          { operation, project: project.number, ref, detail },
          { changed, request: arrival.number, at: arrival.now },
        ),
    });
    const handler = findHandler(match, version, request.method);
    const { status, body, headers } = handler(exchange);
    const page = (target: string) => String(handler(exchange.at(target)).body);
    return { status, body, headers: { ...headers }, page };
  } catch (error) {
    if (error instanceof ServiceRefusal) return refusalAnswer(error);
    throw error;
  }
}

function findHandler({ route }: RouteMatch, version: ApiVersion, method: string): Handler {
  // The answers to HEAD and OPTIONS are assumptions: no recording of the real service shows them
  // (docs/uploadcare-api.md 15.27).
  if (method === 'OPTIONS') return describeNothing;
  const methods = findMethods(route, version);
  if (methods === null) throw refusals.notFound();
  const handler = methods.handlers[method === 'HEAD' ? 'GET' : method];
  if (handler === undefined) throw refusals.methodNotAllowed(method);
  return handler;
}

// Returns the handlers of a route in a version of the API. Assumption: a path that is new in v0.7 gets a 404
// in v0.6. No recording of the real service shows this case.
function findMethods(route: Route, version: ApiVersion): RouteMethods | null {
  return version === '0.6' && route.old !== undefined ? route.old : route;
}

function describeNothing(): Answer {
  return { status: 200, body: '{}' };
}

function unknownRoute(): Answered {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  return { status: 404, body: NOT_FOUND_PAGE, headers };
}

function complete(
  state: EmulatorState,
  arrival: Arrival,
  { response, match }: { response: EmulatorResponse; match: RouteMatch | undefined },
): EmulatorResponse {
  const { request, number, nowMs } = arrival;
  const isInsecure = request.isHttps === false && !isLoopback(request);
  const version = versionToAnswer(request.headers.accept);
  const allow = match && (findMethods(match.route, version) ?? match.route).allow;
  const headers = {
    date: new Date(nowMs).toUTCString(),
    ...(response.status === 204 ? {} : { 'content-type': vendorType(version) }),
    vary: 'Accept',
    ...(allow === undefined ? {} : { allow }),
    ...(isInsecure ? { warning: INSECURE_WARNING } : {}),
    'x-uploadcare-request-id': state.requestId(number),
    ...response.headers,
  };
  const body = request.method === 'HEAD' ? '' : response.body;
  return { ...response, headers, body };
}

const INSECURE_WARNING = '199 Miscellaneous warning: You should use secure requests to Uploadcare';
