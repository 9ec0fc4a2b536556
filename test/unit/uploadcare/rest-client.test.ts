import { expect, test } from 'vitest';
import { ClassifiedError } from '../../../src/core/failure.ts';
import type { JsonValue } from '../../../src/core/json.ts';
import type { ApiRequest, ApiResponse, SendPermit } from '../../../src/transport/send.ts';
import { createRestClient } from '../../../src/uploadcare/rest-client.ts';
import { fileJson, uuidOf } from '../../support/file-json.ts';

const ORIGIN = 'https://api.uploadcare.com';
const signal = new AbortController().signal;
const permit: SendPermit = { signal, beforeSend: async () => {} };

interface Given {
  readonly status?: number;
  readonly failure?: ClassifiedError;
}

function setup(body: unknown, { status = 200, failure }: Given = {}) {
  const requests: ApiRequest[] = [];
  const send = async (request: ApiRequest): Promise<ApiResponse> => {
    requests.push(request);
    if (failure !== undefined) throw failure;
    const json = JSON.parse(JSON.stringify(body)) as JsonValue;
    return { status, headers: {}, body: json, requestId: 'r-1' };
  };
  return { requests, client: createRestClient(send, { origin: ORIGIN }) };
}

function pageJson(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    next: null,
    previous: null,
    total: 0,
    totals: { removed: 0, stored: -32094, unstored: 0 },
    per_page: 100,
    results: [fileJson(1), fileJson(2)],
    ...changes,
  };
}

test('a file is read with its times in ms', async () => {
  const { client } = setup(fileJson(1));
  expect(await client.files.fileInfo(uuidOf(1), signal)).toEqual({
    uuid: uuidOf(1),
    filename: 'cat.jpg',
    size: 4321,
    mimeType: 'image/jpeg',
    isImage: true,
    isReady: true,
    uploadedAt: Date.UTC(2022, 9, 25, 11, 11, 47, 120),
    storedAt: Date.UTC(2022, 9, 25, 11, 11, 48, 0),
    removedAt: null,
    metadata: { color: 'red' },
    tags: null,
    url: `https://ucarecdn.com/${uuidOf(1)}/cat.jpg`,
  });
});

test('what is missing or null is unknown, and not empty', async () => {
  const bare = {
    uuid: uuidOf(1).toUpperCase(),
    size: 0,
    is_ready: false,
    is_image: null,
    mime_type: null,
    datetime_uploaded: '2022-10-25T11:11:47.120330Z',
    datetime_stored: null,
    datetime_removed: null,
  };
  const { client } = setup(bare);
  expect(await client.files.fileInfo(uuidOf(1), signal)).toMatchObject({
    uuid: uuidOf(1),
    filename: null,
    mimeType: null,
    isImage: null,
    storedAt: null,
    metadata: null,
    tags: null,
  });
});

test.each([
  ['uuid', { uuid: 'cat.jpg' }],
  ['size', { size: '4321' }],
  ['is_ready', { is_ready: undefined }],
  ['datetime_uploaded', { datetime_uploaded: 'yesterday' }],
  ['datetime_stored', { datetime_stored: undefined }],
  ['datetime_removed', { datetime_removed: undefined }],
])('a file whose %s is odd is a bad answer that names the field', async (field, change) => {
  const { client } = setup(fileJson(1, change));
  const failure = await client.files.fileInfo(uuidOf(1), signal).catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind: 'transient', effect: 'none', code: 'bad_answer' });
  expect(String(failure)).toContain(`\`${field}\``);
});

test('a file the project does not have is null', async () => {
  const failure = new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'http_404',
    status: 404,
    message: 'm',
  });
  const { client } = setup(null, { failure });
  expect(await client.files.fileInfo(uuidOf(1), signal)).toBeNull();
});

test('a wrong server is not a missing file', async () => {
  const failure = new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'http_404',
    message: 'm',
    fatalCause: 'configuration',
  });
  const { client } = setup(null, { failure });
  await expect(client.files.fileInfo(uuidOf(1), signal)).rejects.toBe(failure);
});

test('a page gives its files and where the next one starts, verbatim', async () => {
  const target = '/files/?limit=2&from=2022-09-28T15%3A53%3A36.082137%2B00%3A00&offset=0';
  const { client, requests } = setup(pageJson({ next: `${ORIGIN}${target}` }));
  const page = await client.files.listPage({ query: { limit: 2, stored: false } }, signal);
  expect(page.files.map(({ uuid }) => uuid)).toEqual([uuidOf(1), uuidOf(2)]);
  expect(page.next).toBe(target);
  expect(requests[0]).toMatchObject({ method: 'GET', target: '/files/?limit=2&stored=false' });
  await client.files.listPage({ cursor: target }, signal);
  expect(requests[1]?.target).toBe(target);
});

