import type { JsonValue } from '../core/json.ts';
import type { ByteBody } from '../core/world.ts';

/**
 * Makes the intent of a mutation durable. Called after the slot is granted, and again before every physical
 * send, so that each send has its own intent time (guarantees W2). If the promise rejects, nothing is sent.
 */
export type BeforeSend = () => Promise<void>;

interface CommonRequest {
  /** The path and query. Exactly these bytes are signed and sent. */
  readonly target: string;
  readonly body?: JsonValue;
  /** Replaces `body` when the body is not JSON. Never allowed on a transport that signs. */
  readonly payload?: Payload;
  /** The request's own Authorization header. Never allowed on a transport that signs. */
  readonly authorization?: string;
  /**
   * Replaces the transport's origin: the host of a presigned URL. Never allowed on a transport that
   * signs.
   */
  readonly origin?: string;
  readonly signal: AbortSignal;
  /** Total time for one try, ms; default: the transport's. */
  readonly deadlineMs?: number;
}

/** A form or a file; every try reads it anew. */
export interface Payload {
  readonly contentType: string;
  readonly bytes: ByteBody;
}

/**
 * A request that changes nothing, so that it may be retried after an unclear failure. Includes PUT of an
 * upload part: a part stays invisible until the upload is completed.
 */
export interface ReadRequest extends CommonRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly mutates: false;
}

/** A request that changes something. Its intent must be durable before it is sent. */
export interface MutationRequest extends CommonRequest {
  readonly method: 'DELETE' | 'PATCH' | 'POST' | 'PUT';
  readonly mutates: true;
  readonly beforeSend: BeforeSend;
}

/** A request from the client to the transport. */
export type ApiRequest = ReadRequest | MutationRequest;

/** A complete answer with a 2xx status and a parsed body. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** null if the answer has no body (204, a stored part). */
  readonly body: JsonValue;
  readonly requestId: string | undefined;
}

/** Sends a request; rejects with a `ClassifiedError` only. */
export type Send = (request: ApiRequest) => Promise<ApiResponse>;

/** Adds one concern to a `Send`. */
export type Layer = (next: Send) => Send;

/** The permission to send a mutation, passed from its caller to the transport. */
export interface SendPermit {
  readonly beforeSend: BeforeSend;
  readonly signal: AbortSignal;
}

/**
 * The parts that a signature covers. `date` is the text of the Date header, `body` the text on the
 * wire.
 */
export interface SignableRequest {
  readonly method: string;
  readonly target: string;
  readonly contentType: string;
  readonly date: string;
  readonly body: string | null;
}

/** Makes the headers that authenticate a request; called anew for every try. */
export type Signer = (request: SignableRequest) => Readonly<Record<string, string>>;

/** One physical request and the decisions of the layers that it passed so far. */
export interface OneTry {
  readonly request: ApiRequest;
  /** JSON text: exactly the bytes that are signed are sent. */
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Called when the request is written to the socket; see `WireRequest.mayStart`. */
  readonly mayStart: () => boolean;
}

/** Sends one try; rejects with a `ClassifiedError` only. */
export type SendTry = (attempt: OneTry) => Promise<ApiResponse>;

/** A layer below the retries, which sees every try separately. */
export type TryLayer = (next: SendTry) => SendTry;

/** Prepares a try, before any layer changes it. */
export function prepareTry(request: ApiRequest): OneTry {
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  const { authorization } = request;
  const headers = authorization === undefined ? {} : { authorization };
  return { request, body, headers, mayStart: () => true };
}

/** The name of a request in messages. Omits the query, which may contain private data. */
export function requestName(request: ApiRequest): string {
  return `${request.method} ${pathWithoutQuery(request.target)}`;
}

/** Removes the query from a target. */
export function pathWithoutQuery(target: string): string {
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}
