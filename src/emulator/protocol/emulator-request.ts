/** Request headers by lower-case name. The named ones are those that the emulator reads. */
export interface RequestHeaders {
  readonly accept?: string | undefined;
  readonly authorization?: string | undefined;
  readonly date?: string | undefined;
  readonly host?: string | undefined;
  readonly [name: string]: string | undefined;
}

/** A request as it was sent. Nothing is decoded, because the signature covers these characters. */
export interface EmulatorRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: RequestHeaders;
  readonly body: Buffer | string;
  readonly remote?: { readonly address: string | undefined };
  /** False for plain HTTP; a loopback address always counts as HTTPS. Default true. */
  readonly isHttps?: boolean;
}

/** A fault that the socket carries out. Without a socket, the caller does. */
export type SocketFault =
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'truncate'; readonly keepBytes: number }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'delay'; readonly ms: number };

/** An answer. Header names are in lower case; status 0 means a reset or hanging connection. */
export interface EmulatorResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
  readonly fault?: SocketFault;
}

/** The path without its query. */
export function pathOf(request: EmulatorRequest): string {
  return request.target.split('?', 1)[0] ?? '';
}

/** The query's names and values, in order. If a name is repeated, its last value counts. */
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

/** True if the peer is this machine, or if there is no network. */
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
