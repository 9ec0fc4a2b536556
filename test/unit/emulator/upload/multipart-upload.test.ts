import { expect, test } from 'vitest';
import type { EmulatorOptions } from '../../../../src/emulator/emulator.ts';
import { type Fields, uploadSetup } from '../upload-caller.ts';

const MIB = 1024 ** 2;
const SIZE = 11 * MIB;
const START: Fields = {
  UPLOADCARE_PUB_KEY: 'demopublickey',
  filename: 'big.txt',
  size: String(SIZE),
  content_type: 'text/plain',
  'metadata[k]': 'v',
};

function multipart(options: EmulatorOptions = {}) {
  const parts = uploadSetup(options);
  const { emulator, post, read, said } = parts;
  const started: { uuid: string; parts: string[] } = read(post('/multipart/start/', START));
  const put = (number: number, body: Buffer, url = started.parts[number - 1] ?? '') =>
    emulator.handle({
      method: 'PUT',
      target: url.replace(/^https?:\/\/[^/]+/, ''),
      headers: { 'content-type': 'application/octet-stream' },
      body,
    });
  const complete = (uuid = started.uuid) =>
    post('/multipart/complete/', { UPLOADCARE_PUB_KEY: 'demopublickey', uuid });
  const putAll = () => {
    for (const [index, size] of [5, 5, 1].entries()) put(index + 1, Buffer.alloc(size * MIB, 'x'));
  };
  return { ...parts, started, put, putAll, complete, refusal: () => said(complete()) };
}

test('parts may come in any order and again; together they are the file', () => {
  const { started, put, complete, read, emulator } = multipart();
  expect(started.parts).toHaveLength(3);
  expect(put(3, Buffer.alloc(MIB, 'c'))).toMatchObject({ status: 200, body: '' });
  put(1, Buffer.alloc(5 * MIB, 'z'));
  put(2, Buffer.alloc(5 * MIB, 'b'));
  expect(put(1, Buffer.alloc(5 * MIB, 'a')).headers['etag']).toMatch(/^"[0-9a-f]{32}"$/);
  const whole = Buffer.concat([
    Buffer.alloc(5 * MIB, 'a'),
    Buffer.alloc(5 * MIB, 'b'),
    Buffer.alloc(MIB, 'c'),
  ]);
  expect(read(complete())).toMatchObject({
    uuid: started.uuid,
    size: SIZE,
    mime_type: 'text/plain',
    metadata: { k: 'v' },
  });
  expect(emulator.projects[0]?.original(started.uuid)?.bytes?.equals(whole)).toBe(true);
  expect(emulator.audit.summary().upload).toMatchObject({ changed: 1 });
});

test('completing again is refused in words that mean success', () => {
  const { putAll, complete, refusal, emulator } = multipart();
  putAll();
  expect(complete().status).toBe(200);
  expect(refusal()).toEqual([400, 'File is already uploaded.']);
  expect(emulator.audit.summary().upload?.changed).toBe(1);
  expect(emulator.creations.repeated()).toEqual([]);
});

test('parts that are missing, too large or wrongly cut are told apart', () => {
  const { put, refusal, complete, said } = multipart();
  expect(refusal()).toEqual([400, 'File size mismatch. Not all parts uploaded?']);
  put(1, Buffer.alloc(6 * MIB));
  put(2, Buffer.alloc(6 * MIB));
  expect(refusal()).toEqual([400, 'Uploaded size is more than expected.']);
  put(2, Buffer.alloc(5 * MIB));
  expect(refusal()).toEqual([400, 'Can not complete upload. Wrong parts size?']);
  expect(said(complete(''))).toEqual([400, 'uuid is required.']);
  expect(said(complete('nonexistent'))).toEqual([404, 'File is not found.']);
});

test.each<[Fields, string]>([
  [{ filename: '' }, 'filename is required.'],
  [{ content_type: '' }, 'content_type is required.'],
  [{ size: 'large' }, 'size should be integer.'],
  [
    { size: '10485759' },
    'File size can not be less than 10485760 bytes. Please use direct upload instead of multipart.',
  ],
  [{ size: String(30 * MIB) }, 'File size exceeds project limit.'],
  [{ part_size: 'x' }, 'Multipart Upload Part Size should be an integer.'],
  [{ part_size: '5242879' }, 'Multipart Upload Part Size can not be less than 5242880 bytes.'],
  [
    { part_size: '5368709121' },
    'Multipart Upload Part Size can not be more than 5368709120 bytes.',
  ],
])('a start with %o is refused', (fields, words) => {
  const { post, said } = multipart({ fileSizeLimit: 20 * MIB });
  expect(said(post('/multipart/start/', { ...START, ...fields }))).toEqual([400, words]);
});

test('a part URL is good for a day, and only as it was given', () => {
  const { put, clock, started, complete, putAll } = multipart();
  const url = started.parts[0] ?? '';
  expect(put(1, Buffer.alloc(1), url.replace('partNumber=1', 'partNumber=2')).status).toBe(403);
  expect(put(1, Buffer.alloc(1), url.replace(/uploadId=[^&]*/, 'uploadId=x')).status).toBe(404);
  clock.ms += 86_400_000;
  expect(put(1, Buffer.alloc(1)).status).toBe(200);
  clock.ms += 1000;
  expect(put(1, Buffer.alloc(1))).toMatchObject({
    status: 403,
    body: expect.stringContaining('Request has expired'),
  });
  clock.ms -= 1000;
  putAll();
  complete();
  expect(put(1, Buffer.alloc(1)).status).toBe(404);
});

test('without room for the bytes the file is there all the same', () => {
  const { putAll, complete, started, emulator, read } = multipart({ keepBytes: 1000 });
  putAll();
  expect(read(complete())).toMatchObject({ size: SIZE });
  expect(emulator.projects[0]?.original(started.uuid)).toEqual({
    size: SIZE,
    sha256: null,
    bytes: null,
  });
});
