import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { BucketKeys } from './bucket-keys.ts';

/** A request to a bucket before it is signed. */
export interface UnsignedRequest {
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** The path, already encoded, as it is sent. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The keys, the region and the time with which a request is signed. */
export interface Signing {
  readonly keys: BucketKeys;
  readonly region: string;
  /** Server time, ms since 1970. */
  readonly now: number;
}

/** Requests over TLS need no hash of their body, and a body that is streamed has none yet. */
const UNSIGNED = 'UNSIGNED-PAYLOAD';

/** Signs a request with Signature Version 4. Returns the headers to send. */
export async function signHeaders(
  request: UnsignedRequest,
  signing: Signing,
): Promise<Readonly<Record<string, string>>> {
  const unsigned = { ...request.headers, 'x-amz-content-sha256': UNSIGNED };
  const signed = await signerFor(signing).sign(toRequest(request, unsigned), {
    signingDate: new Date(signing.now),
  });
  const { host: _, ...headers } = signed.headers;
  return headers;
}

/** Returns the target (path and query) of a URL with which everybody can make the request for `seconds`. */
export async function signTarget(
  request: UnsignedRequest,
  signing: Signing,
  seconds: number,
): Promise<string> {
  const unsigned = { ...request.headers, 'x-amz-content-sha256': UNSIGNED };
  const signed = await signerFor(signing).presign(toRequest(request, unsigned), {
    signingDate: new Date(signing.now),
    expiresIn: seconds,
  });
  return `${signed.path}?${formatQuery((signed.query ?? {}) as Record<string, string>)}`;
}

function signerFor({ keys, region }: Signing): SignatureV4 {
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  return new SignatureV4({
    service: 's3',
    region,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
    },
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
}

function toRequest(
  { method, origin, path, query }: UnsignedRequest,
  headers: Readonly<Record<string, string>>,
) {
  const { protocol, hostname, host, port } = new URL(origin);
  return {
    method,
    protocol,
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path,
    query: { ...query },
    headers: { ...headers, host },
  };
}

/** Writes a query as Signature Version 4 encodes it: sorted, and each character but the unreserved ones encoded. */
export function formatQuery(query: Readonly<Record<string, string>>): string {
  return Object.keys(query)
    .sort()
    .map((name) => `${encode(name)}=${encode(query[name] ?? '')}`)
    .join('&');
}

/** Encodes a key for a path. Slashes stay, and so do `.` and `..`, which most programs would take away. */
export function encodeKey(key: string): string {
  return key.split('/').map(encode).join('/');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The hash that the signer needs, on node:crypto. */
class Sha256 {
  readonly #secret: Uint8Array | string | undefined;
  #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: unknown) {
    this.#secret = secret as Uint8Array | string | undefined;
    this.#hash = this.#create();
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#create();
  }

  #create() {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }
}
