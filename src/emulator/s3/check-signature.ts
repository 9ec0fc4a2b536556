import { createHash, createHmac } from 'node:crypto';
import { isSameText } from '../auth/request-signature.ts';
import type { AccessKey } from './access-keys.ts';
import { type Credential, readCredential, type SignedRequest } from './credential.ts';
import { S3Refusal, s3Refusals } from './s3-refusal.ts';
import { encodeStrictly, queryPairs, type S3Request } from './s3-request.ts';

const MAX_SKEW_MS = 15 * 60_000;
const HASH = /^[0-9a-f]{64}$/;

/**
 * Checks the signature of a request (Signature Version 4, in headers or in the query) and returns the keys
 * that signed it. `region` is the region of the bucket.
 */
export function checkSignature(
  s3: S3Request,
  keys: ReadonlyMap<string, AccessKey>,
  region: string | undefined,
): AccessKey {
  const signed = readCredential(s3);
  const { credential } = signed;
  const key = keys.get(credential.accessKeyId);
  if (key === undefined) throw unknownKey(credential);
  checkTime(signed, s3.nowMs);
  if (region !== undefined && credential.region !== region) throw wrongRegion(signed, region);
  checkSignedHeaders(s3, signed);
  const canonical = canonicalRequest(s3, signed);
  const text = stringToSign(signed, canonical);
  const signature = createHmac('sha256', signingKey(key, credential)).update(text).digest('hex');
  if (!isSameText(signature, signed.signature)) {
    const fields = { StringToSign: text, CanonicalRequest: canonical };
    throw s3Refusals.signatureDoesNotMatch(fields);
  }
  checkToken(key, signed, s3.nowMs);
  checkPayload(s3, signed);
  return key;
}

function checkTime(signed: SignedRequest, nowMs: number): void {
  const serverTime = new Date(nowMs).toISOString();
  const { signedAt, expiresMs } = signed;
  if (expiresMs === null) {
    if (Math.abs(nowMs - signedAt) <= MAX_SKEW_MS) return;
    const fields = {
      RequestTime: signed.date,
      ServerTime: serverTime,
      MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
    };
    const text = 'The difference between the request time and the current time is too large.';
    throw new S3Refusal(403, 'RequestTimeTooSkewed', text, { fields });
  }
  if (signedAt - nowMs > MAX_SKEW_MS) {
    throw s3Refusals.accessDenied('Request is not yet valid', { ServerTime: serverTime });
  }
  if (nowMs <= signedAt + expiresMs) return;
  throw s3Refusals.accessDenied('Request has expired', {
    'X-Amz-Expires': String(expiresMs / 1000),
    Expires: new Date(signedAt + expiresMs).toISOString(),
    ServerTime: serverTime,
  });
}

// S3 requires a signature for the host and for every header that begins with `x-amz-`.
function checkSignedHeaders({ request }: S3Request, { signedHeaders }: SignedRequest): void {
  const sent = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'));
  const missing = ['host', ...sent].filter((name) => !signedHeaders.includes(name));
  if (missing.length === 0) return;
  throw s3Refusals.accessDenied('There were headers present in the request which were not signed', {
    HeadersNotSigned: missing.join(', '),
  });
}

function canonicalRequest({ request }: S3Request, signed: SignedRequest): string {
  const [path = ''] = request.target.split('?', 1);
  const segments = path.split('/').map((segment) => encodeStrictly(decodeURIComponent(segment)));
  const query = queryPairs(request.target)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`)
    .sort();
  const headers = signed.signedHeaders.map((name) => {
    const value = request.headers[name] ?? '';
    return `${name}:${value.trim().replaceAll(/ +/g, ' ')}`;
  });
  const names = signed.signedHeaders.join(';');
  const lines = [request.method, segments.join('/'), query.join('&'), ...headers, '', names];
  return [...lines, signed.payload].join('\n');
}

function stringToSign({ date, credential }: SignedRequest, canonical: string): string {
  const hash = createHash('sha256').update(canonical, 'latin1').digest('hex');
  return ['AWS4-HMAC-SHA256', date, credential.scope, hash].join('\n');
}

function signingKey({ secretAccessKey }: AccessKey, { scope }: Credential): Buffer {
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return key;
}

function checkToken(key: AccessKey, { token }: SignedRequest, nowMs: number): void {
  if (key.sessionToken === undefined) {
    if (token === undefined) return;
    throw new S3Refusal(
      400,
      'InvalidToken',
      'The provided token is malformed or otherwise invalid.',
    );
  }
  if (token === undefined) throw unknownKey(key);
  if (token !== key.sessionToken) {
    throw new S3Refusal(
      400,
      'InvalidToken',
      'The provided token is malformed or otherwise invalid.',
    );
  }
  if (nowMs >= (key.expiresAt ?? Number.POSITIVE_INFINITY)) {
    throw new S3Refusal(400, 'ExpiredToken', 'The provided token has expired.');
  }
}

function checkPayload({ body }: S3Request, { payload }: SignedRequest): void {
  if (!HASH.test(payload)) return;
  const hash = createHash('sha256').update(body).digest('hex');
  if (hash === payload) return;
  throw new S3Refusal(
    400,
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { fields: { ClientComputedContentSHA256: payload, S3ComputedContentSHA256: hash } },
  );
}

function unknownKey({ accessKeyId }: { readonly accessKeyId: string }): S3Refusal {
  const text = 'The AWS Access Key Id you provided does not exist in our records.';
  const fields = { AWSAccessKeyId: accessKeyId };
  return new S3Refusal(403, 'InvalidAccessKeyId', text, { fields });
}

function wrongRegion({ credential, expiresMs }: SignedRequest, region: string): S3Refusal {
  const isInQuery = expiresMs !== null;
  const code = isInQuery ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed';
  const start = isInQuery
    ? 'Error parsing the X-Amz-Credential parameter'
    : 'The authorization header is malformed';
  const text = `${start}; the region '${credential.region}' is wrong; expecting '${region}'`;
  return new S3Refusal(400, code, text, { fields: { Region: region } });
}
