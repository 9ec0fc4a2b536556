import { expect, test } from 'vitest';
import type { ClassifiedError } from '../../../src/core/failure.ts';
import { parseGroupId } from '../../../src/core/group-id.ts';
import type { ApiResponse } from '../../../src/transport/send.ts';
import { createRestClient } from '../../../src/uploadcare/rest-client.ts';
import { fileJson, uuidOf } from '../../support/file-json.ts';
import { failure, notFound, permit, scriptedSend, signal } from './client-setup.ts';

const UUID = uuidOf(1);
const GROUP = parseGroupId(`${uuidOf(9)}~2`);

function setup(...given: readonly (Partial<ApiResponse> | ClassifiedError)[]) {
  const { send, requests } = scriptedSend(...given);
  return { client: createRestClient(send, { origin: 'https://api.uploadcare.com' }), requests };
}

const json = (value: unknown) => JSON.parse(JSON.stringify(value));

test('a local copy goes out with its metadata, and only its UUID is needed of the answer', async () => {
  const { client, requests } = setup({
    status: 201,
    body: { type: 'file', result: { uuid: UUID } },
  });
  const copy = await client.files.localCopy(
    { source: `${UUID}/-/resize/x600/`, store: true, metadata: { ucbulk_intent: 'r.s.1' } },
    permit,
  );
  expect(copy).toEqual({ uuid: UUID, storedAt: null });
  expect(requests).toMatchObject([
    {
      method: 'POST',
      target: '/files/local_copy/',
      mutates: true,
      body: {
        source: `${UUID}/-/resize/x600/`,
        store: true,
        metadata: { ucbulk_intent: 'r.s.1' },
      },
    },
  ]);
});

test.each([undefined, null])(
  'a file without the appdata that was asked for is a bad answer',
  async (appdata) => {
    const { client } = setup(
      { body: json(fileJson(1, { appdata })) },
      { body: json(fileJson(1, { appdata, datetime_removed: '2022-10-25T11:11:48.000001Z' })) },
    );
    const read = () => client.files.fileDetails(UUID, { extra: 'appdata', signal });
    await expect(read()).rejects.toMatchObject({ kind: 'transient', code: 'bad_answer' });
    expect((await read())?.appdata.size).toBe(0);
  },
);

test('a file of v0.7 and of v0.6 tell the same', async () => {
  const image = { width: 5, height: 7 };
  const old = { ...fileJson(1), content_info: undefined, image_info: image, video_info: null };
  const labels = { Cat: 0.9 };
  const { client, requests } = setup(
    { body: json(fileJson(1, { content_info: { image }, appdata: {} })) },
    { body: json({ ...old, rekognition_info: labels }) },
  );
  const now = await client.files.fileDetails(UUID, { extra: 'appdata', signal });
  const then = await client.files.fileDetails(UUID, { extra: 'rekognition', signal });
  expect(now?.image).toEqual(image);
  expect(then).toEqual({ ...now, rekognitionInfo: labels });
  expect(requests.map(({ target }) => target)).toEqual([
    `/files/${UUID}/?include=appdata`,
    `/files/${UUID}/?add_fields=rekognition_info`,
  ]);
});

test('what an add-on left is read with its times', async () => {
  const appdata = {
    uc_clamav_virus_scan: {
      data: { infected: true, infected_with: 'Eicar' },
      version: '1.0.1',
      datetime_created: '2026-01-01T00:00:00.000000Z',
      datetime_updated: '2026-01-01T00:00:01.000000Z',
    },
  };
  const { client } = setup({ body: json(fileJson(1, { appdata })) });
  const file = await client.files.fileDetails(UUID, { extra: 'appdata', signal });
  expect(file?.appdata.get('uc_clamav_virus_scan')).toEqual({
    data: { infected: true, infected_with: 'Eicar' },
    version: '1.0.1',
    createdAt: Date.UTC(2026, 0, 1),
    updatedAt: Date.UTC(2026, 0, 1, 0, 0, 1),
  });
});

test('v0.6 lists by size, from a number of bytes on', async () => {
  const next =
    'https://api.uploadcare.com/files/?ordering=size&from=4394&limit=2&add_fields=rekognition_info&offset=0';
  const { client, requests } = setup({ body: json({ next, results: [fileJson(1)] }) });
  const query = { ordering: 'size', from: 4393, limit: 2, add_fields: 'rekognition_info' } as const;
  const page = await client.files.listPage({ query }, signal);
  expect(requests[0]?.target).toBe(
    '/files/?ordering=size&from=4393&limit=2&add_fields=rekognition_info',
  );
  expect(page.next).toBe(next.slice('https://api.uploadcare.com'.length));
});

