import { expect, test } from 'vitest';
import { uploadSetup } from '../upload-caller.ts';

function bundle() {
  const parts = uploadSetup();
  const uuids = ['a', 'b'].map((data) => parts.upload({ name: `${data}.txt`, data }));
  const create = (values: readonly string[], target = '/group/') => {
    const files = Object.fromEntries(values.map((value, index) => [`files[${index}]`, value]));
    return parts.post(target, { pub_key: 'demopublickey', ...files });
  };
  return { ...parts, uuids, create };
}

test('a group keeps order, duplicates and operations', () => {
  const { create, uuids, read, json, emulator, get } = bundle();
  const [a = '', b = ''] = uuids;
  const made = read(
    create([b, `https://ucarecdn.com/${a}/`, `${a}/-/resize/x600/`, `${a}/resize/x600`]),
  );
  expect(made).toMatchObject({
    id: expect.stringMatching(/~4$/),
    datetime_stored: null,
    files_count: 4,
    cdn_url: `https://ucarecdn.com/${made.id}/`,
    url: `https://api.uploadcare.com/groups/${made.id}/`,
  });
  const members = made.files.map((file: { uuid: string; default_effects: string }) => [
    file.uuid,
    file.default_effects,
  ]);
  expect(members).toEqual([
    [b, ''],
    [a, ''],
    [a, 'resize/x600/'],
    [a, ''],
  ]);
  expect(read(get(`/group/info/?pub_key=demopublickey&group_id=${made.id}`))).toEqual(made);
  expect(json<{ results: object[] }>('/groups/').results).toMatchObject([{ id: made.id }]);
  expect([...emulator.audit.entries()].at(-1)).toMatchObject({
    operation: 'group_create',
    uuid: made.id,
  });
});

test('fields are in the order of their numbers, and the doubled slash works', () => {
  const { post, uuids, read, create } = bundle();
  const [a = '', b = ''] = uuids;
  const key = { pub_key: 'demopublickey' };
  const made = read(post('/group/', { ...key, 'files[10]': a, 'files[9]': b }));
  expect(made.files.map(({ uuid }: { uuid: string }) => uuid)).toEqual([b, a]);
  expect(create([a], '/group//').status).toBe(200);
});

test('the same files twice are two groups, and the count tells', () => {
  const { create, uuids, emulator } = bundle();
  create(uuids);
  create(uuids);
  expect(emulator.creations.summary().group_create).toEqual({
    made: 2,
    distinctInputs: 1,
    inputsMadeMoreThanOnce: 1,
  });
});

test('each refusal has its words', () => {
  const { create, said, uuids, call, get } = bundle();
  const unknown = '00000000-0000-4000-8000-000000000000';
  expect(said(create([]))).toEqual([400, 'No files[N] parameters found.']);
  expect(said(create(['cat.jpg']))).toEqual([400, 'This is not valid file url: cat.jpg.']);
  expect(said(create([uuids[0] ?? '', unknown]))).toEqual([400, 'Some files not found.']);
  call(`/files/${uuids[0]}/storage/`, { method: 'DELETE' });
  expect(said(create([uuids[0] ?? '']))).toEqual([400, 'Some files not found.']);
  const info = (id: string) => said(get(`/group/info/?pub_key=demopublickey&group_id=${id}`));
  expect(info('')).toEqual([400, 'group_id is required.']);
  expect(info(`${unknown}~1`)).toEqual([404, 'group_id is invalid.']);
});

test('a purged file leaves a null', () => {
  const { clock, upload, post, read, get, call } = uploadSetup({ removedLifetimeMs: 1000 });
  const uuid = upload({ name: 'a.txt', data: 'a' });
  const { id } = read(post('/group/', { pub_key: 'demopublickey', 'files[0]': uuid }));
  call(`/files/${uuid}/storage/`, { method: 'DELETE' });
  clock.ms += 2000;
  expect(read(get(`/group/info/?pub_key=demopublickey&group_id=${id}`)).files).toEqual([null]);
});
