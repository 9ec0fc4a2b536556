import { ClassifiedError, type FailureFacts } from '../core/failure.ts';
import type { Redact } from '../core/redact-secrets.ts';
import type { WireResponse } from '../core/world.ts';
import { parseErrorAnswer } from './list-answer.ts';

/** The request to which an answer belongs. */
export interface AskedRequest {
  readonly method: string;
  /** The bucket, or the bucket and the key of an object. */
  readonly place: string;
  /** The key of the object; null for a request about the whole bucket. */
  readonly key: string | null;
}

type Verdict = Pick<FailureFacts, 'kind' | 'code' | 'message' | 'fatalCause'>;

const CREDENTIALS = { kind: 'fatal', fatalCause: 'credentials' } as const;
const CONFIGURATION = { kind: 'fatal', fatalCause: 'configuration' } as const;

/** Codes for which the server asks to send more slowly, or has a fault of its own. */
const BUSY: readonly string[] = [
  'SlowDown',
  'ServiceUnavailable',
  'InternalError',
  'RequestTimeout',
  // The bytes were damaged on the way.
  'BadDigest',
];

/**
 * The failure for an answer that is not a success (AWS S3 API Reference, "Error responses"). An answer to HEAD has
 * no text, so its status decides.
 */
export function s3Failure(
  { method, place, key }: AskedRequest,
  { status, headers, body }: WireResponse,
  redact: Redact,
): ClassifiedError {
  const error = parseErrorAnswer(body);
  const region = headers['x-amz-bucket-region'] ?? error?.region ?? null;
  const facts = { method, status, code: error?.code ?? null, region, place, key };
  const verdict = objectVerdict(facts) ?? bucketVerdict(facts) ?? otherVerdict(facts);
  const detail =
    error === null ? '' : ` (server: ${redact(`${error.code}: ${error.message}`).slice(0, 200)})`;
  return new ClassifiedError({
    effect: 'none',
    status,
    ...verdict,
    message: `${status} on ${method} ${place}: ${verdict.message}${detail}`,
  });
}

interface Facts {
  readonly method: string;
  readonly status: number;
  readonly code: string | null;
  readonly region: string | null;
  readonly place: string;
  readonly key: string | null;
}

/** A failure of one object. The other objects of the run may succeed. */
function objectVerdict({ method, status, code, key }: Facts): Verdict | null {
  if (key === null) return null;
  if (code === 'NoSuchKey' || (status === 404 && code === null)) {
    return permanent('gone', 'the bucket no longer has this object');
  }
  if (code === 'NoSuchUpload') {
    return permanent('no_upload', 'the bucket does not know these parts any more');
  }
  if (status === 412) return permanent('changed', 'the object changed after it was listed');
  if (status === 416) return permanent('changed', 'the object is shorter than when it was listed');
  if (code === 'InvalidObjectState') {
    return permanent('archived', 'the object is archived: restore it at its storage first');
  }
  if ((method === 'GET' || method === 'HEAD') && mayBeEncrypted(status, code)) {
    return permanent(
      'sse_c',
      'the server refused to show the object: it is perhaps encrypted with a key of the customer (SSE-C), which ucbulk does not have',
    );
  }
  return null;
}

/** True if the answer is the one for an object that is encrypted with a key which the request did not have. */
function mayBeEncrypted(status: number, code: string | null): boolean {
  if (code === 'InvalidRequest') return true;
  return status === 400 && (code === null || /SSE|customer.*key/i.test(code));
}

/** A failure of the whole bucket, its region or the keys. */
function bucketVerdict({ status, code, region, place }: Facts): Verdict | null {
  switch (code) {
    case 'NoSuchBucket':
      return { ...CONFIGURATION, code: 'no_bucket', message: 'there is no such bucket' };
    case 'ExpiredToken':
    case 'TokenRefreshRequired':
      return {
        ...CREDENTIALS,
        code: 'expired_token',
        message: 'the session token has ended. Get new credentials, then resume the run',
      };
    case 'RequestTimeTooSkewed':
      return { kind: 'transient', code: 'clock_skew', message: 'signed with a wrong clock' };
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return wrongRegion(region, place);
    case null:
      break;
  }
  if (status === 301 || status === 307 || status === 308) return wrongRegion(region, place);
  if (status === 404)
    return { ...CONFIGURATION, code: 'no_bucket', message: 'there is no such bucket' };
  if (status === 401 || status === 403) {
    return {
      ...CREDENTIALS,
      code: 'bucket_denied',
      message:
        'the server refused the keys, or they have no right to do this (docs/buckets.md names the rights)',
    };
  }
  return null;
}

function wrongRegion(region: string | null, place: string): Verdict {
  const right =
    region === null ? 'Set `region` to the region of the bucket' : `Set \`region: ${region}\``;
  return {
    ...CONFIGURATION,
    code: 'wrong_region',
    message: `${place} is in another region. ${right}`,
  };
}

function otherVerdict({ status, code }: Facts): Verdict {
  if (status >= 300 && status < 400) {
    const message = 'a redirect, which ucbulk never follows. Check `endpoint`';
    return { kind: 'transient', code: `http_${status}`, message };
  }
  if (status >= 500 || status === 408 || status === 429 || BUSY.includes(code ?? '')) {
    return {
      kind: 'transient',
      code: status === 503 || status === 429 ? 'bucket_busy' : `http_${status}`,
      message: 'the server is busy, or has failed',
    };
  }
  return permanent(`http_${status}`, 'the server refused the request');
}

function permanent(code: string, message: string): Verdict {
  return { kind: 'permanent', code, message };
}
