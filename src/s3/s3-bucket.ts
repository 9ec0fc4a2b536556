import { bodyDeadline } from '../core/body-deadline.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { WireResponse } from '../core/world.ts';
import { bytesBody, md5Header } from './body.ts';
import type { Bucket, NewObject, ObjectFacts, ObjectPart } from './bucket.ts';
import { type BucketPlace, bucketIdentity } from './bucket-place.ts';
import { bucketName, checkedBucketUrl } from './bucket-url.ts';
import { type ObjectPage, parseAnswerText, parseListAnswer, unquoted } from './list-answer.ts';
import { type AskedBytes, bytesOf, factsOf, faultInBytes, notS3 } from './object-answer.ts';
import type { S3Request, S3Send } from './s3-send.ts';
import { encodeKey } from './sign.ts';

/** The place of a bucket, and how to reach it. */
interface BucketAccess {
  readonly place: BucketPlace;
  /** The path before the key, such as `/` or `/bucket/`. */
  readonly base: string;
  readonly send: S3Send;
  readonly sign: SignUrl;
}

type Headers = Readonly<Record<string, string>>;

/** Signs the URL of a GET request now. */
export type SignUrl = (
  target: { readonly path: string; readonly headers: Headers },
  seconds: number,
) => Promise<string>;

/** Maximum number of objects in a page of a listing. AWS allows no more. */
const PAGE_OBJECTS = 1000;
/** The code of the failure if the server refuses the keys. */
const DENIED = 'bucket_denied';
/** Time for joining the parts of an object, ms. AWS says that this may take several minutes. */
const JOIN_DEADLINE_MS = 600_000;

/** A bucket of S3 or of a server that speaks its protocol. */
export class S3Bucket implements Bucket {
  readonly name: string;
  readonly prefix: string;
  readonly identity: string;
  readonly #access: BucketAccess;
  /** The header by which the sender of a request pays for it; empty if the owner of the bucket pays. */
  readonly #payer: Headers;

  constructor(access: BucketAccess) {
    const { url } = access.place;
    this.name = bucketName(url);
    this.prefix = checkedBucketUrl(url).prefix;
    this.identity = bucketIdentity(access.place);
    this.#access = access;
    this.#payer = access.place.requesterPays ? { 'x-amz-request-payer': 'requester' } : {};
  }

  listPage(after: string | null, signal: AbortSignal): Promise<ObjectPage> {
    return this.#list({ prefix: this.prefix, after, size: PAGE_OBJECTS }, signal);
  }

