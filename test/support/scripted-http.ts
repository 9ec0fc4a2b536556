import {
  type HttpExchange,
  WireError,
  type WireRequest,
  type WireResponse,
} from '../../src/core/world.ts';

/** What the service, or the network, does to one request. */
export type Step = (request: WireRequest) => WireResponse | Promise<WireResponse>;

/** An exchange that plays its steps in order, the last one again and again, and keeps what it was sent. */
export function scriptedHttp(...steps: readonly [Step, ...Step[]]) {
  const sent: WireRequest[] = [];
  const http: HttpExchange = async (request) => {
    sent.push(request);
    const step = steps[Math.min(sent.length, steps.length) - 1] ?? steps[0];
    return step(request);
  };
  return { http, sent };
}

export function answers(
  status: number,
  body: unknown = {},
  headers: Record<string, string> = {},
): Step {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return () => ({ status, headers, body: text });
}

export function breaks(
  phase: 'unsent' | 'ambiguous',
  code: string,
  headers: Record<string, string> = {},
): Step {
  return () => {
    throw new WireError({ phase, code, message: `test ${code}`, headers });
  };
}

/** Refuses like the real exchange when the guard has expired; `delay` runs before it is asked. */
export function guarded(step: Step, delay: () => void = () => {}): Step {
  return (request) => {
    delay();
    if (!request.mayStart()) return breaks('unsent', 'guard_expired')(request);
    return step(request);
  };
}
