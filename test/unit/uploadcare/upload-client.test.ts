import { expect, test } from 'vitest';
import type { ClassifiedError } from '../../../src/core/failure.ts';
import { parseGroupId } from '../../../src/core/group-id.ts';
import type { ApiResponse } from '../../../src/transport/send.ts';
import { parseCredentials } from '../../../src/uploadcare/credentials.ts';
import { multipartForm } from '../../../src/uploadcare/form-data.ts';
import { createUploadClient } from '../../../src/uploadcare/upload-client.ts';
import type { UploadSigner } from '../../../src/uploadcare/upload-signature.ts';
import { uuidOf } from '../../support/file-json.ts';
import {
  failure,
  formFields,
  formText,
  notFound,
  permit,
  scriptedSend,
  signal,
} from './client-setup.ts';

const UUID = uuidOf(1);
const GROUP = parseGroupId(`${uuidOf(9)}~2`);
const INFO = {
  size: 5,
  total: 5,
  done: 5,
  uuid: UUID,
  file_id: UUID,
  original_filename: 'a.txt',
  is_stored: true,
  is_ready: true,
  mime_type: 'text/plain',
  metadata: { a: 'b' },
};
const FILE = {
  uuid: UUID,
  filename: 'a.txt',
  size: 5,
  mimeType: 'text/plain',
  isStored: true,
  isReady: true,
  metadata: { a: 'b' },
};

function setup(...given: readonly (Partial<ApiResponse> | ClassifiedError)[]) {
  return setupWith({}, ...given);
}

function setupWith(
  changes: {
    readonly sign?: UploadSigner;
    readonly origin?: string;
    readonly partHosts?: readonly string[];
  },
  ...given: readonly (Partial<ApiResponse> | ClassifiedError)[]
) {
  const { send, requests } = scriptedSend(...given);
  const client = createUploadClient({
    send,
    sendPart: send,
    origin: changes.origin ?? 'https://upload.uploadcare.com',
    partHosts: changes.partHosts ?? [],
    publicKey: parseCredentials('demopublickey', 'demosecretkey').publicKey,
    sign: changes.sign ?? null,
    random: () => 0.5,
  });
  return { client, requests };
}

