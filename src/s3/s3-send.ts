import { setMaxListeners } from 'node:events';
import { ClassifiedError } from '../core/failure.ts';
import { createRedactor } from '../core/redact-secrets.ts';
import type { ByteBody, WireResponse, World } from '../core/world.ts';
import { WireError } from '../core/world.ts';
import { classifyWireError } from '../transport/classify-wire-error.ts';
import type { Gate } from '../transport/gate.ts';
import type { ReadRequest, SendTry } from '../transport/send.ts';
import { createServerClock, type ServerClock } from '../transport/server-clock.ts';
import { DEFAULT_LIMITS, type TransportLimits } from '../transport/transport-limits.ts';
import { type TransportListener, withGate } from '../transport/with-gate.ts';
import { type RequestLog, withLogging } from '../transport/with-logging.ts';
import { withRetry } from '../transport/with-retry.ts';
import type { BucketKeys } from './bucket-keys.ts';
import type { KeyProvider } from './credentials.ts';
import { s3Failure } from './s3-failure.ts';
import { formatQuery, signHeaders } from './sign.ts';

/** A request to a bucket. It may be repeated without harm. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The encoded path. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: ByteBody;
  /** The key of the object; null for a request about the whole bucket. */
  readonly key: string | null;
  readonly signal: AbortSignal;
  readonly deadlineMs?: number;
  /** Finds a fault in the body of a success, such as a page of a proxy. The request is then sent again. */
  readonly faultIn?: (answer: WireResponse) => ClassifiedError | null;
}

/** The environment of the requests to buckets. */
export interface S3Environment {
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
  /** Counts the requests by their method and purpose. */
  readonly count?: (method: S3Request['method']) => void;
}

/** One bucket on one server. */
export interface S3Server {
  readonly origin: string;
  /** Such as `s3://shop-media`, for messages. */
  readonly name: string;
  readonly region: string;
  readonly keys: KeyProvider;
}

/** Sends requests to a bucket. */
export type S3Send = (request: S3Request) => Promise<WireResponse>;

/**
 * Creates the function that sends requests to a bucket. Each try is signed when it is sent, with keys that are valid
 * then and with the time of the server. Retries what may succeed later; all requests can be repeated without harm.
 */
export function createS3Send(
  server: S3Server,
  env: S3Environment,
): {
  readonly send: S3Send;
  readonly clock: ServerClock;
} {
  const { clock, random } = env.world;
  const serverClock = createServerClock(clock);
  const { unreachableMs = DEFAULT_LIMITS.unreachableMs, log, onEvent, stopSignal } = env;
  const limits: TransportLimits = { ...DEFAULT_LIMITS, unreachableMs };
  const retry = withRetry({ clock, random, limits, log, onEvent, stopSignal });
  const paced = withGate(env.gate, clock, onEvent);
  const logged = withLogging(log, clock);
  const send: S3Send = async (request) => {
    // All requests of a run listen to one stop signal, so many listeners are not a leak.
    setMaxListeners(0, request.signal);
    let answer: WireResponse | null = null;
    const attempt: SendTry = async () => {
      stopSignal.throwIfAborted();
      answer = await sendOnce(request, server, { env, serverClock, limits });
      return { status: answer.status, headers: {}, body: null, requestId: undefined };
    };
    await logged(retry(paced(attempt)))(readRequest(request, server));
    if (answer === null) throw new Error('A sent request has an answer');
    return answer;
  };
  return { send, clock: serverClock };
}

/** The request as logs and messages name it. The query may contain a signature, so it is left out. */
function readRequest({ method, path, signal }: S3Request, { origin }: S3Server): ReadRequest {
  return { method, target: path, origin, mutates: false, signal };
}

async function sendOnce(
  request: S3Request,
  server: S3Server,
  {
    env,
    serverClock,
    limits,
  }: { env: S3Environment; serverClock: ServerClock; limits: TransportLimits },
): Promise<WireResponse> {
  const { method, path, query = {}, body, signal, deadlineMs = limits.deadlineMs } = request;
  const { origin, region } = server;
  const keys = await server.keys.keys();
  const now = serverClock.now();
  const unsigned = { method, origin, path, query, headers: request.headers ?? {} };
  const headers = await signHeaders(unsigned, { keys, region, now });
  const text = formatQuery(query);
  const sentAt = serverClock.moment();
  env.count?.(method);
  const answer = await env.world
    .http({
      method,
      origin,
      target: text === '' ? path : `${path}?${text}`,
      headers: { 'user-agent': env.userAgent, ...headers },
      body: null,
      ...(body !== undefined && { bytes: body }),
      deadlineMs,
      maxBytes: limits.maxBytes,
      signal,
      mayStart: () => true,
    })
    .catch((error: unknown) => {
      throw error instanceof WireError ? wireFailure(request, server, error) : error;
    });
  if (answer.status >= 200 && answer.status < 300) {
    serverClock.observe({ date: answer.headers['date'], sentAt });
    const fault = request.faultIn?.(answer) ?? null;
    if (fault !== null) throw fault;
    return answer;
  }
  throw answeredFailure(request, answer, { server, keys, serverClock, sentAt });
}

function wireFailure(request: S3Request, server: S3Server, error: WireError): ClassifiedError {
  return classifyWireError(readRequest(request, server), error);
}

function answeredFailure(
  { method, key }: S3Request,
  answer: WireResponse,
  {
    server,
    keys,
    serverClock,
    sentAt,
  }: {
    server: S3Server;
    keys: BucketKeys;
    serverClock: ServerClock;
    sentAt: ReturnType<ServerClock['moment']>;
  },
): ClassifiedError {
  const place = key === null ? server.name : `${server.name}/${key}`;
  const failure = s3Failure({ method, place, key }, answer);
  if (failure.code === 'clock_skew') {
    serverClock.observe({ date: answer.headers['date'], sentAt, isRefusal: true });
  }
  const renewed = failure.code === 'expired_token' && server.keys.renew();
  const redact = createRedactor([keys.secretAccessKey, keys.sessionToken ?? '']);
  return new ClassifiedError({
    kind: renewed ? 'transient' : failure.kind,
    effect: 'none',
    code: failure.code,
    message: redact(failure.message),
    status: answer.status,
    ...(!renewed && failure.fatalCause !== undefined && { fatalCause: failure.fatalCause }),
    ...(failure.code === 'clock_skew' && { cause: clockFailure(failure.message) }),
  });
}

/** The failure that the user sees if a request is refused for its time although it has the time of the server. */
function clockFailure(message: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'clock_skew',
    message: `${message}. Correct the clock of this machine`,
    fatalCause: 'configuration',
  });
}
