import { acceptedVersion, vendorType } from './api-version.ts';
import { authenticate } from './check-auth.ts';
import {
  type EmulatorRequest,
  type EmulatorResponse,
  isLoopback,
  pathOf,
} from './emulator-request.ts';
import type { EmulatorState } from './emulator-state.ts';
import { NOT_FOUND_PAGE, refusals } from './error-bodies.ts';
import { type Answer, Exchange, type Handler } from './exchange.ts';
import { answerAfter, answerBefore, refusalAnswer } from './fault-answers.ts';
import { matchRoute, type RouteMatch } from './route-match.ts';
import { ROUTES } from './routes.ts';
import { ServiceRefusal } from './service-refusal.ts';

interface Arrival {
  readonly request: EmulatorRequest;
  readonly number: number;
  /** Emulated milliseconds since 1970, for what only compares times. */
  readonly nowMs: number;
  /** The same in microseconds and never twice, for timestamps. */
  readonly now: number;
}

/** Answers one request of the API, faults included, and counts it. */
export function answerRequest(state: EmulatorState, request: EmulatorRequest): EmulatorResponse {
  const { clock } = state;
  const nowMs = clock.now();
  const arrival = { request, number: state.nextRequest(), nowMs, now: clock.uniqueMicros() };
  state.settle(arrival.now);
  const path = pathOf(request);
  const match = matchRoute(ROUTES, path);
  const fault = state.faults.pick(request.method, path);
  let response = fault && answerBefore(fault, nowMs);
  if (response === undefined) {
    response = match === undefined ? unknownRoute() : answerRoute(state, arrival, match);
    if (fault !== undefined) response = answerAfter(fault, response);
  }
  state.tally.add(request.method, match?.route.pattern ?? '?', response.status);
  return complete(state, arrival, { response, match });
}

function answerRoute(state: EmulatorState, arrival: Arrival, match: RouteMatch): EmulatorResponse {
  try {
    const { request } = arrival;
    // The framework's order: version, keys, throttle, and only then the method.
    const version = acceptedVersion(request.headers.accept);
    const project = authenticate(request, state.projectsByKey, arrival.nowMs);
    const wait = project.throttle?.take(arrival.nowMs) ?? 0;
    if (wait > 0) throw refusals.throttled(wait);
    const exchange = new Exchange({
      request,
      project,
      version,
      origins: { api: state.origins.api ?? originOf(request), cdn: state.origins.cdn },
      buckets: state.buckets,
      now: arrival.now,
      params: match.params,
      record: (operation, ref, changed) =>
        state.audit.record(
          { operation, project: project.number, ref },
          { changed, request: arrival.number, at: arrival.now },
        ),
    });
    const answer = handlerOf(match, request.method)(exchange);
    return { status: answer.status, body: answer.body, headers: { ...answer.headers } };
  } catch (error) {
    if (error instanceof ServiceRefusal) return refusalAnswer(error);
    throw error;
  }
}

function handlerOf({ route }: RouteMatch, method: string): Handler {
  // not recorded: HEAD and OPTIONS (contract 15.27).
  if (method === 'OPTIONS') return describeNothing;
  const handler = route.handlers[method === 'HEAD' ? 'GET' : method];
  if (handler === undefined) throw refusals.methodNotAllowed(method);
  return handler;
}

function describeNothing(): Answer {
  return { status: 200, body: '{}' };
}

function unknownRoute(): EmulatorResponse {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  return { status: 404, body: NOT_FOUND_PAGE, headers };
}

function originOf(request: EmulatorRequest): string {
  const scheme = request.isHttps === false ? 'http' : 'https';
  return `${scheme}://${request.headers.host ?? 'api.uploadcare.com'}`;
}

function complete(
  state: EmulatorState,
  arrival: Arrival,
  { response, match }: { response: EmulatorResponse; match: RouteMatch | undefined },
): EmulatorResponse {
  const { request, number, nowMs } = arrival;
  const isInsecure = request.isHttps === false && !isLoopback(request);
  const headers = {
    date: new Date(nowMs).toUTCString(),
    'content-type': vendorType('0.7'),
    vary: 'Accept',
    ...(match === undefined ? {} : { allow: match.route.allow }),
    ...(isInsecure ? { warning: INSECURE_WARNING } : {}),
    'x-uploadcare-request-id': state.requestId(number),
    ...response.headers,
  };
  const body = request.method === 'HEAD' ? '' : response.body;
  return { ...response, headers, body };
}

const INSECURE_WARNING = '199 Miscellaneous warning: You should use secure requests to Uploadcare';
