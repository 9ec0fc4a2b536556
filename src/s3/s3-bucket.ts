import { bodyDeadline } from '../core/body-deadline.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { WireResponse } from '../core/world.ts';
import { bytesBody, md5Header } from './body.ts';
import type { Bucket, NewObject, ObjectFacts, ObjectPart } from './bucket.ts';
import { type BucketPlace, bucketIdentity } from './bucket-place.ts';
import { bucketName, checkedBucketUrl } from './bucket-url.ts';
import { dispositionName } from './disposition-name.ts';
import { type ObjectPage, parseAnswerText, parseListAnswer, unquoted } from './list-answer.ts';
import type { S3Request, S3Send } from './s3-send.ts';
import { encodeKey } from './sign.ts';

/** The parts from which a bucket is made. */
interface BucketParts {
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
/** Time for joining the parts of an object, ms. AWS says that this may take several minutes. */
const JOIN_DEADLINE_MS = 600_000;

/** A bucket of S3 or of a server that speaks its protocol. */
export class S3Bucket implements Bucket {
  readonly name: string;
  readonly prefix: string;
  readonly identity: string;
  readonly #parts: BucketParts;
  /** The headers of every request. */
  readonly #payer: Headers;

  constructor(parts: BucketParts) {
    const { url } = parts.place;
    this.name = bucketName(url);
    this.prefix = checkedBucketUrl(url).prefix;
    this.identity = bucketIdentity(parts.place);
    this.#parts = parts;
    this.#payer = parts.place.requesterPays ? { 'x-amz-request-payer': 'requester' } : {};
  }

  async listPage(after: string | null, signal: AbortSignal): Promise<ObjectPage> {
    const { base, send } = this.#parts;
    let page: ObjectPage | null = null;
    await send({
      method: 'GET',
      path: base === '/' ? '/' : base.replace(/\/$/, ''),
      query: {
        'list-type': '2',
        'encoding-type': 'url',
        'max-keys': String(PAGE_OBJECTS),
        ...(this.prefix !== '' && { prefix: this.prefix }),
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

  async head(key: string, signal: AbortSignal): Promise<ObjectFacts | null> {
    try {
      const faultIn = (given: WireResponse) => {
        const { size, etag } = factsOf(given);
        return Number.isNaN(size) || etag === null ? notS3(this.name, given) : null;
      };
      return factsOf(await this.#ask({ method: 'HEAD', key, signal, faultIn }));
    } catch (error) {
      if (error instanceof ClassifiedError && error.code === 'gone') return null;
      throw error;
    }
  }

  async read(
    key: string,
    { from, length, etag }: Parameters<Bucket['read']>[1],
    signal: AbortSignal,
  ): Promise<Buffer> {
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
      faultIn: (given) => wrongLength(`${this.name}/${key}`, bytesOf(given).length, length),
    });
    return bytesOf(answer);
  }

  signUrl(key: string, seconds: number): Promise<string> {
    return this.#parts.sign({ path: this.#path(key), headers: this.#payer }, seconds);
  }

  async put(
    { key, body, contentType, headers, md5 }: NewObject,
    signal: AbortSignal,
  ): Promise<string | null> {
    const answer = await this.#ask({
      method: 'PUT',
      key,
      body,
      headers: { ...headers, 'content-type': contentType, ...md5Header(md5) },
      deadlineMs: bodyDeadline(body.size),
      signal,
    });
    return unquoted(answer.headers['etag']);
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

  async putPart(
    { key, uploadId, number, body, md5 }: ObjectPart,
    signal: AbortSignal,
  ): Promise<string> {
    const answer = await this.#ask({
      method: 'PUT',
      key,
      query: { partNumber: String(number), uploadId },
      headers: md5Header(md5),
      body,
      deadlineMs: bodyDeadline(body.size),
      signal,
    });
    return unquoted(answer.headers['etag']) ?? '';
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

  #path(key: string): string {
    return `${this.#parts.base}${encodeKey(key)}`;
  }

  #ask(request: Omit<S3Request, 'path' | 'key'> & { readonly key: string }): Promise<WireResponse> {
    const headers = { ...this.#payer, ...request.headers };
    return this.#parts.send({ ...request, path: this.#path(request.key), headers });
  }
}

function factsOf({ headers }: WireResponse): ObjectFacts {
  const size = Number(headers['content-length'] ?? Number.NaN);
  return {
    size,
    etag: unquoted(headers['etag']),
    contentType: headers['content-type'] ?? null,
    filename: dispositionName(headers['content-disposition'] ?? ''),
    metadata: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => {
        const key = /^x-amz-meta-(.+)$/.exec(name)?.[1];
        return key === undefined ? [] : [[key, value]];
      }),
    ),
    encryption: headers['x-amz-server-side-encryption'] ?? null,
  };
}

function bytesOf({ bytes, body }: WireResponse): Buffer {
  return bytes ?? Buffer.from(body, 'utf8');
}

/** The failure of an answer that does not come from a server with the protocol of S3. Perhaps the next one does. */
function notS3(place: string, { status, body }: WireResponse): ClassifiedError {
  const isPage = /^\s*<(?:!doctype )?html/i.test(body);
  const what = isPage ? 'a web page' : 'no whole answer of S3';
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'not_s3',
    message: `${status} from ${place}: the server answered with ${what}. Check \`endpoint\`, and a proxy on the way. Resume the run when it is right`,
    status,
    fatalCause: 'service',
  });
}

/** The failure of an answer that was cut, or is something else. The ETag of the request excludes another version. */
function wrongLength(place: string, got: number, wanted: number): ClassifiedError | null {
  if (got === wanted) return null;
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'cut_answer',
    message: `The server sent ${got} bytes of ${place} instead of ${wanted}`,
  });
}