test('metadata is read, set and removed', async () => {
  const { client, requests } = setup(
    { body: { a: 'b' } },
    { body: 'b' },
    { status: 201, body: 'c' },
    { status: 200, body: 'c' },
    { status: 204 },
    notFound,
  );
  const place = { uuid: UUID, key: '-:45az_' };
  expect(await client.metadata.all(UUID, signal)).toEqual({ a: 'b' });
  expect(await client.metadata.get(place, signal)).toBe('b');
  expect(await client.metadata.set(place, 'c', permit)).toEqual({ created: true });
  expect(await client.metadata.set(place, 'c', permit)).toEqual({ created: false });
  expect(await client.metadata.remove(place, permit)).toEqual({ existed: true });
  expect(await client.metadata.remove(place, permit)).toEqual({ existed: false });
  expect(await client.metadata.get(place, signal)).toBeNull();
  expect(requests[2]).toMatchObject({
    method: 'PUT',
    target: `/files/${UUID}/metadata/-:45az_/`,
    body: 'c',
  });
});

test.each(['', '.', '..', '../..', 'a/b', 'a?b', 'ä', 'x'.repeat(65), 'a\r\nb'])(
  'the metadata key %j is refused before anything is sent',
  async (key) => {
    const { client, requests } = setup({ status: 204 });
    await expect(client.metadata.remove({ uuid: UUID, key }, permit)).rejects.toMatchObject({
      kind: 'permanent',
      effect: 'none',
      code: 'bad_metadata_key',
    });
    expect(requests).toEqual([]);
  },
);

test('tags are read, put and patched', async () => {
  const changed = { tags: ['a', 'b'], added: ['b'], deleted: ['c'] };
  const { client, requests } = setup({ body: { tags: ['a', 'c'] } }, { body: changed });
  expect(await client.tags.get(UUID, signal)).toEqual(['a', 'c']);
  expect(await client.tags.put(UUID, ['a', 'b'], permit)).toEqual(changed);
  expect(await client.tags.patch(UUID, { add: ['b'], delete: ['c'] }, permit)).toEqual(changed);
  expect(await client.tags.patch(UUID, {}, permit)).toEqual(changed);
  expect(requests.slice(1).map(({ method, body }) => [method, body])).toEqual([
    ['PUT', { tags: ['a', 'b'] }],
    ['PATCH', { add: ['b'], delete: ['c'] }],
    ['PATCH', {}],
  ]);
});

const groupJson = {
  id: GROUP,
  datetime_created: '2026-01-01T00:00:00.000000Z',
  files_count: 2,
  cdn_url: `https://ucarecdn.com/${GROUP}/`,
};

test('groups are listed by their links verbatim, and by no other', async () => {
  const next =
    'https://api.uploadcare.com/groups/?from=2015-10-21T00%3A00%3A00&ordering=-datetime_created&limit=5';
  const page = { next, results: [groupJson], total: -3 };
  const { client, requests } = setup(
    { body: page },
    { body: { ...page, next: null } },
    {
      body: { ...page, next: 'https://api.uploadcare.com/files/?limit=5' },
    },
  );
  const query = { ordering: '-datetime_created', limit: 5 } as const;
  const first = await client.groups.listPage({ query }, signal);
  expect(first.groups).toEqual([{ id: GROUP, createdAt: Date.UTC(2026, 0, 1), filesCount: 2 }]);
  await client.groups.listPage({ cursor: first.next ?? '' }, signal);
  expect(requests.map(({ target }) => target)).toEqual([
    '/groups/?ordering=-datetime_created&limit=5',
    next.slice('https://api.uploadcare.com'.length),
  ]);
  await expect(client.groups.listPage({ query }, signal)).rejects.toMatchObject({
    code: 'bad_next',
  });
});

test('a group has its files in order, with null for what was purged', async () => {
  const files = [{ ...fileJson(1), default_effects: 'resize/x600/' }, null];
  const { client } = setup({ body: json({ ...groupJson, files }) }, { status: 204 }, notFound);
  const group = await client.groups.details(GROUP, signal);
  expect(group?.files.map((file) => file?.defaultEffects ?? null)).toEqual(['resize/x600/', null]);
  expect(await client.groups.remove(GROUP, permit)).toEqual({ existed: true });
  expect(await client.groups.remove(GROUP, permit)).toEqual({ existed: false });
  expect(await client.groups.details(GROUP, signal)).toBeNull();
});