  async head(key: string, signal: AbortSignal): Promise<ObjectFacts | null> {
    const faultIn = (given: WireResponse) => {
      const { size, etag } = factsOf(given);
      return Number.isNaN(size) || etag === null ? notS3(this.name, given) : null;
    };
    const ask = async () => factsOf(await this.#ask({ method: 'HEAD', key, signal, faultIn }));
    try {
      return await ask().catch(async (error: unknown) => {
        if (!isUnexplained(error)) throw error;
        await this.#explain(key, signal);
        return ask();
      });
    } catch (error) {
      if (error instanceof ClassifiedError && error.code === 'gone') return null;
      throw error;
    }
  }

  async read(key: string, range: AskedBytes, signal: AbortSignal): Promise<Buffer> {
    const { from, length, etag } = range;
    if (length === 0) return Buffer.alloc(0);
    const answer = await this.#ask({
      method: 'GET',
      key,
      headers: {
        range: `bytes=${from}-${from + length - 1}`,
        ...(etag !== null && { 'if-match': `"${etag}"` }),
      },
      deadlineMs: bodyDeadline(length),
      signal,
      faultIn: (given) => faultInBytes(`${this.name}/${key}`, given, range),
    });
    return bytesOf(answer);
  }

  signUrl(key: string, seconds: number): Promise<string> {
    return this.#access.sign({ path: this.#path(key), headers: this.#payer }, seconds);
  }

  put({ contentType, headers, ...object }: NewObject, signal: AbortSignal): Promise<string> {
    return this.#write({
      ...object,
      headers: { ...headers, 'content-type': contentType },
      signal,
    });
  }

  async beginParts(
    { key, contentType, headers }: Omit<NewObject, 'body' | 'md5'>,
    signal: AbortSignal,
  ): Promise<string> {
    const answer = await this.#ask({
      method: 'POST',
      key,
      query: { uploads: '' },
      headers: { ...headers, 'content-type': contentType },
      signal,
    });
    const id = parseAnswerText(answer.body, 'InitiateMultipartUploadResult', 'UploadId');
    if (id === null || id === '') throw notS3(this.name, answer);
    return id;
  }

  putPart({ uploadId, number, ...part }: ObjectPart, signal: AbortSignal): Promise<string> {
    return this.#write({
      ...part,
      query: { partNumber: String(number), uploadId },
      signal,
    });
  }

  async completeParts(
    { key, uploadId, etags }: Parameters<Bucket['completeParts']>[0],
    signal: AbortSignal,
  ): Promise<string | null> {
    const parts = etags.map((etag, index) => {
      return `<Part><PartNumber>${index + 1}</PartNumber><ETag>"${etag}"</ETag></Part>`;
    });
    const xml = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
    const answer = await this.#ask({
      method: 'POST',
      key,
      query: { uploadId },
      headers: { 'content-type': 'application/xml' },
      body: bytesBody(Buffer.from(xml)),
      deadlineMs: JOIN_DEADLINE_MS,
      signal,
    });
    // The server writes 200 before it has joined the parts, and may report an error afterwards.
    const etag = parseAnswerText(answer.body, 'CompleteMultipartUploadResult', 'ETag');
    if (etag === null) throw notS3(this.name, answer);
    return unquoted(etag);
  }

  async abortParts(
    { key, uploadId }: Parameters<Bucket['abortParts']>[0],
    signal: AbortSignal,
  ): Promise<void> {
    await this.#ask({ method: 'DELETE', key, query: { uploadId }, signal });
  }

  /**
   * Asks why the server refused a HEAD, with a GET of one byte: only its answer has a text. So a session token that has
   * ended is not taken for an object that can't be read. Rejects with the reason; returns if the server now answers.
   */
  async #explain(key: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#ask({ method: 'GET', key, headers: { range: 'bytes=0-0' }, signal });
    } catch (error) {
      if (!(error instanceof ClassifiedError)) throw error;
      if (error.status === 416) return;
      // Without the right to list the whole bucket, AWS answers 403 also for an object that does not exist.
      if (error.code !== DENIED || (await this.#isListed(key, signal)) !== false) throw error;
      throw absent(`${this.name}/${key}`, error);
    }
  }

  /** True if a listing has the object; null if the keys may not list. */
  async #isListed(key: string, signal: AbortSignal): Promise<boolean | null> {
    try {
      const { objects } = await this.#list({ prefix: key, after: null, size: 1 }, signal);
      return objects.some((object) => object.key === key);
    } catch (error) {
      if (error instanceof ClassifiedError && error.code === DENIED) return null;
      throw error;
    }
  }

  async #list(
    { prefix, after, size }: { prefix: string; after: string | null; size: number },
    signal: AbortSignal,
  ): Promise<ObjectPage> {
    const { base, send } = this.#access;
    let page: ObjectPage | null = null;
    await send({
      method: 'GET',
      path: base === '/' ? '/' : base.replace(/\/$/, ''),
      query: {
        'list-type': '2',
        'encoding-type': 'url',
        'max-keys': String(size),
        ...(prefix !== '' && { prefix }),
        ...(after !== null && { 'start-after': after }),
      },
      headers: this.#payer,
      key: null,
      signal,
      faultIn: (answer) => {
        page = parseListAnswer(answer.body);
        return page === null ? notS3(this.name, answer) : null;
      },
    });
    if (page === null) throw new Error('The answer was checked');
    return page;
  }

  /** Writes bytes. Returns their ETag. A success without one proves nothing: perhaps a proxy has answered. */
  async #write({
    md5,
    ...request
  }: Pick<S3Request, 'query' | 'headers' | 'signal'> &
    Pick<NewObject, 'key' | 'body' | 'md5'>): Promise<string> {
    const { headers } = await this.#ask({
      ...request,
      method: 'PUT',
      headers: { ...request.headers, ...md5Header(md5) },
      deadlineMs: bodyDeadline(request.body.size),
      faultIn: (given) =>
        unquoted(given.headers['etag']) === null ? notS3(this.name, given) : null,
    });
    return unquoted(headers['etag']) ?? '';
  }

  #path(key: string): string {
    return `${this.#access.base}${encodeKey(key)}`;
  }

  #ask(request: Omit<S3Request, 'path' | 'key'> & { readonly key: string }): Promise<WireResponse> {
    const headers = { ...this.#payer, ...request.headers };
    return this.#access.send({ ...request, path: this.#path(request.key), headers });
  }
}

/** True if a HEAD was refused in a way that has several reasons. */
function isUnexplained(error: unknown): boolean {
  return error instanceof ClassifiedError && (error.status === 400 || error.status === 403);
}

function absent(place: string, cause: ClassifiedError): ClassifiedError {
  const message = `The bucket no longer has ${place}`;
  return new ClassifiedError({ kind: 'permanent', effect: 'none', code: 'gone', message, cause });
}
