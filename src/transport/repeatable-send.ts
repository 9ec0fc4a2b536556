import { setMaxListeners } from 'node:events';
import type { World } from '../core/world.ts';
import type { Gate } from './gate.ts';
import type { ReadRequest, SendTry } from './send.ts';
import { DEFAULT_LIMITS, type TransportLimits } from './transport-limits.ts';
import { type TransportListener, withGate } from './with-gate.ts';
import { type RequestLog, withLogging } from './with-logging.ts';
import { withRetry } from './with-retry.ts';

/** The environment of requests that may all be repeated without harm, and that do not go to an API of the service. */
export interface RepeatableEnvironment {
  readonly world: Pick<World, 'http' | 'clock' | 'random'>;
  readonly userAgent: string;
  /** Aborts when no new request may be sent. */
  readonly stopSignal: AbortSignal;
  /** Holds requests back while the run is paused. */
  readonly gate: Gate;
  readonly log: RequestLog;
  readonly onEvent: TransportListener;
  /** How long to retry while the server can't be reached, ms. */
  readonly unreachableMs?: number | undefined;
}

/**
 * Calls `send`, and calls it again after a failure that may pass. `request` is only for logs and messages. Rejects
 * with a `ClassifiedError`.
 */
export type SendRepeatable = <Answer extends { readonly status: number }>(
  request: ReadRequest,
  send: (limits: TransportLimits) => Promise<Answer>,
) => Promise<Answer>;

/** Creates the function that sends requests to buckets and to the CDN: with a log, repetitions and pauses. */
export function createRepeatableSend(env: RepeatableEnvironment): SendRepeatable {
  const { world, gate, log, onEvent, stopSignal } = env;
  const { clock, random } = world;
  const { unreachableMs = DEFAULT_LIMITS.unreachableMs } = env;
  const limits = { ...DEFAULT_LIMITS, unreachableMs };
  const retry = withRetry({ clock, random, limits, log, onEvent, stopSignal });
  const paced = withGate(gate, clock, onEvent);
  const logged = withLogging(log, clock);
  return async <Answer extends { readonly status: number }>(
    request: ReadRequest,
    send: (limits: TransportLimits) => Promise<Answer>,
  ): Promise<Answer> => {
    // All requests of a run listen to one stop signal, so many listeners are not a leak.
    setMaxListeners(0, request.signal);
    const answers: Answer[] = [];
    const attempt: SendTry = async () => {
      stopSignal.throwIfAborted();
      const answer = await send(limits);
      answers.push(answer);
      return { status: answer.status, headers: {}, body: null, requestId: undefined };
    };
    await logged(retry(paced(attempt)))(request);
    const [answer] = answers;
    if (answer === undefined) throw new Error('A sent request has an answer');
    return answer;
  };
}
