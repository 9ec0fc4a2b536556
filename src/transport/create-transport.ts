import { setMaxListeners } from 'node:events';
import { createRedactor, type Redact } from '../core/redact-secrets.ts';
import type { World } from '../core/world.ts';
import { type ApiDialect, REST_V07 } from './api-dialect.ts';
import type { Gate } from './gate.ts';
import { createHttpSend } from './http-send.ts';
import { pathOf, type Send, type SendTry, type Signer } from './send.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import { DEFAULT_LIMITS, type TransportLimits } from './transport-limits.ts';
import { type TransportListener, withGate } from './with-gate.ts';
import { withJournal } from './with-journal.ts';
import { type RequestLog, withLogging } from './with-logging.ts';
import { withRetry } from './with-retry.ts';
import { withSigning } from './with-signing.ts';
import { withSureTime } from './with-sure-time.ts';

/** What a transport is made of. */
export interface TransportOptions {
  readonly world: Pick<World, 'http' | 'clock' | 'random' | 'crash'>;
  /** Scheme, host and port of the API. */
  readonly origin: string;
  /** The REST API v0.7 where absent. */
  readonly dialect?: ApiDialect;
  /** null for what takes no REST signature: the Upload API and the storage of its parts. */
  readonly signer: Signer | null;
  /** Shared by all transports of the same origin and public key. */
  readonly gate: Gate;
  /** Aborts when nothing new may leave; never, where absent. */
  readonly brake?: AbortSignal;
  /** `ucbulk/<version>`. */
  readonly userAgent: string;
  readonly log?: RequestLog;
  readonly onEvent?: TransportListener;
  readonly limits?: Partial<TransportLimits>;
  /** Replaces secrets in what an answer is quoted with; signatures and our headers where absent. */
  readonly redact?: Redact;
  /** The clock of the service, where others ask it too; default one of the transport's own. */
  readonly serverClock?: ServerClock;
  /** Asks for the service's time where it is not sure. */
  readonly becomeSure?: () => Promise<void>;
}

/** One project's way to the service. */
export interface Transport {
  readonly send: Send;
  /** The service's clock (ms since 1970), for age filters and intents: ours may be wrong. */
  serverNow(): number;
}

/**
 * The stack, outermost first, and why in this order:
 * - log: says what the caller got
 * - retry: outside the gate, so that a retry queues again like everyone else
 * - gate: outside the journal, since an intent must not grow old in the queue
 * - sure time: inside the gate, where a machine may sleep; outside the journal, whose intent must not grow old
 * - journal: outside the signature, since a commit takes time and a Date should be fresh
 * - sign: next to the wire, so that each try is signed at the moment it leaves
 * - HTTP
 */
export function createTransport(options: TransportOptions): Transport {
  const { world, origin, signer, gate, userAgent, brake } = options;
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
  const journaled = withJournal(world, limits.writeMarginMs)(signed);
  const timely = withSureTime(
    serverClock,
    options.becomeSure ?? (async () => undefined),
  )(journaled);
  const paced = withGate(gate, clock, onEvent)(timely);
  const retried = withRetry({ clock, random, limits, log, brake, onEvent })(paced);
  const logged = withLogging(log, clock)(retried);
  const send: Send = (request) => {
    // All requests of a run wait for the same stop signal: many listeners are no leak here.
    setMaxListeners(0, request.signal);
    return logged(request);
  };
  return { send, serverNow: () => serverClock.now() };
}

/** A signature is for one origin and for JSON: anything else would be our bug, and is not sent. */
function ownOriginOnly(next: SendTry): SendTry {
  return async (attempt) => {
    const { origin, payload, authorization } = attempt.request;
    const isOwn = origin === undefined && payload === undefined && authorization === undefined;
    if (isOwn) return next(attempt);
    throw new Error('A signed request goes to its own origin, and its body is JSON');
  };
}

function withoutQuery(log: RequestLog): RequestLog {
  return (line) => log({ ...line, target: pathOf(line.target) });
}

function ignore(): void {}
