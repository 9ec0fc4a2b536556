import type { JsonValue } from '../core/json.ts';
import type { ByteBody } from '../core/world.ts';

/**
 * Makes the intent of a mutation durable. Awaited after the slot is granted and again before
 * every physical send (guarantees W2: every resend is a new intent time). When it rejects, nothing is sent.
 */
export type BeforeSend = () => Promise<void>;

interface CommonRequest {
  /** Path and query, sent and signed byte for byte. */
  readonly target: string;
  readonly body?: JsonValue;
  /** In place of `body`: what is no JSON. Never over a transport that signs. */
  readonly payload?: Payload;
  /** The Authorization header, if the request brings its own. Never over a transport that signs. */
  readonly authorization?: string;
  /** In place of the transport's own: the host of a presigned URL. Never over a transport that signs. */
  readonly origin?: string;
  readonly signal: AbortSignal;
  /** Total time for one try, ms; the transport's default where absent. */
  readonly deadlineMs?: number;
  /** Endpoint class for the gate: only priority and concurrency differ. */
  readonly lane?: Lane;
}

/** A form or a file; read anew for every try. */
export interface Payload {
  readonly contentType: string;
  readonly bytes: ByteBody;
}

/** Endpoint classes; all of them share one rate. */
export type Lane = 'list' | 'mutate' | 'probe' | 'poll';

/**
 * A request that changes nothing: any failure but a definite one may be tried again. PUT is a part
 * of an upload, of which nothing shows before the upload is completed.
 */
export interface ReadRequest extends CommonRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly mutates: false;
}

/** A request that changes something: it cannot be made without its durable intent. */
export interface MutationRequest extends CommonRequest {
  readonly method: 'DELETE' | 'PATCH' | 'POST' | 'PUT';
  readonly mutates: true;
  readonly beforeSend: BeforeSend;
}

/** What the client asks of the transport. */
export type ApiRequest = ReadRequest | MutationRequest;

/** A whole answer with a 2xx status, body parsed. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** null where the answer has no body (204, a stored part). */
  readonly body: JsonValue;
  readonly requestId: string | undefined;
}

/** Sends a request; rejects with a `ClassifiedError` only. */
export type Send = (request: ApiRequest) => Promise<ApiResponse>;

/** Wraps a `Send` in one more concern. */
export type Layer = (next: Send) => Send;

/** What the caller of a mutation passes on to the transport. */
export interface SendPermit {
  readonly beforeSend: BeforeSend;
  readonly signal: AbortSignal;
}

/** What a signature covers; `date` is the text of the Date header, `body` the text on the wire. */
export interface SignableRequest {
  readonly method: string;
  readonly target: string;
  readonly contentType: string;
  readonly date: string;
  readonly body: string | null;
}

/** Makes the headers that prove who asks; called anew for every try. */
export type Signer = (request: SignableRequest) => Readonly<Record<string, string>>;

/** One physical request on its way down: what the layers above decided so far. */
export interface OneTry {
  readonly request: ApiRequest;
  /** JSON text: what is signed is what is sent, byte for byte. */
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Asked at the socket write; see `WireRequest.mayStart`. */
  readonly mayStart: () => boolean;
}

/** Sends one try; rejects with a `ClassifiedError` only. */
export type SendTry = (attempt: OneTry) => Promise<ApiResponse>;

/** A layer below the retries: it sees every try on its own. */
export type TryLayer = (next: SendTry) => SendTry;

/** A try before any layer had its word. */
export function prepareTry(request: ApiRequest): OneTry {
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  const { authorization } = request;
  const headers = authorization === undefined ? {} : { authorization };
  return { request, body, headers, mayStart: () => true };
}

/** The request as messages name it: no query, so that nothing private is quoted. */
export function requestName(request: ApiRequest): string {
  return `${request.method} ${pathOf(request.target)}`;
}

/** The path of a target without its query. */
export function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}