test('only a null says that nothing follows', async () => {
  const last = setup(pageJson());
  expect((await last.client.files.listPage({ query: {} }, signal)).next).toBeNull();
  const odd = setup(pageJson({ next: undefined }));
  await expect(odd.client.files.listPage({ query: {} }, signal)).rejects.toMatchObject({
    code: 'bad_answer',
  });
});

test('a page that leads elsewhere is fatal', async () => {
  const { client } = setup(pageJson({ next: 'https://evil.example/files/?limit=1' }));
  await expect(client.files.listPage({ query: {} }, signal)).rejects.toMatchObject({
    kind: 'fatal',
    code: 'bad_next',
  });
});

test('a cursor that leads elsewhere is never sent', async () => {
  const { client, requests } = setup(pageJson());
  const cursor = 'https://evil.example/files/?limit=1';
  await expect(client.files.listPage({ cursor }, signal)).rejects.toMatchObject({
    kind: 'fatal',
  });
  expect(requests).toEqual([]);
});

test.each([
  ['storeBatch', 'PUT'],
  ['deleteBatch', 'DELETE'],
] as const)(
  '%s sends the UUIDs with its permit and tells files from problems',
  async (name, method) => {
    const removed = '2026-01-01T00:00:00.000000Z';
    const { client, requests } = setup({
      status: 'ok',
      problems: { [uuidOf(2)]: 'Missing in the project', nonsense: 'Invalid' },
      result: [fileJson(1, { datetime_stored: null, datetime_removed: removed, size: null })],
    });
    const answer = await client.files[name]([uuidOf(2), uuidOf(1)], permit);
    expect(answer.files).toEqual([
      { uuid: uuidOf(1), storedAt: null, removedAt: Date.UTC(2026, 0, 1) },
    ]);
    expect(answer.problems.get(uuidOf(2))).toBe('Missing in the project');
    expect(answer.problems.get('nonsense')).toBe('Invalid');
    expect(requests).toMatchObject([
      {
        method,
        target: '/files/storage/',
        body: [uuidOf(2), uuidOf(1)],
        mutates: true,
        beforeSend: permit.beforeSend,
      },
    ]);
  },
);

test.each([0, 101])('a batch of %i is refused before anything is sent', async (count) => {
  const { client, requests } = setup({ result: [], problems: {} });
  const uuids = Array.from({ length: count }, (_, index) => uuidOf(index));
  await expect(client.files.storeBatch(uuids, permit)).rejects.toThrow(/1 to 100/);
  expect(requests).toEqual([]);
});

test('a batch answer that does not fit leaves the effect unknown', async () => {
  const { client } = setup({ detail: 'OK' });
  await expect(client.files.storeBatch([uuidOf(1)], permit)).rejects.toMatchObject({
    kind: 'transient',
    effect: 'unknown',
    code: 'bad_answer',
    requestId: 'r-1',
  });
});

test.each([
  [201, 'copied'],
  [200, 'existed'],
])('a remote copy answered with %i was %s', async (status, kind) => {
  const { client, requests } = setup({ type: 'url', result: 's3://bucket/key' }, { status });
  const copy = { source: uuidOf(1), target: 'backup', pattern: 'backup/of/it', makePublic: false };
  expect(await client.files.remoteCopy(copy, permit)).toEqual({ kind, url: 's3://bucket/key' });
  expect(requests).toMatchObject([
    {
      method: 'POST',
      target: '/files/remote_copy/',
      body: { source: uuidOf(1), target: 'backup', pattern: 'backup/of/it', make_public: false },
      deadlineMs: 300_000,
    },
  ]);
});

test('a remote copy may leave out its url', async () => {
  const { client } = setup({ type: 'url', result: null });
  const copy = { source: uuidOf(1), target: 'backup', pattern: 'backup/of/it', makePublic: true };
  expect(await client.files.remoteCopy(copy, permit)).toEqual({ kind: 'existed', url: null });
});

test('the project tells its name and key', async () => {
  const { client, requests } = setup({
    collaborators: [],
    name: 'Demo',
    pub_key: 'demopublickey',
    autostore_enabled: true,
  });
  expect(await client.project.info(signal)).toEqual({
    name: 'Demo',
    publicKey: 'demopublickey',
    autostore: true,
  });
  expect(requests[0]?.target).toBe('/project/');
});
