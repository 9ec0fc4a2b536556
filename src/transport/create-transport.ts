import { setMaxListeners } from 'node:events';
import { createRedactor, type Redact } from '../core/redact-secrets.ts';
import type { World } from '../core/world.ts';
import { type ApiDialect, REST_V07 } from './api-dialect.ts';
import type { Gate } from './gate.ts';
import { createHttpSend } from './http-send.ts';
import { pathWithoutQuery, type Send, type SendTry, type Signer } from './send.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import { DEFAULT_LIMITS, type TransportLimits } from './transport-limits.ts';
import { type TransportListener, withGate } from './with-gate.ts';
import { withJournal } from './with-journal.ts';
import { type RequestLog, withLogging } from './with-logging.ts';
import { withRetry } from './with-retry.ts';
import { withSigning } from './with-signing.ts';
import { withTrustedClock } from './with-trusted-clock.ts';

/** The parts of a transport. */
export interface TransportOptions {
  readonly world: Pick<World, 'http' | 'clock' | 'random' | 'crash'>;
  /** Scheme, host and port of the API. */
  readonly origin: string;
  /** Default: the REST API v0.7. */
  readonly dialect?: ApiDialect;
  /** null for APIs without a REST signature: the Upload API and the storage of its parts. */
  readonly signer: Signer | null;
  /** Shared by all transports of the same origin and public key. */
  readonly gate: Gate;
  /** Aborts when no new request may be sent; if absent, requests are always allowed. */
  readonly stopSignal?: AbortSignal;
  /** `ucbulk/<version>`. */
  readonly userAgent: string;
  readonly log?: RequestLog;
  readonly onEvent?: TransportListener;
  readonly limits?: Partial<TransportLimits>;
  /** Replaces secrets in quoted answers; default: signatures and our own headers. */
  readonly redact?: Redact;
  /** The clock of the service, if several transports share one; by default, each transport has its own. */
  readonly serverClock?: ServerClock;
  /** Sends a request only to learn the service's time, if the clock is not trusted. */
  readonly resyncClock?: () => Promise<void>;
}

/** Sends the requests of one project to one API. */
export interface Transport {
  readonly send: Send;
  /**
   * The service's time, ms since 1970. Age filters and intents use this time because the local clock may be
   * wrong.
   */
  serverNow(): number;
}

/**
 * Combines the layers of a transport. Outermost first, with the reason for each place:
 * - log: records the result that the caller receives
 * - retry: outside the gate, so that a retry queues like any other request
 * - gate: outside the journal, because an intent must not age in the queue
 * - trusted clock: inside the gate, because the machine may sleep during a wait for a slot; outside the
 * journal, because an intent must not age
 * - journal: outside the signature, because a commit takes time and the signed Date should be fresh
 * - sign: directly before HTTP, so that each try is signed when it is sent
 * - HTTP
 */
export function createTransport(options: TransportOptions): Transport {
  const { world, origin, signer, gate, userAgent, stopSignal } = options;
  const { clock, random, http } = world;
  const dialect = options.dialect ?? REST_V07;
  const log = dialect.logsQuery ? (options.log ?? ignore) : withoutQuery(options.log ?? ignore);
  const onEvent = options.onEvent ?? ignore;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const serverClock = options.serverClock ?? createServerClock(clock);

  const redact = options.redact ?? createRedactor([]);
  const overHttp = createHttpSend({
    http,
    serverClock,
    origin,
    dialect,
    userAgent,
    limits,
    redact,
  });
  const signed =
    signer === null ? overHttp : ownOriginOnly(withSigning(signer, serverClock, onEvent)(overHttp));
  const journaled = withJournal(world, limits.writeMarginMs, onEvent)(signed);
  const timely = withTrustedClock(
    serverClock,
    options.resyncClock ?? (async () => undefined),
  )(journaled);
  const paced = withGate(gate, clock, onEvent)(timely);
  const retried = withRetry({ clock, random, limits, log, stopSignal, onEvent })(paced);
  const logged = withLogging(log, clock)(retried);
  let unlimited: AbortSignal | null = null;
  const send: Send = (request) => {
    // All requests of a run listen to one stop signal, so many listeners are not a leak.
    if (request.signal !== unlimited) setMaxListeners(0, request.signal);
    unlimited = request.signal;
    return logged(request);
  };
  return { send, serverNow: () => serverClock.now() };
}

/**
 * Refuses signed requests to another origin or with a body that is not JSON. A signature does not cover them,
 * so such a request is a bug.
 */
function ownOriginOnly(next: SendTry): SendTry {
  return async (attempt) => {
    const { origin, payload, authorization } = attempt.request;
    const isOwn = origin === undefined && payload === undefined && authorization === undefined;
    if (isOwn) return next(attempt);
    throw new Error('A signed request goes to its own origin, and its body is JSON');
  };
}

function withoutQuery(log: RequestLog): RequestLog {
  return (line) => log({ ...line, target: pathWithoutQuery(line.target) });
}

function ignore(): void {}
