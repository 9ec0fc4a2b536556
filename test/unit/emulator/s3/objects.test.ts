import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EmulatorResponse } from '../../../../src/emulator/emulator.ts';
import { BUCKET, elements, failure, s3Setup } from './s3-caller.ts';

const md5 = (bytes: Buffer | string) => createHash('md5').update(bytes).digest('hex');
const contentMd5 = (bytes: string) => createHash('md5').update(bytes).digest('base64');
const text = ({ status, body }: EmulatorResponse) => [status, String(body)];

describe('objects of a bucket', () => {
  it('returns what a client wrote, with its type, name and metadata', () => {
    const { emulator, send } = s3Setup();
    const headers = {
      'content-type': 'text/plain',
      'content-disposition': 'attachment; filename="b.txt"',
      'content-md5': contentMd5('hello'),
      'x-amz-meta-owner': 'Ada',
    };
    const written = send({ method: 'PUT', key: 'a b/ä+.txt', body: 'hello', headers });
    expect([written.status, written.headers['etag']]).toEqual([200, `"${md5('hello')}"`]);
    const read = send({ key: 'a b/ä+.txt' });
    expect(text(read)).toEqual([200, 'hello']);
    expect(read.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-disposition': 'attachment; filename="b.txt"',
      'x-amz-meta-owner': 'Ada',
      'content-length': '5',
      etag: `"${md5('hello')}"`,
      'last-modified': 'Mon, 01 Jun 2026 12:00:00 GMT',
    });
    const head = send({ method: 'HEAD', key: 'a b/ä+.txt' });
    expect([head.status, String(head.body), head.headers['content-length']]).toEqual([
      200,
      '',
      '5',
    ]);
    const { bytes, ...view } = emulator.buckets.find(BUCKET, 'a b/ä+.txt') ?? {};
    expect(String(bytes?.())).toBe('hello');
    expect(view).toMatchObject({ size: 5, contentType: 'text/plain', metadata: { owner: 'Ada' } });
  });

  it('refuses a body that is not the announced one', () => {
    const { emulator, send } = s3Setup();
    const put = (given: string) =>
      failure(send({ method: 'PUT', key: 'a', body: 'hello', headers: { 'content-md5': given } }));
    expect(put(contentMd5('hallo'))).toEqual([400, 'BadDigest']);
    expect(put('short')).toEqual([400, 'InvalidDigest']);
    expect(emulator.buckets.find(BUCKET, 'a')).toBeUndefined();
  });

  it('returns ranges', () => {
    const { emulator, send } = s3Setup();
    emulator.buckets.put(BUCKET, 'a', '0123456789');
    const range = (value: string) => send({ key: 'a', headers: { range: value } });
    expect(text(range('bytes=2-4'))).toEqual([206, '234']);
    expect(range('bytes=2-4').headers['content-range']).toBe('bytes 2-4/10');
    expect(text(range('bytes=7-'))).toEqual([206, '789']);
    expect(text(range('bytes=-2'))).toEqual([206, '89']);
    expect(text(range('bytes=8-99'))).toEqual([206, '89']);
    expect(failure(range('bytes=10-'))).toEqual([416, 'InvalidRange']);
    expect(text(range('bytes=4-2'))).toEqual([200, '0123456789']);
  });

  it('checks conditions of reads and writes', () => {
    const { emulator, send } = s3Setup();
    const { etag } = emulator.buckets.put(BUCKET, 'a', 'first');
    const get = (headers: Record<string, string>) => send({ key: 'a', headers });
    expect(get({ 'if-match': `"${etag}"` }).status).toBe(200);
    expect(get({ 'if-none-match': `"${etag}"` }).status).toBe(304);
    emulator.buckets.put(BUCKET, 'a', 'second');
    expect(failure(get({ 'if-match': `"${etag}"` }))).toEqual([412, 'PreconditionFailed']);
    const put = (headers: Record<string, string>) =>
      failure(send({ method: 'PUT', key: 'a', body: 'third', headers }));
    expect(put({ 'if-none-match': '*' })).toEqual([412, 'PreconditionFailed']);
    expect(put({ 'if-match': `"${etag}"` })).toEqual([412, 'PreconditionFailed']);
    expect(String(emulator.buckets.find(BUCKET, 'a')?.bytes())).toBe('second');
  });

  it('generates the same bytes for every range of a large object', () => {
    const { emulator, send } = s3Setup();
    const large = emulator.buckets.put(BUCKET, 'large', { size: 6_000_000_000 });
    expect(large.etag).toMatch(/^[0-9a-f]{32}-\d+$/);
    const read = (range: string) => Buffer.from(send({ key: 'large', headers: { range } }).body);
    const whole = read('bytes=5000000001-5000000020');
    expect(whole).toHaveLength(20);
    expect(read('bytes=5000000006-5000000009')).toEqual(whole.subarray(5, 9));
    const small = emulator.buckets.put(BUCKET, 'small', { size: 777 });
    expect(small.etag).toBe(md5(Buffer.from(send({ key: 'small' }).body)));
  });

  it('generates a million objects from a seed, without keeping them', () => {
    const objects = { count: 1_000_000, seed: 7, prefix: 'photos/', minBytes: 10, maxBytes: 99 };
    const { emulator, send, list } = s3Setup({ buckets: { [BUCKET]: { objects } } });
    const { body } = list({ 'start-after': 'photos/000999/000999997' });
    const keys = elements(body, 'Key');
    expect(keys.map((key) => key.replace(/\.\w+$/, ''))).toEqual([
      'photos/000999/000999997',
      'photos/000999/000999998',
      'photos/000999/000999999',
    ]);
    const [key = ''] = keys;
    const read = send({ key });
    expect(read.body.length).toBe(Number(elements(body, 'Size')[0]));
    expect(read.headers['etag']).toBe(`"${md5(Buffer.from(read.body))}"`);
    emulator.buckets.create('other', { objects: { ...objects, seed: 8 } });
    const etagsIn = (bucket: string) =>
      elements(send({ bucket, query: { 'list-type': '2', 'max-keys': '50' } }).body, 'ETag');
    const other = new Set(etagsIn('other'));
    expect(etagsIn(BUCKET).filter((etag) => other.has(etag))).toEqual([]);
  });

  it('refuses archived objects, and objects with a key of the client', () => {
    const { emulator, send } = s3Setup();
    emulator.buckets.put(BUCKET, 'archived', { storageClass: 'GLACIER' });
    emulator.buckets.put(BUCKET, 'restored', { storageClass: 'GLACIER', isRestored: true });
    emulator.buckets.put(BUCKET, 'sse-c', { hasClientKey: true });
    expect(failure(send({ key: 'archived' }))).toEqual([403, 'InvalidObjectState']);
    const head = send({ method: 'HEAD', key: 'archived' });
    expect([head.status, head.headers['x-amz-storage-class']]).toEqual([200, 'GLACIER']);
    expect(send({ key: 'restored' }).status).toBe(200);
    expect(send({ method: 'HEAD', key: 'sse-c' }).status).toBe(400);
  });

  it('answers 404 for what does not exist, and 204 for a delete', () => {
    const { emulator, send } = s3Setup();
    expect(failure(send({ key: 'none' }))).toEqual([404, 'NoSuchKey']);
    expect(failure(send({ bucket: 'none', key: 'a' }))).toEqual([404, 'NoSuchBucket']);
    expect(send({ method: 'HEAD', bucket: 'none' }).status).toBe(404);
    emulator.buckets.put(BUCKET, 'a');
    expect(send({ method: 'DELETE', key: 'a' }).status).toBe(204);
    expect(send({ method: 'DELETE', key: 'a' }).status).toBe(204);
    expect(failure(send({ key: 'a' }))).toEqual([404, 'NoSuchKey']);
  });

  it('creates and describes buckets', () => {
    const { send } = s3Setup({ buckets: { far: { region: 'eu-west-1' } } });
    const far = { keys: { region: 'eu-west-1' } };
    expect(String(send({ bucket: 'far', query: { location: '' } }, far).body)).toContain(
      '>eu-west-1</LocationConstraint>',
    );
    expect(send({ bucket: 'new', method: 'PUT' }).status).toBe(200);
    expect(failure(send({ bucket: 'new', method: 'PUT' }))[0]).toBe(409);
    expect(send({ bucket: 'new', method: 'HEAD' }).headers['x-amz-bucket-region']).toBe(
      'us-east-1',
    );
  });

  it('shows the copies that remote copies created', () => {
    const { emulator, send, list, upload, call } = s3Setup();
    const uuid = upload({ name: 'a.txt', type: 'text/plain', data: 'hello' });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a pattern of the service
    const copy = { source: uuid, target: 'backup', pattern: 'copies/${uuid}' };
    const copied = () => call('/files/remote_copy/', { method: 'POST', body: copy }).status;
    expect(copied()).toBe(201);
    const bucket = 'backup-bucket';
    expect(text(send({ bucket, key: `copies/${uuid}` }))).toEqual([200, 'hello']);
    expect(emulator.buckets.find(bucket, `copies/${uuid}`)?.etag).toBe(md5('hello'));
    expect(list().status).toBe(200);
    send({ bucket, key: `copies/${uuid}`, method: 'PUT', body: 'other' });
    expect(copied()).toBe(200);
    expect(text(send({ bucket, key: `copies/${uuid}` }))).toEqual([200, 'other']);
    expect([...emulator.buckets.list(bucket)]).toHaveLength(1);
  });

  it('counts requests by kind, and lets them fail as faults demand', () => {
    const { emulator, send, list } = s3Setup();
    emulator.buckets.put(BUCKET, 'a');
    const fault = { kind: 'status', status: 503 } as const;
    emulator.faults.add({ path: `/s3/${BUCKET}/a`, times: 1, fault });
    expect(failure(send({ key: 'a' }))).toEqual([503, 'SlowDown']);
    expect(send({ key: 'a' }).status).toBe(200);
    emulator.faults.add({ method: 'PUT', fault: { kind: 'reset', when: 'after' } });
    expect(send({ method: 'PUT', key: 'b', body: 'x' }).fault).toEqual({ kind: 'reset' });
    expect(emulator.buckets.find(BUCKET, 'b')?.size).toBe(1);
    emulator.faults.add({ query: 'list-type=2', fault: { kind: 'html' } });
    expect(String(list().body)).toContain('<html>');
    expect(emulator.buckets.requestCounts()).toMatchObject({ get: 2, put: 1, list: 1, head: 0 });
  });
});