function bytesOf(text: string) {
  const bytes = new TextEncoder().encode(text);
  return {
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

test('a file goes up as a form, byte for byte, with the key, the store flag, metadata and tags', async () => {
  const { client, requests } = setup({ body: { file: UUID } });
  const source = {
    filename: 'a "b"\r\n.txt',
    contentType: 'text/plain',
    bytes: bytesOf('häl\r\n--lo'),
  };
  const settings = { store: 'auto', metadata: { 'k"ey': 'v' }, tags: ['x', 'y'] } as const;
  expect(await client.direct.upload(source, settings, permit)).toBe(UUID);
  const [request] = requests;
  expect(request).toMatchObject({ method: 'POST', target: '/base/?jsonerrors=1', mutates: true });
  const boundary = request?.payload?.contentType.split('boundary=')[1] ?? '';
  const field = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  expect(request && (await formText(request))).toBe(
    field('UPLOADCARE_PUB_KEY', 'demopublickey') +
      field('UPLOADCARE_STORE', 'auto') +
      field('metadata[k%22ey]', 'v') +
      field('tags', 'x,y') +
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a %22b%22%0D%0A.txt"\r\nContent-Type: text/plain\r\n\r\n` +
      `häl\r\n--lo\r\n--${boundary}--\r\n`,
  );
});

test('a form can be read again for every try, and is never in memory', () => {
  let opened = 0;
  const bytes = {
    size: 5_000_000_000,
    open() {
      opened += 1;
      return bytesOf('').open();
    },
  };
  const file = { name: 'file', filename: 'a', contentType: 'x/y\r\nEvil: 1', bytes };
  const { bytes: form } = multipartForm([], { file, random: () => 0 });
  if (typeof form === 'function') throw new Error('The fields are known');
  expect(form.size).toBeGreaterThan(5_000_000_000);
  expect(opened).toBe(0);
  form.open();
  form.open();
});

test('an upload is signed where that is asked for, and a completion never', async () => {
  const sign = () => ({ signature: 'abc', expire: '60' });
  const { client, requests } = setupWith({ sign }, { body: { file: UUID } }, { body: INFO });
  const source = { filename: 'a', contentType: 'a/b', bytes: bytesOf('x') };
  await client.direct.upload(source, { store: true }, permit);
  await client.multipart.complete(UUID, permit);
  const [upload, complete] = await Promise.all(requests.map(formFields));
  expect(upload).toMatchObject({ signature: 'abc', expire: '60', UPLOADCARE_STORE: '1' });
  expect(complete).toEqual({ UPLOADCARE_PUB_KEY: 'demopublickey', uuid: UUID });
});

test('the time for a request grows with its bytes', async () => {
  const { client, requests } = setup({ body: { file: UUID } });
  const bytes = { size: 90_000_000, open: bytesOf('').open };
  await client.direct.upload(
    { filename: 'a', contentType: 'a/b', bytes },
    { store: false },
    permit,
  );
  expect(requests[0]?.deadlineMs).toBeGreaterThan(900_000);
});

const PARTS = [1, 2, 3].map(
  (part) =>
    `https://uploadcare.s3-accelerate.amazonaws.com/${UUID}/a.txt?partNumber=${part}&X-Amz-Signature=x%2By`,
);

test('a large file begins, has its parts put to their own host byte for byte, and ends', async () => {
  const { client, requests } = setup(
    { body: { uuid: UUID, parts: PARTS } },
    { body: null },
    { body: INFO },
  );
  const file = { filename: 'a.txt', contentType: 'text/plain', size: 11_000_000 };
  const { parts } = await client.multipart.start(
    file,
    { store: true, metadata: { a: 'b' } },
    signal,
  );
  await client.multipart.putPart(
    { url: parts[1] ?? '', contentType: 'text/plain', bytes: bytesOf('x') },
    signal,
  );
  expect(await client.multipart.complete(UUID, permit)).toEqual(FILE);
  const [start, put] = requests;
  expect(start && (await formFields(start))).toEqual({
    UPLOADCARE_PUB_KEY: 'demopublickey',
    filename: 'a.txt',
    size: '11000000',
    content_type: 'text/plain',
    part_size: '5242880',
    UPLOADCARE_STORE: '1',
    'metadata[a]': 'b',
  });
  expect(put).toMatchObject({
    method: 'PUT',
    origin: 'https://uploadcare.s3-accelerate.amazonaws.com',
    target: `/${UUID}/a.txt?partNumber=2&X-Amz-Signature=x%2By`,
    payload: { contentType: 'text/plain', bytes: { size: 1 } },
    mutates: false,
  });
});

test('an upload that was completed before is a success', async () => {
  const done = failure({ status: 400, code: 'already_uploaded' });
  const { client, requests } = setup(done, { body: INFO });
  expect(await client.multipart.complete(UUID, permit)).toEqual(FILE);
  expect(requests[1]?.target).toBe(`/info/?jsonerrors=1&pub_key=demopublickey&file_id=${UUID}`);
});

test('too few part URLs begin the upload anew', async () => {
  const { client } = setup({ body: { uuid: UUID, parts: PARTS.slice(1) } });
  const file = { filename: 'a', contentType: 'a/b', size: 11_000_000 };
  await expect(client.multipart.start(file, { store: true }, signal)).rejects.toMatchObject({
    kind: 'transient',
    effect: 'none',
    code: 'bad_answer',
  });
});

test.each([
  'http://s3.test/x',
  'file:///etc/passwd',
  'https://user:pw@s3.test/x',
  'https://s3.test\\@evil.test/x',
  'https://s3.test/x#y',
  'https://s3.test',
  'ftp://s3.test/x',
  '/relative',
  'https://s3.test/a b',
  'https://s3.test/x',
  'https://uploadcare.s3-accelerate.amazonaws.com.evil.test/x',
  'https://evil.test/uploadcare.s3-accelerate.amazonaws.com/x',
  'http://uploadcare.s3-accelerate.amazonaws.com/x',
  'https://uploadcare.s3-accelerate.amazonaws.com:8443/x',
])('no file is sent to %s', async (url) => {
  const { client, requests } = setup({});
  const put = client.multipart.putPart({ url, contentType: 'a/b', bytes: bytesOf('x') }, signal);
  await expect(put).rejects.toMatchObject({ code: 'bad_part_url', kind: 'fatal' });
  expect(requests).toEqual([]);
});

test('parts go over plain HTTP to a host that the user named, if the Upload API is asked that way', async () => {
  const { client, requests } = setupWith(
    { origin: 'http://127.0.0.1:80', partHosts: ['127.0.0.1:81'] },
    { body: null },
  );
  const part = { url: 'http://127.0.0.1:81/x', contentType: 'a/b', bytes: bytesOf('x') };
  await client.multipart.putPart(part, signal);
  expect(requests[0]).toMatchObject({ origin: 'http://127.0.0.1:81', target: '/x' });
});

test.each([
  ['https://upload.uploadcare.com/x', []],
  ['https://UPLOADCARE.s3-accelerate.amazonaws.com:443/x', []],
  ['https://eu.storage.example.com/x', ['*.storage.example.com']],
])(
  'a part goes to the API, to a known storage, to a host that the user named: %s',
  async (url, partHosts) => {
    const { client, requests } = setupWith({ partHosts }, { body: null });
    await client.multipart.putPart({ url, contentType: 'a/b', bytes: bytesOf('x') }, signal);
    expect(requests).toMatchObject([{ target: '/x' }]);
  },
);

test('an import begins with a token, or with the file that is there', async () => {
  const { client, requests } = setup(
    { body: { type: 'token', token: 't-1' } },
    { body: { type: 'file_info', ...INFO } },
    { body: { type: 'what' } },
  );
  const options = {
    sourceUrl: 'https://a.test/?b=1&c',
    store: false,
    filename: 'x',
    checkDuplicates: true,
  } as const;
  expect(await client.fromUrl.start(options, permit)).toEqual({ kind: 'token', token: 't-1' });
  expect(await client.fromUrl.start(options, permit)).toEqual({ kind: 'file', file: FILE });
  await expect(client.fromUrl.start(options, permit)).rejects.toMatchObject({ effect: 'unknown' });
  expect(requests[0] && (await formFields(requests[0]))).toEqual({
    pub_key: 'demopublickey',
    source_url: 'https://a.test/?b=1&c',
    filename: 'x',
    check_URL_duplicates: '1',
    store: '0',
  });
});

test.each<[object, object]>([
  [{ status: 'waiting' }, { state: 'waiting' }],
  [{ status: 'unknown' }, { state: 'unknown' }],
  [
    { status: 'progress', done: 1, total: 2 },
    { state: 'progress', done: 1, total: 2 },
  ],
  [
    { status: 'progress', done: '1', total: 'unknown' },
    { state: 'progress', done: 1, total: null },
  ],
  [{ status: 'progress' }, { state: 'progress', done: null, total: null }],
  [
    { status: 'success', ...INFO },
    { state: 'success', file: FILE },
  ],
  [
    { status: 'success', uuid: UUID, size: '5' },
    { state: 'success', file: { uuid: UUID, size: null } },
  ],
  [
    { status: 'error', error: 'HTTP client error: 404.', error_code: 'E' },
    { state: 'error', message: 'HTTP client error: 404.', code: 'E' },
  ],
  [{ status: 'error' }, { state: 'error', code: null }],
])('an import whose status is %j', async (body, expected) => {
  const { client, requests } = setup({ body: JSON.parse(JSON.stringify(body)) });
  expect(await client.fromUrl.status('a&b', signal)).toMatchObject(expected);
  expect(requests[0]?.target).toBe('/from_url/status/?jsonerrors=1&token=a%26b');
});

test.each([{ status: 'done' }, { status: 'success' }, {}, null])(
  '%j is no status',
  async (body) => {
    const { client } = setup({ body });
    await expect(client.fromUrl.status('a', signal)).rejects.toMatchObject({ code: 'bad_answer' });
  },
);

test('a group is made of files in order, and read with null for what was purged', async () => {
  const group = {
    id: GROUP,
    datetime_created: '2026-01-01T00:00:00Z',
    files_count: 2,
    files: [INFO, null],
  };
  const { client, requests } = setup({ body: group }, { body: group }, notFound);
  const expected = {
    id: GROUP,
    createdAt: Date.UTC(2026, 0, 1),
    filesCount: 2,
    files: [FILE, null],
  };
  expect(await client.uploaded.createGroup([UUID, `${uuidOf(2)}/-/resize/x600/`], permit)).toEqual(
    expected,
  );
  expect(await client.uploaded.group(GROUP, signal)).toEqual(expected);
  expect(await client.uploaded.group(GROUP, signal)).toBeNull();
  expect(await client.uploaded.file(UUID, signal)).toBeNull();
  expect(requests[0] && (await formFields(requests[0]))).toEqual({
    pub_key: 'demopublickey',
    'files[0]': UUID,
    'files[1]': `${uuidOf(2)}/-/resize/x600/`,
  });
});
