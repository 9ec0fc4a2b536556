import { answerBefore } from '../faults/fault-answers.ts';
import type { Fault, Faults } from '../faults/faults.ts';
import type { EmulatorRequest, EmulatorResponse } from '../protocol/emulator-request.ts';
import {
  type AccessKey,
  DEFAULT_ACCESS_KEY,
  S3_REQUEST_KINDS,
  type S3RequestKind,
} from './access-keys.ts';
import { Bucket, type BucketOptions, type CopiedObjects } from './bucket.ts';
import { checkSignature } from './check-signature.ts';
import { MultipartUploads } from './multipart-uploads.ts';
import { s3FaultAnswer } from './s3-fault-answer.ts';
import { refusedS3, S3Refusal, s3Refusals } from './s3-refusal.ts';
import { readS3Request, type S3Request } from './s3-request.ts';
import { answerBuckets, answerKind, kindOf } from './s3-routes.ts';

/** A request to the S3 face, with what the answer depends on. */
export interface S3Arrival {
  readonly request: EmulatorRequest;
  readonly nowMs: number;
  readonly requestId: string;
  readonly fault: Fault | undefined;
}

/** The buckets of the emulator, and the keys with which clients may use them. */
export class S3Service {
  readonly buckets = new Map<string, Bucket>();
  readonly accessKeys = new Map<string, AccessKey>();
  readonly #counts = new Map<S3RequestKind, number>();
  readonly #copiesIn: (bucket: string) => CopiedObjects;
  readonly #faults: Faults;

  /** `copiesIn` returns the objects that remote copies created in a bucket. */
  constructor(copiesIn: (bucket: string) => CopiedObjects, faults: Faults) {
    this.#copiesIn = copiesIn;
    this.#faults = faults;
    this.addAccessKey(DEFAULT_ACCESS_KEY);
  }

  addAccessKey(key: AccessKey): void {
    this.accessKeys.set(key.accessKeyId, key);
  }

  /** Creates a bucket. A bucket of this name that exists already loses its objects and options. */
  create(name: string, options: BucketOptions = {}): Bucket {
    const parts = { copies: this.#copiesIn(name), uploads: new MultipartUploads(name) };
    const bucket = new Bucket(name, options, parts);
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** The bucket of this name. It is created if it does not exist. */
  open(name: string): Bucket {
    return this.buckets.get(name) ?? this.create(name);
  }

  /** How many requests of each kind arrived, including those that failed. */
  requestCounts(): Record<S3RequestKind, number> {
    const counts = S3_REQUEST_KINDS.map((kind) => [kind, this.#counts.get(kind) ?? 0] as const);
    return Object.fromEntries(counts) as Record<S3RequestKind, number>;
  }

  /** Counts a request to the S3 face. */
  count(request: EmulatorRequest): void {
    this.#add(kindOfTarget(request));
  }

  /** Answers the GET request that an import sends to the URL of an object. Faults apply to it too. */
  download(url: URL, nowMs: number): EmulatorResponse {
    const target = url.pathname + url.search;
    const request = { method: 'GET', target, headers: { host: url.host }, body: '' };
    const fault = this.#faults.pick('GET', target);
    this.#add('import');
    const failed = fault && (s3FaultAnswer(fault) ?? answerBefore(fault, nowMs));
    return failed ?? this.answer({ request, nowMs, requestId: 'import', fault });
  }

  /** Checks the signature of a request, carries it out, and returns the answer. */
  answer({ request, nowMs, requestId, fault }: S3Arrival): EmulatorResponse {
    try {
      const s3 = readS3Request(request, nowMs);
      const kind = kindOf(s3);
      const bucket = this.buckets.get(s3.bucket);
      this.#authorize(s3, kind, bucket);
      if (kind === 'listBuckets') return answerBuckets(this.buckets.values());
      if (kind === 'createBucket') return this.#createBucket(s3);
      if (bucket === undefined) throw s3Refusals.noSuchBucket(s3.bucket);
      const distortion = fault?.kind === 'distort' ? fault.what : null;
      return answerKind(kind, { bucket, s3 }, distortion);
    } catch (error) {
      if (!(error instanceof S3Refusal)) throw error;
      const refused = refusedS3(error, requestId);
      // An answer to HEAD has no body, so a client can't read the code of the error.
      return request.method === 'HEAD' ? { ...refused, body: '' } : refused;
    }
  }

  #add(kind: S3RequestKind): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  #authorize(s3: S3Request, kind: S3RequestKind, bucket: Bucket | undefined): void {
    const key = checkRegion(s3, bucket, (region) => checkSignature(s3, this.accessKeys, region));
    if (key.allows !== undefined && !key.allows.includes(kind)) throw s3Refusals.accessDenied();
    const isPaid = s3.request.headers['x-amz-request-payer'] === 'requester';
    if (
      bucket?.requesterPays === true &&
      !isPaid &&
      s3.query.get('x-amz-request-payer') !== 'requester'
    ) {
      throw s3Refusals.accessDenied();
    }
  }

  #createBucket({ bucket: name, body }: S3Request): EmulatorResponse {
    if (this.buckets.has(name)) {
      const text =
        'Your previous request to create the named bucket succeeded and you already own it.';
      throw new S3Refusal(409, 'BucketAlreadyOwnedByYou', text, { fields: { BucketName: name } });
    }
    const region = /<LocationConstraint>(.*?)</.exec(body.toString())?.[1];
    this.create(name, region === undefined ? {} : { region });
    return { status: 200, headers: { location: `/${name}` }, body: '' };
  }
}

// Adds the right region to every error for the wrong one, as S3 does in a header.
function checkRegion(
  s3: S3Request,
  bucket: Bucket | undefined,
  check: (region: string | undefined) => AccessKey,
): AccessKey {
  if (bucket === undefined) return check(undefined);
  try {
    return check(bucket.region);
  } catch (error) {
    if (!(error instanceof S3Refusal) || error.fields['Region'] === undefined) throw error;
    throw wrongRegion(s3, bucket, error);
  }
}

function wrongRegion({ request }: S3Request, bucket: Bucket, error: S3Refusal): S3Refusal {
  const headers = { 'x-amz-bucket-region': bucket.region };
  if (!bucket.redirects) {
    return new S3Refusal(error.status, error.code, error.message, {
      fields: error.fields,
      headers,
    });
  }
  const text =
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
  const fields = {
    Endpoint: `s3.${bucket.region}.${request.headers.host ?? ''}`,
    Bucket: bucket.name,
    Region: bucket.region,
  };
  return new S3Refusal(301, 'PermanentRedirect', text, { fields, headers });
}

function kindOfTarget(request: EmulatorRequest): S3RequestKind {
  try {
    return kindOf(readS3Request({ ...request, body: '' }, 0));
  } catch {
    return 'unknown';
  }
}
