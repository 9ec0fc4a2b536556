import { S3Refusal, s3Refusals } from './s3-refusal.ts';
import type { S3Request } from './s3-request.ts';

/** The keys and the scope for which a request is signed. */
export interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  /** Day, region, service and ending, as in `20260601/eu-west-1/s3/aws4_request`. */
  readonly scope: string;
}

/** Everything in a request that its signature needs, from its headers or from its query. */
export interface SignedRequest {
  readonly credential: Credential;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** The time of the signature, as in `20260601T120000Z`. */
  readonly date: string;
  readonly signedAt: number;
  /** How long a presigned URL is valid. Null if the signature is in a header. */
  readonly expiresMs: number | null;
  /** The SHA-256 of the body, or `UNSIGNED-PAYLOAD`. */
  readonly payload: string;
  readonly token: string | undefined;
}

const MAX_EXPIRES_SECONDS = 604_800;
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const HEADER =
  /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/** Reads the signature of a request from its query or its headers. Throws a refusal if it has none. */
export function readCredential(s3: S3Request): SignedRequest {
  const { query, request } = s3;
  const { authorization } = request.headers;
  const isPresigned = query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm');
  if (isPresigned && authorization !== undefined) {
    const text = 'Only one auth mechanism allowed';
    throw s3Refusals.invalidArgument(text, 'Authorization', authorization);
  }
  if (isPresigned) return presignedParts(query);
  if (authorization === undefined) throw s3Refusals.accessDenied();
  return headerParts(s3, authorization);
}

function headerParts({ request }: S3Request, authorization: string): SignedRequest {
  const [, given = '', names = '', signature = ''] = HEADER.exec(authorization) ?? [];
  const credential = parseCredential(given, (text) => malformedHeader(text));
  if (signature === '') throw malformedHeader('The authorization header is malformed.');
  const payload = request.headers['x-amz-content-sha256'];
  if (payload === undefined) {
    throw s3Refusals.invalidRequest(
      'Missing required header for this request: x-amz-content-sha256',
    );
  }
  if (payload.startsWith('STREAMING-')) throw s3Refusals.notImplemented('x-amz-content-sha256');
  const date = request.headers['x-amz-date'] ?? compactDate(request.headers.date ?? '');
  const signedAt = parseDate(date);
  if (signedAt === null) {
    throw s3Refusals.accessDenied('AWS authentication requires a valid Date or x-amz-date header');
  }
  checkDay(credential, date, malformedHeader);
  const token = request.headers['x-amz-security-token'];
  const signedHeaders = names.split(';');
  return { credential, signedHeaders, signature, date, signedAt, expiresMs: null, payload, token };
}

function presignedParts(query: ReadonlyMap<string, string>): SignedRequest {
  const get = (name: string) => query.get(`X-Amz-${name}`) ?? '';
  if (get('Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw malformedQuery('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const credential = parseCredential(get('Credential'), malformedQuery);
  const date = get('Date');
  const signedAt = parseDate(date);
  if (signedAt === null) throw malformedQuery('X-Amz-Date must be in the ISO8601 Long Format');
  checkDay(credential, date, malformedQuery);
  const seconds = Number(get('Expires') || Number.NaN);
  if (!Number.isInteger(seconds)) throw malformedQuery('X-Amz-Expires should be a number');
  if (seconds < 1) throw malformedQuery('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES_SECONDS) {
    throw malformedQuery('X-Amz-Expires must be less than a week (in seconds)');
  }
  return {
    credential,
    signedHeaders: get('SignedHeaders').split(';'),
    signature: get('Signature'),
    date,
    signedAt,
    expiresMs: seconds * 1000,
    payload: 'UNSIGNED-PAYLOAD',
    token: query.get('X-Amz-Security-Token'),
  };
}

function parseCredential(text: string, refuse: (message: string) => S3Refusal): Credential {
  const parts = text.split('/');
  const [day = '', region = '', service = '', ending = ''] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join('/');
  if (accessKeyId === '' || service !== 's3' || ending !== 'aws4_request') {
    throw refuse('The Credential is malformed; expecting "<KEY>/YYYYMMDD/REGION/s3/aws4_request".');
  }
  return { accessKeyId, region, scope: [day, region, service, ending].join('/') };
}

function checkDay(
  { scope }: Credential,
  date: string,
  refuse: (message: string) => S3Refusal,
): void {
  if (scope.startsWith(`${date.slice(0, 8)}/`)) return;
  throw refuse(`Invalid credential date "${scope.slice(0, 8)}". It must match the request's date.`);
}

function parseDate(date: string): number | null {
  const iso = date.replace(DATE, '$1-$2-$3T$4:$5:$6Z');
  const ms = iso === date ? Number.NaN : Date.parse(iso);
  return Number.isNaN(ms) ? null : ms;
}

function compactDate(httpDate: string): string {
  const ms = Date.parse(httpDate);
  if (Number.isNaN(ms)) return '';
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

function malformedHeader(message: string): S3Refusal {
  return new S3Refusal(400, 'AuthorizationHeaderMalformed', message);
}

function malformedQuery(message: string): S3Refusal {
  return new S3Refusal(400, 'AuthorizationQueryParametersError', message);
}