test('each path of a conversion has its result or its problem, however the service writes it', async () => {
  const paths = [1, 2, 3].map((place) => `${uuidOf(place)}/document/-/format/pdf/`);
  const body = {
    result: [
      {
        original_source: `/${paths[1]}`,
        token: 22450034,
        uuid: uuidOf(5),
        thumbnails_group_uuid: GROUP,
      },
    ],
    problems: { [paths[0] ?? '']: 'not supported' },
  };
  const { client, requests } = setup({ body });
  const options = { paths, store: false, saveInGroup: true };
  expect(await client.conversions.start('document', options, permit)).toEqual([
    { kind: 'problem', message: 'not supported' },
    {
      kind: 'started',
      conversion: {
        source: `/${paths[1]}`,
        token: '22450034',
        uuid: uuidOf(5),
        thumbnailsGroup: GROUP,
      },
    },
    null,
  ]);
  expect(requests[0]).toMatchObject({ body: { paths, store: 'false', save_in_group: '1' } });
});

test('a token beyond exact numbers is no token', async () => {
  const result = [{ original_source: 'a', token: 2 ** 60, uuid: UUID }];
  const { client } = setup({ body: { result, problems: {} } });
  await expect(client.conversions.start('video', { paths: ['a'] }, permit)).rejects.toMatchObject({
    code: 'bad_answer',
    effect: 'unknown',
  });
});

test.each([0, 101])('%i paths are refused before anything is sent', async (count) => {
  const { client, requests } = setup({});
  const paths = Array.from({ length: count }, (_, place) => String(place));
  await expect(client.conversions.start('video', { paths }, permit)).rejects.toThrow('1 to 100');
  expect(requests).toEqual([]);
});

test.each([
  ['pending', 'pending'],
  ['processing', 'processing'],
  ['finished', 'finished'],
  ['failed', 'failed'],
  ['cancelled', 'canceled'],
  ['canceled', 'canceled'],
])('a conversion that is %s', async (status, state) => {
  const { client, requests } = setup({ body: { status, error: 'why', result: { uuid: UUID } } });
  expect(await client.conversions.status('video', '12', signal)).toEqual({
    state,
    error: 'why',
    uuid: UUID,
    thumbnailsGroup: null,
  });
  expect(requests[0]).toMatchObject({ target: '/convert/video/status/12/' });
});

test('a token that the service does not know is null', async () => {
  expect(await setup(notFound).client.conversions.status('document', '1', signal)).toBeNull();
});

test.each([
  ['inside format', { format: { name: 'pdf', converted_groups: { jpg: GROUP } } }],
  ['beside it', { format: { name: 'pdf' }, converted_groups: { jpg: GROUP } }],
])('the groups of a document are found %s', async (_, body) => {
  const info = await setup({ body }).client.conversions.documentInfo(UUID, signal);
  expect(info?.groups).toEqual(new Map([['jpg', GROUP]]));
});

test('an answer that says nothing of a document does not say that it has no groups', async () => {
  const { client } = setup({ body: { unexpected: [1, null] } });
  await expect(client.conversions.documentInfo(UUID, signal)).rejects.toMatchObject({
    kind: 'transient',
    code: 'bad_answer',
  });
});

test('every option of remove_bg goes out under its wire name, and nothing else', async () => {
  const { client, requests } = setup({ body: { request_id: uuidOf(7) } });
  const params = {
    crop: true,
    cropMargin: '10%',
    scale: '80%',
    addShadow: true,
    typeLevel: '2',
    type: 'product',
    semitransparency: false,
    channels: 'alpha',
    roi: '0% 0% 100% 100%',
    position: 'center',
  } as const;
  const started = await client.addons.execute({ name: 'remove_bg', params }, UUID, permit);
  expect(started).toEqual({ requestId: uuidOf(7), origin: 'body' });
  await client.addons.execute(
    { name: 'uc_clamav_virus_scan', params: { purgeInfected: true } },
    UUID,
    permit,
  );
  await client.addons.execute({ name: 'aws_rekognition_detect_labels' }, UUID, permit);
  expect(requests.map(({ body }) => body)).toEqual([
    {
      target: UUID,
      params: {
        crop: true,
        crop_margin: '10%',
        scale: '80%',
        add_shadow: true,
        type_level: '2',
        type: 'product',
        semitransparency: false,
        channels: 'alpha',
        roi: '0% 0% 100% 100%',
        position: 'center',
      },
    },
    { target: UUID, params: { purge_infected: true } },
    { target: UUID },
  ]);
});

test.each([undefined, 200])(
  'a cut answer (status %s) still names its run by the header',
  async (status) => {
    const cut = failure({
      kind: 'transient',
      effect: 'unknown',
      requestId: uuidOf(7),
      ...(status && { status }),
    });
    const { client } = setup(cut);
    const started = await client.addons.execute({ name: 'remove_bg' }, UUID, permit);
    expect(started).toEqual({ requestId: uuidOf(7), origin: 'header' });
  },
);

test.each([
  ['a 500', { status: 500, requestId: uuidOf(7) }],
  ['an id that is none', { requestId: 'abc' }],
  ['no id', {}],
])('%s names no run', async (_, facts) => {
  const lost = failure({ kind: 'transient', effect: 'unknown', ...facts });
  const { client } = setup(lost);
  await expect(client.addons.execute({ name: 'remove_bg' }, UUID, permit)).rejects.toBe(lost);
});

