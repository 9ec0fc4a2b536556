import type { EmulatorRequest } from '../protocol/emulator-request.ts';
import { S3Refusal } from './s3-refusal.ts';

/** The beginning of the path of every request to the S3 face of the emulator. */
export const S3_PREFIX = '/s3/';

/** A request to the S3 face: its bucket, key and query, decoded. */
export interface S3Request {
  readonly request: EmulatorRequest;
  readonly method: string;
  /** Empty for a request that names no bucket. */
  readonly bucket: string;
  /** Empty for a request to the bucket itself. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Emulated time, in ms since 1970. */
  readonly nowMs: number;
}

/** True if the path leads to the S3 face. */
export function isS3Path(path: string): boolean {
  return path.startsWith(S3_PREFIX) || path === '/s3';
}

/** Splits a target into bucket, key and query. Throws a refusal if its encoding is wrong. */
export function readS3Request(request: EmulatorRequest, nowMs: number): S3Request {
  const [path = ''] = request.target.split('?', 1);
  const rest = path.slice(S3_PREFIX.length);
  const slash = rest.indexOf('/');
  const { body } = request;
  return {
    request,
    method: request.method,
    bucket: decodePart(slash < 0 ? rest : rest.slice(0, slash)),
    key: slash < 0 ? '' : decodePart(rest.slice(slash + 1)),
    query: new Map(queryPairs(request.target)),
    body: typeof body === 'string' ? Buffer.from(body) : body,
    nowMs,
  };
}

/** The decoded names and values of the query, in the order of the target. */
export function queryPairs(target: string): [name: string, value: string][] {
  const start = target.indexOf('?');
  if (start < 0) return [];
  const pairs = target.slice(start + 1).split('&');
  return pairs
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      const value = equals < 0 ? '' : pair.slice(equals + 1);
      return [decodePart(name.replaceAll('+', ' ')), decodePart(value.replaceAll('+', ' '))];
    });
}

/** Decodes percent-encoded UTF-8. */
function decodePart(text: string): string {
  const decoded = decodedOrNull(text);
  if (decoded !== null) return decoded;
  throw new S3Refusal(400, 'InvalidURI', "Couldn't parse the specified URI.");
}

function decodedOrNull(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Encodes a text for a signature: every character but letters, digits and `-._~` is percent-encoded. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
