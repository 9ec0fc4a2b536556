import { ClassifiedError } from '../core/failure.ts';
import { createRedactor } from '../core/redact-secrets.ts';
import { type ByteBody, WireError, type WireResponse } from '../core/world.ts';
import { classifyWireError } from '../transport/classify-wire-error.ts';
import { createRepeatableSend, type RepeatableEnvironment } from '../transport/repeatable-send.ts';
import type { ReadRequest } from '../transport/send.ts';
import { createServerClock, type ServerClock } from '../transport/server-clock.ts';
import type { TransportLimits } from '../transport/transport-limits.ts';
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
  env: RepeatableEnvironment,
): {
  readonly send: S3Send;
  readonly clock: ServerClock;
} {
  const serverClock = createServerClock(env.world.clock);
  const sendRepeatable = createRepeatableSend(env);
  const send: S3Send = (request) =>
    sendRepeatable(toReadRequest(request, server), (limits) =>
      sendOnce(request, server, { env, serverClock, limits }),
    );
  return { send, clock: serverClock };
}

/** The request as logs and messages name it. The query may contain a signature, so it is left out. */
function toReadRequest({ method, path, signal }: S3Request, { origin }: S3Server): ReadRequest {
  return { method, target: path, origin, mutates: false, signal };
}

async function sendOnce(
  request: S3Request,
  server: S3Server,
  {
    env,
    serverClock,
    limits,
  }: { env: RepeatableEnvironment; serverClock: ServerClock; limits: TransportLimits },
): Promise<WireResponse> {
  const { method, path, query = {}, body, signal, deadlineMs = limits.deadlineMs } = request;
  const { origin, region } = server;
  const keys = await server.keys.keys();
  const now = serverClock.now();
  const unsigned = { method, origin, path, query, headers: request.headers ?? {} };
  const headers = await signHeaders(unsigned, { keys, region, now });
  const text = formatQuery(query);
  const sentAt = serverClock.moment();
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
  return classifyWireError(toReadRequest(request, server), error);
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
  // The server may repeat the keys in its message.
  const redact = createRedactor([keys.secretAccessKey, keys.sessionToken ?? '']);
  const failure = s3Failure({ method, place, key }, answer, redact);
  if (failure.code === 'clock_skew') {
    serverClock.observe({ date: answer.headers['date'], sentAt, isRefusal: true });
  }
  const renewed = failure.code === 'expired_token' && server.keys.renew();
  return new ClassifiedError({
    kind: renewed ? 'transient' : failure.kind,
    effect: 'none',
    code: failure.code,
    message: failure.message,
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