test('an add-on’s status keeps the file that it made', async () => {
  const { client, requests } = setup(
    { body: { status: 'done', result: { file_id: uuidOf(3), more: [] } } },
    { body: { status: 'error', details: { odd: 1 } } },
    { body: { status: 'exploded' } },
  );
  const ask = () => client.addons.status('remove_bg', uuidOf(7), signal);
  expect(await ask()).toEqual({ state: 'done', fileId: uuidOf(3), details: null });
  expect(await ask()).toEqual({ state: 'error', fileId: null, details: null });
  await expect(ask()).rejects.toMatchObject({ kind: 'transient', code: 'bad_answer' });
  expect(requests[0]?.target).toBe(`/addons/remove_bg/execute/status/?request_id=${uuidOf(7)}`);
});

const hookJson = {
  id: 1,
  created: '2026-01-01T00:00:00.000000Z',
  updated: '2026-01-01T00:00:00.000000Z',
  event: 'file.uploaded',
  target_url: 'https://a.test/',
  project: 2,
  is_active: true,
  signing_secret: null,
};

test('webhooks are made once, changed and removed', async () => {
  const subscribed = failure({
    status: 400,
    message:
      '400 … (service: "non_field_errors: This project is already subscribed on this event")',
  });
  const { client, requests } = setup({ status: 201, body: hookJson }, subscribed, notFound, {
    status: 204,
  });
  const options = {
    targetUrl: 'https://a.test/',
    event: 'file.uploaded',
    signingSecret: 's',
  } as const;
  expect(await client.webhooks.create(options, permit)).toMatchObject({ kind: 'created' });
  expect(await client.webhooks.create(options, permit)).toEqual({ kind: 'exists' });
  expect(await client.webhooks.update(1, { isActive: false }, permit)).toBeNull();
  await client.webhooks.unsubscribe('https://a.test/', permit);
  expect(requests.map(({ method, target, body }) => [method, target, body])).toEqual([
    [
      'POST',
      '/webhooks/',
      { target_url: 'https://a.test/', event: 'file.uploaded', signing_secret: 's' },
    ],
    [
      'POST',
      '/webhooks/',
      { target_url: 'https://a.test/', event: 'file.uploaded', signing_secret: 's' },
    ],
    ['PUT', '/webhooks/1/', { is_active: false }],
    ['DELETE', '/webhooks/unsubscribe/', { target_url: 'https://a.test/' }],
  ]);
});

test('a search goes out in the service’s own terms', async () => {
  const { client, requests } = setup({
    body: json({ next: 'x', total: 1, results: [fileJson(1)] }),
  });
  const page = await client.search.find(
    {
      search: {
        phrase: { filename: 'holiday' },
        exact: { mimeType: ['image/png'], metadata: { ucbulk_intent: ['t'] } },
        uploaded: { gte: '2026-01-01T00:00:00Z' },
        size: { lt: 5 },
        isImage: true,
        tags: { none: ['a'] },
      },
      sort: ['-datetime_uploaded', 'size'],
      limit: 100,
      offset: 0,
    },
    signal,
  );
  expect(page).toMatchObject({ total: 1, hasMore: true, files: [{ uuid: UUID }] });
  expect(requests[0]).toMatchObject({
    method: 'POST',
    target: '/files/search/?limit=100&offset=0',
    mutates: false,
    body: {
      phrase: { original_filename: 'holiday' },
      exact: { detected_mime_type: ['image/png'], 'metadata[ucbulk_intent]': ['t'] },
      datetime_uploaded: { gte: '2026-01-01T00:00:00Z' },
      size: { lt: 5 },
      is_image: true,
      tags: { none: ['a'] },
      sort: ['-datetime_uploaded', 'size'],
    },
  });
});

test.each([
  ['an array where an object should be', []],
  ['text', 'hello'],
  ['nothing', null],
  ['a deep nest', JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`)],
])('%s is a bad answer, whose effect is not known', async (_, body) => {
  const { client } = setup({ body });
  const expected = { code: 'bad_answer', effect: 'unknown' };
  await expect(client.tags.put(UUID, [], permit)).rejects.toMatchObject(expected);
  await expect(client.files.localCopy({ source: UUID, store: true }, permit)).rejects.toMatchObject(
    expected,
  );
  await expect(client.addons.execute({ name: 'remove_bg' }, UUID, permit)).rejects.toMatchObject(
    expected,
  );
  await expect(client.conversions.start('video', { paths: ['a'] }, permit)).rejects.toMatchObject(
    expected,
  );
  await expect(client.webhooks.update(1, {}, permit)).rejects.toMatchObject(expected);
});
