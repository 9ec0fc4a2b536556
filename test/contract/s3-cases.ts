import { createHash } from 'node:crypto';
import type { S3Answer } from '../support/s3-sender.ts';
import type { PlainRequest, S3Signer, SigningOptions } from '../support/s3-signer.ts';

/** A server and the ways to send requests to it. */
export interface S3Subject {
  /** Signs for the present, or for a time this many ms away from it. */
  signer(keys?: Partial<SigningOptions>, shiftMs?: number): S3Signer;
  send(request: PlainRequest, signer?: S3Signer): Promise<S3Answer>;
  /** Signs a request, and then sends it with another body. */
  sendChanged(request: PlainRequest, body: string): Promise<S3Answer>;
  /** Sends a request that is already signed, to the path and the query of a URL. */
  sendUrl(url: string): Promise<S3Answer>;
}

/** The parts of an answer that both servers must have in common. */
export type Observed = Readonly<Record<string, unknown>>;

/** One observation. It runs on each server, and both results must be equal. */
export type S3Case = (subject: S3Subject) => Promise<Observed>;

const BUCKET = 'witness';
const KEYS = [
  ...['a', 'a b', 'a+b', 'a/b', 'a//b', 'Z', '%41', 'dir/', 'x&y<z>"q"', "!*'()~"],
  ...['é', '\uffee', '\u{1f600}', 'long/'.repeat(40), 'dots/../a', 'dots/./b'],
];
const HOUR = 3_600_000;
const MIB = 1024 ** 2;

const md5 = (bytes: Buffer | string, as: 'hex' | 'base64' = 'hex') =>
  createHash('md5').update(bytes).digest(as);

function code({ body }: S3Answer): string | undefined {
  return /<Code>(.*?)<\/Code>/.exec(body.toString())?.[1];
}

function failed(answer: S3Answer): Observed {
  return { status: answer.status, code: code(answer) };
}

function read(answer: S3Answer): Observed {
  const names = [
    ...['etag', 'content-length', 'content-range', 'content-type'],
    ...['content-disposition', 'x-amz-meta-owner'],
  ];
  const headers = names.map((name) => [name, answer.headers[name]]);
  const isRead = answer.status < 300;
  return {
    ...failed(answer),
    ...(isRead ? { ...Object.fromEntries(headers), body: md5(answer.body) } : {}),
  };
}

/** The decoded keys of a page, and whether more follow. */
export function page(answer: S3Answer, isEncoded = false) {
  const xml = answer.body.toString();
  const texts = (name: string) =>
    [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, text = '']) =>
      plainText(text),
    );
  const decode = (key: string) =>
    isEncoded ? decodeURIComponent(key.replaceAll('+', '%20')) : key;
  return {
    ...failed(answer),
    keys: texts('Key').map(decode),
    etags: texts('ETag').map((etag) => etag.replaceAll('"', '')),
    sizes: texts('Size'),
    isTruncated: texts('IsTruncated')[0],
    count: texts('KeyCount')[0],
    token: texts('NextContinuationToken')[0],
  };
}

