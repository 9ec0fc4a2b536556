import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BUCKET, elements, failure, s3Setup } from './s3-caller.ts';

const MIB = 1024 ** 2;
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();

function partsXml(etags: readonly [number, string][]): string {
  const parts = etags.map(
    ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
}

function startUpload(key: string) {
  const parts = s3Setup();
  const { send } = parts;
  const headers = { 'content-type': 'video/mp4', 'x-amz-meta-owner': 'Ada' };
  const started = send({ method: 'POST', key, query: { uploads: '' }, headers });
  const uploadId = elements(started.body, 'UploadId')[0] ?? '';
  const put = (number: number, body: Buffer) =>
    send({ method: 'PUT', key, query: { uploadId, partNumber: String(number) }, body });
  const complete = (etags: readonly [number, string][]) =>
    send({ method: 'POST', key, query: { uploadId }, body: partsXml(etags) });
  const etagOf = (number: number, body: Buffer) => put(number, body).headers['etag'] ?? '';
  return { ...parts, uploadId, put, complete, etagOf };
}

describe('multipart uploads to a bucket', () => {
  it('makes one object of the parts, with the ETag of a multipart upload', () => {
    const { emulator, complete, etagOf } = startUpload('film.mp4');
    const [first, second] = [Buffer.alloc(5 * MIB, 1), Buffer.alloc(10, 2)];
    const etags: [number, string][] = [
      [1, etagOf(1, first)],
      [3, etagOf(3, second)],
    ];
    const answer = complete(etags);
    const hash = createHash('md5')
      .update(Buffer.concat([md5(first), md5(second)]))
      .digest('hex');
    expect(elements(answer.body, 'ETag')).toEqual([`&quot;${hash}-2&quot;`]);
    const object = emulator.buckets.find(BUCKET, 'film.mp4');
    expect(object?.bytes().equals(Buffer.concat([first, second]))).toBe(true);
    expect(object).toMatchObject({
      etag: `${hash}-2`,
      contentType: 'video/mp4',
      metadata: { owner: 'Ada' },
    });
    expect(emulator.buckets.openUploads(BUCKET)).toEqual([]);
    expect(failure(complete(etags))).toEqual([404, 'NoSuchUpload']);
  });

  it('lists the parts that arrived', () => {
    const { emulator, send, put, uploadId } = startUpload('a');
    for (const number of [2, 1, 5]) put(number, Buffer.from(`part ${number}`));
    const query = { uploadId, 'max-parts': '2' };
    const { body } = send({ key: 'a', query });
    expect(elements(body, 'PartNumber')).toEqual(['1', '2']);
    expect(elements(body, 'IsTruncated')).toEqual(['true']);
    const rest = send({ key: 'a', query: { ...query, 'part-number-marker': '2' } });
    expect(elements(rest.body, 'PartNumber')).toEqual(['5']);
    expect(emulator.buckets.openUploads(BUCKET)).toEqual([
      { key: 'a', uploadId, parts: [1, 2, 5] },
    ]);
  });

  it('refuses parts that are missing, wrong, too small or in another order', () => {
    const { emulator, complete, etagOf } = startUpload('a');
    const [one, two] = [etagOf(1, Buffer.from('small')), etagOf(2, Buffer.from('last'))];
    expect(failure(complete([[1, two]]))).toEqual([400, 'InvalidPart']);
    expect(failure(complete([[7, one]]))).toEqual([400, 'InvalidPart']);
    expect(failure(complete([]))).toEqual([400, 'MalformedXML']);
    const both: [number, string][] = [
      [1, one],
      [2, two],
    ];
    expect(failure(complete(both))).toEqual([400, 'EntityTooSmall']);
    expect(
      failure(
        complete([
          [2, two],
          [1, one],
        ]),
      ),
    ).toEqual([400, 'InvalidPartOrder']);
    expect(emulator.buckets.find(BUCKET, 'a')).toBeUndefined();
  });

  it('aborts an upload', () => {
    const { emulator, send, put, uploadId } = startUpload('a');
    expect(send({ method: 'DELETE', key: 'a', query: { uploadId } }).status).toBe(204);
    expect(emulator.buckets.openUploads(BUCKET)).toEqual([]);
    expect(failure(put(1, Buffer.from('late')))).toEqual([404, 'NoSuchUpload']);
  });

  it('fails late, with the status of a success, if a fault demands it', () => {
    const { emulator, complete, etagOf } = startUpload('a');
    const etags: [number, string][] = [[1, etagOf(1, Buffer.from('part'))]];
    const fault = { kind: 'status', status: 200 } as const;
    emulator.faults.add({ method: 'POST', query: 'uploadId=', times: 1, fault });
    expect(failure(complete(etags))).toEqual([200, 'InternalError']);
    expect(emulator.buckets.find(BUCKET, 'a')).toBeUndefined();
    expect(failure(complete(etags))).toEqual([200, undefined]);
    expect(emulator.buckets.find(BUCKET, 'a')?.size).toBe(4);
  });
});
