/** Request headers with their names in lower case. The fields here are the ones that the emulator reads. */
export interface RequestHeaders {
  readonly accept?: string | undefined;
  readonly authorization?: string | undefined;
  readonly date?: string | undefined;
  readonly host?: string | undefined;
  readonly [name: string]: string | undefined;
}

/**
 * A request exactly as the client sent it. Nothing is decoded, because the signature covers the original
 * characters.
 */
export interface EmulatorRequest {
  readonly method: string;
  /** Path and query, exactly as the client sent them. */
  readonly target: string;
  /** The header names are in lower case. */
  readonly headers: RequestHeaders;
  readonly body: Buffer | string;
  readonly remote?: { readonly address: string | undefined };
  /**
   * False if the request came over plain HTTP. Requests from this machine always count as HTTPS. Default
   * true.
   */
  readonly isHttps?: boolean;
}

/**
 * A fault in the connection. The HTTP server carries it out. A caller of `handle` without a server must carry
 * it out itself.
 */
export type SocketFault =
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'truncate'; readonly keepBytes: number }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'delay'; readonly ms: number };

/**
 * An answer. Header names are in lower case. Status 0 means that no answer is sent: the connection is closed,
 * or it stays open without an answer.
 */
export interface EmulatorResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
  readonly fault?: SocketFault;
}

/** The path of a request, without the query. */
export function pathOf(request: EmulatorRequest): string {
  return request.target.split('?', 1)[0] ?? '';
}

/** The names and values in the query, in order. If a name appears twice, the last value counts. */
export function queryOf(request: EmulatorRequest): Map<string, string> {
  const query = new Map<string, string>();
  const start = request.target.indexOf('?');
  if (start < 0) return query;
  for (const pair of request.target.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const [name = '', ...value] = pair.split('=');
    query.set(decodeFormText(name), decodeFormText(value.join('=')));
  }
  return query;
}

/** True if the request comes from this machine, or was made by `handle` without a network. */
export function isLoopback(request: EmulatorRequest): boolean {
  const address = request.remote?.address;
  if (request.remote === undefined) return true;
  return address === '::1' || (address?.replace('::ffff:', '').startsWith('127.') ?? false);
}

function decodeFormText(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
