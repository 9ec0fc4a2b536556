import type { JsonValue } from '../core/json.ts';
import type { ByteBody } from '../core/world.ts';

/**
 * Writes the intent of a request that changes something to the disk. It is called just before each physical
 * send, so that each send has its own time (docs/guarantees.md, W2). If the promise rejects, nothing is sent.
 */
export type BeforeSend = () => Promise<void>;

interface CommonRequest {
  /** The path and query, byte by byte as they are signed and sent. */
  readonly target: string;
  readonly body?: JsonValue;
  /** A body that is not JSON, instead of `body`. Not allowed if the transport signs its requests. */
  readonly payload?: Payload;
  /** An Authorization header for this request. Not allowed if the transport signs its requests. */
  readonly authorization?: string;
  /**
   * Another origin than that of the transport, for a URL that the service has signed. Not allowed if the
   * transport signs its requests.
   */
  readonly origin?: string;
  readonly signal: AbortSignal;
  /** Maximum time for one try, ms. If absent, that of the transport. */
  readonly deadlineMs?: number;
  /** Reads the answer itself, if it can; see `ReadAnswer`. */
  readonly readAnswer?: ReadAnswer;
}

/**
 * Reads an answer whose texts are not decoded yet: each of their characters is one byte of UTF-8. For large
 * answers, this needs half the time of `JSON.parse` on decoded text. `decode` decodes a text. Returns false if the
 * answer is not as expected. The response then contains the whole answer as its body; otherwise, its body is null.
 */
export type ReadAnswer = (answer: JsonValue, decode: DecodeText) => boolean;

export type DecodeText = (text: string) => string;

/** A form or a file as the body of a request. It is read again for each try. */
export interface Payload {
  readonly contentType: string;
  /** The bytes, or a function that creates them when a try is sent. */
  readonly bytes: ByteBody | (() => Promise<ByteBody>);
}

/**
 * A request that changes nothing that can be seen. So it may be sent again if its result is unknown. The
 * upload of a part is such a request, because parts are not visible until the upload is completed.
 */
export interface ReadRequest extends CommonRequest {
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly mutates: false;
}

/** A request that changes something. Its intent must be on the disk before it is sent. */
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
  /** null if the answer has no body, as after a 204 or the upload of a part. */
  readonly body: JsonValue;
  readonly requestId: string | undefined;
}

/** Sends a request. If it fails, it rejects with a `ClassifiedError`. */
export type Send = (request: ApiRequest) => Promise<ApiResponse>;

/** Wraps a `Send` to add one feature. */
export type Layer = (next: Send) => Send;

/**
 * The permission that a caller passes to the transport so that it may send a request that changes something.
 */
export interface SendPermit {
  readonly beforeSend: BeforeSend;
  readonly signal: AbortSignal;
}

/**
 * The parts of a request that a signature protects. `date` is the text of the Date header; `body` is the text
 * exactly as it is sent.
 */
export interface SignableRequest {
  readonly method: string;
  readonly target: string;
  readonly contentType: string;
  readonly date: string;
  readonly body: string | null;
}

/** Creates the headers that authenticate a request. It is called for each try. */
export type Signer = (request: SignableRequest) => Readonly<Record<string, string>>;

/** One try to send a request, with the headers and limits that the layers have added so far. */
export interface OneTry {
  readonly request: ApiRequest;
  /** JSON text. Exactly these bytes are signed and sent. */
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Called just before the request is written to the socket; see `WireRequest.mayStart`. */
  readonly mayStart: () => boolean;
}

/** Sends one try. If it fails, it rejects with a `ClassifiedError`. */
export type SendTry = (attempt: OneTry) => Promise<ApiResponse>;

/** Wraps a `SendTry` to add one feature. It sees each try, while a `Layer` sees only the whole request. */
export type TryLayer = (next: SendTry) => SendTry;

/** Prepares a try, before any layer changes it. */
export function prepareTry(request: ApiRequest): OneTry {
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  const { authorization } = request;
  const headers = authorization === undefined ? {} : { authorization };
  return { request, body, headers, mayStart: () => true };
}

/** The name of a request in messages. It has no query, which may contain private data. */
export function requestName(request: ApiRequest): string {
  return `${request.method} ${pathWithoutQuery(request.target)}`;
}

/** Removes the query from a target. */
export function pathWithoutQuery(target: string): string {
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}
