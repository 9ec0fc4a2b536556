import type { ApiRequest, ApiResponse } from './send.ts';

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
  return { request, body, headers: {}, mayStart: () => true };
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