function plainText(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

const list = (subject: S3Subject, query: Record<string, string> = {}) =>
  subject.send({ bucket: BUCKET, query: { 'list-type': '2', ...query } });

const listing =
  (query: Record<string, string>): S3Case =>
  async (subject) => {
    const { token: _token, ...rest } = page(
      await list(subject, query),
      query['encoding-type'] === 'url',
    );
    return rest;
  };

const reading =
  (key: string, headers: Record<string, string> = {}, method = 'GET'): S3Case =>
  async (subject) =>
    read(await subject.send({ method, bucket: BUCKET, key, headers }));

const signedWith =
  (keys: Partial<SigningOptions>, shiftMs = 0): S3Case =>
  async (subject) =>
    failed(await subject.send({ bucket: BUCKET, key: 'a' }, subject.signer(keys, shiftMs)));

const presigned =
  (seconds: number, { shiftMs = 0, keys = {}, change = (url: string) => url } = {}): S3Case =>
  async (subject) => {
    const url = subject.signer(keys, shiftMs).presign({ bucket: BUCKET, key: 'a b' }, seconds);
    return read(await subject.sendUrl(change(url)));
  };

const putting =
  (body: string, headers: Record<string, string>): S3Case =>
  async (subject) =>
    failed(await subject.send({ method: 'PUT', bucket: BUCKET, key: 'refused', body, headers }));

async function walkByToken(subject: S3Subject): Promise<Observed> {
  const keys: string[] = [];
  let query: Record<string, string> = { 'max-keys': '3' };
  let requests = 0;
  for (;;) {
    const found = page(await list(subject, query));
    requests += 1;
    keys.push(...found.keys);
    if (found.token === undefined) return { keys, requests };
    query = { 'max-keys': '3', 'continuation-token': found.token };
  }
}

async function multipart(subject: S3Subject): Promise<Observed> {
  const object = { bucket: BUCKET, key: 'parts/film.bin' };
  const parts = [Buffer.alloc(5 * MIB, 1), Buffer.from('the last part')];
  const type = { 'content-type': 'video/mp4', 'x-amz-meta-owner': 'Ada' };
  const started = await subject.send({
    ...object,
    method: 'POST',
    query: { uploads: '' },
    headers: type,
  });
  const uploadId = /<UploadId>(.*?)</.exec(started.body.toString())?.[1] ?? '';
  const put = async (number: number, body: Buffer) => {
    const query = { uploadId, partNumber: String(number) };
    return (await subject.send({ ...object, method: 'PUT', query, body })).headers['etag'];
  };
  const etags = [
    await put(1, parts[0] ?? Buffer.alloc(0)),
    await put(2, parts[1] ?? Buffer.alloc(0)),
  ];
  const listed = await subject.send({ ...object, query: { uploadId } });
  const complete = (tags: readonly unknown[]) => {
    const named = tags.map(
      (etag, place) => `<Part><PartNumber>${place + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
    );
    const body = `<CompleteMultipartUpload>${named.join('')}</CompleteMultipartUpload>`;
    return subject.send({ ...object, method: 'POST', query: { uploadId }, body });
  };
  const wrong = await complete([etags[1], etags[0]]);
  const completed = await complete(etags);
  const whole = await subject.send({ ...object, method: 'HEAD' });
  const range = await subject.send({
    ...object,
    headers: { range: `bytes=${5 * MIB - 2}-${5 * MIB + 2}` },
  });
  return {
    etags,
    listed: [...listed.body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, part]) => part),
    wrong: failed(wrong),
    completed: completed.status,
    whole: read(whole),
    range: range.body.toString('latin1'),
  };
}

async function abortedUpload(subject: S3Subject): Promise<Observed> {
  const object = { bucket: BUCKET, key: 'aborted' };
  const started = await subject.send({ ...object, method: 'POST', query: { uploads: '' } });
  const uploadId = /<UploadId>(.*?)</.exec(started.body.toString())?.[1] ?? '';
  const query = { uploadId };
  const aborted = await subject.send({ ...object, method: 'DELETE', query });
  const late = { ...object, method: 'PUT', query: { uploadId, partNumber: '1' }, body: 'late' };
  return { aborted: aborted.status, late: failed(await subject.send(late)) };
}

async function deletedObject(subject: S3Subject): Promise<Observed> {
  const object = { bucket: BUCKET, key: 'deleted' };
  await subject.send({ ...object, method: 'PUT', body: 'x' });
  const first = await subject.send({ ...object, method: 'DELETE' });
  const second = await subject.send({ ...object, method: 'DELETE' });
  const gone = await subject.send(object);
  return { first: first.status, second: failed(second), gone: failed(gone) };
}

async function seed(subject: S3Subject): Promise<Observed> {
  const created = await subject.send({ method: 'PUT', bucket: BUCKET });
  const etags: unknown[] = [];
  for (const key of KEYS) {
    const headers = {
      'content-type': 'text/plain',
      'content-md5': md5(`bytes of ${key}`, 'base64'),
      'content-disposition': 'attachment; filename="true name.txt"',
      'x-amz-meta-owner': '=?UTF-8?B?w4RkYQ==?=',
    };
    const put = { method: 'PUT', bucket: BUCKET, key, body: `bytes of ${key}`, headers };
    etags.push((await subject.send(put)).headers['etag']);
  }
  return { created: created.status, etags };
}

/** The cases by name, in the order in which they must run. */
export const S3_CASES: Readonly<Record<string, S3Case>> = {
  'objects are written': seed,
  'a bucket exists': async (subject) =>
    failed(await subject.send({ method: 'HEAD', bucket: BUCKET })),
  'a bucket is missing (HEAD)': async (subject) =>
    failed(await subject.send({ method: 'HEAD', bucket: 'missing-bucket' })),
  'a bucket is missing (list)': async (subject) =>
    failed(await subject.send({ bucket: 'missing-bucket', query: { 'list-type': '2' } })),
  'a bucket is missing (GET)': async (subject) =>
    failed(await subject.send({ bucket: 'missing-bucket', key: 'a' })),
  'a bucket is created again': async (subject) =>
    failed(await subject.send({ method: 'PUT', bucket: BUCKET })),
  'the location of a bucket': async (subject) => {
    const answer = await subject.send({ bucket: BUCKET, query: { location: '' } });
    const text = answer.body.toString();
    return { status: answer.status, isEmpty: /<LocationConstraint[^>]*(\/>|><\/)/.test(text) };
  },
  ...Object.fromEntries(
    KEYS.flatMap((key) => [
      [`GET of ${key.slice(0, 20)}`, reading(key)],
      [`HEAD of ${key.slice(0, 20)}`, reading(key, {}, 'HEAD')],
    ]),
  ),
  'GET of a missing key': reading('missing'),
  'HEAD of a missing key': reading('missing', {}, 'HEAD'),
  'a range in the middle': reading('a b', { range: 'bytes=2-5' }),
  'a range to the end': reading('a b', { range: 'bytes=2-' }),
  'a range from the end': reading('a b', { range: 'bytes=-3' }),
  'a range beyond the end': reading('a b', { range: 'bytes=5-999' }),
  'a range after the end': reading('a b', { range: 'bytes=999-' }),
  'If-Match with the ETag': reading('a b', { 'if-match': `"${md5('bytes of a b')}"` }),
  'If-Match with another ETag': reading('a b', { 'if-match': `"${md5('other')}"` }),
  'If-Match with a range': reading('a b', { 'if-match': `"${md5('other')}"`, range: 'bytes=0-1' }),
  'If-Match of a missing key': reading('missing', { 'if-match': `"${md5('other')}"` }),
  'If-None-Match with the ETag': reading('a b', { 'if-none-match': `"${md5('bytes of a b')}"` }),
  'a listing': listing({}),
  'a listing with encoded keys': listing({ 'encoding-type': 'url' }),
  'a listing with a prefix': listing({ prefix: 'a' }),
  'a listing after a key': listing({ 'start-after': 'a b' }),
  'a listing after a text that is no key': listing({ 'start-after': 'aa' }),
  'a listing after a key within a prefix': listing({ prefix: 'a', 'start-after': 'a+b' }),
  'a listing after the end of a prefix': listing({ prefix: 'a', 'start-after': 'b' }),
  'a listing after the last key': listing({ 'start-after': '\u{1f600}' }),
  'a listing of two keys': listing({ 'max-keys': '2' }),
  'a listing of no keys': listing({ 'max-keys': '0' }),
  'a listing with a bad max-keys': listing({ 'max-keys': 'many' }),
  'a listing with a bad encoding': listing({ 'encoding-type': 'base64' }),
  'all pages by token': walkByToken,
  'a wrong Content-MD5': putting('x', { 'content-md5': md5('y', 'base64') }),
  'a malformed Content-MD5': putting('x', { 'content-md5': 'bad' }),
  'a body that is not the signed one': async (subject) => {
    const request = { method: 'PUT', bucket: BUCKET, key: 'refused', body: 'signed' };
    return failed(await subject.sendChanged(request, 'others'));
  },
  'an unsigned body': async (subject) =>
    failed(
      await subject.send({
        method: 'PUT',
        bucket: BUCKET,
        key: 'unsigned',
        body: 'x',
        isUnsigned: true,
      }),
    ),
  'a wrong secret': signedWith({ secretAccessKey: 'wrong' }),
  'a wrong region': async (subject) => {
    const signer = subject.signer({ region: 'eu-west-1' });
    const answer = await subject.send({ bucket: BUCKET, key: 'a' }, signer);
    return { ...failed(answer), region: /<Region>(.*?)</.exec(answer.body.toString())?.[1] };
  },
  'an unknown key': signedWith({ accessKeyId: 'nobody' }),
  'no signature': async (subject) => {
    const url = subject.signer().presign({ bucket: BUCKET, key: 'a' }, 60);
    return failed(await subject.sendUrl(url.slice(0, url.indexOf('?'))));
  },
  'a request of an hour ago': signedWith({}, -HOUR),
  'a request of the next hour': signedWith({}, HOUR),
  'a presigned GET': presigned(60),
  'an expired presigned GET': presigned(60, { shiftMs: -HOUR }),
  'a presigned GET of the next hour': presigned(60, { shiftMs: HOUR }),
  'a presigned GET for more than a week': presigned(700_000),
  'a presigned GET for a wrong region': presigned(60, { keys: { region: 'eu-west-1' } }),
  'a presigned GET with a wrong secret': presigned(60, { keys: { secretAccessKey: 'wrong' } }),
  'a presigned GET of another key': presigned(60, { change: (url) => url.replace('a%20b', 'Z') }),
  'a multipart upload': multipart,
  'an aborted upload': abortedUpload,
  'a part of an unknown upload': async (subject) =>
    failed(
      await subject.send({
        method: 'PUT',
        bucket: BUCKET,
        key: 'a',
        query: { uploadId: 'unknown', partNumber: '1' },
        body: 'x',
      }),
    ),
  'a deleted object': deletedObject,
};
