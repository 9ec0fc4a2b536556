import { describe, expect, test } from 'vitest';
import {
  createEmulator,
  type EmulatorObjects,
  ObjectsError,
} from '../../../../src/emulator/emulator.ts';
import { uploadSetup } from '../upload-caller.ts';

const UUID = '1b959c59-9605-4879-946f-08fdb5ea3e9d';
const OTHER = '2b959c59-9605-4879-946f-08fdb5ea3e9d';
const GROUP = '3b959c59-9605-4879-946f-08fdb5ea3e9d';
const FILE = {
  datetime_removed: null,
  datetime_stored: '2026-05-01T10:00:00.000001Z',
  datetime_uploaded: '2026-05-01T09:00:00.123456Z',
  is_image: false,
  is_ready: true,
  mime_type: 'text/plain',
  original_file_url: `https://ucarecdn.com/${UUID}/noroot`,
  original_filename: 'a.txt',
  size: 5,
  url: `https://api.uploadcare.com/files/${UUID}/`,
  uuid: UUID,
  variations: { 'document/-/format/pdf/': OTHER },
  content_info: { mime: { mime: 'text/plain', type: 'text', subtype: 'plain' } },
  metadata: { k: 'v' },
  tags: ['x'],
  appdata: { uc_clamav_virus_scan: { data: { infected: false } } },
};
const FIRST = {
  pub_key: 'first',
  secret_key: 'first-secret',
  name: 'One',
  autostore_enabled: false,
  collaborators: [{ name: 'A', email: 'a@example.com' }],
  remote_storages: { archive: 'bucket' },
  signed_uploads: true,
  files: [FILE],
  groups: [
    {
      id: `${GROUP}~2`,
      datetime_created: '2026-05-02T09:00:00.000000Z',
      datetime_stored: null,
      files_count: 2,
      cdn_url: `https://ucarecdn.com/${GROUP}~2/`,
      url: `https://api.uploadcare.com/groups/${GROUP}~2/`,
      files: [{ uuid: UUID, default_effects: 'resize/x600/' }, null],
    },
  ],
  webhooks: [
    {
      id: 7,
      created: '2026-05-01T09:00:00.000000Z',
      updated: '2026-05-01T09:00:00.000000Z',
      event: 'file.uploaded',
      target_url: 'http://127.0.0.1:1/',
      project: 1,
      is_active: true,
      signing_secret: null,
      version: '0.7',
    },
  ],
  conversions: [
    { kind: 'document', token: 22, status: 'finished', error: null, result: { uuid: OTHER } },
    {
      kind: 'video',
      token: 23,
      status: 'failed',
      error: 'no',
      result: { uuid: OTHER, thumbnails_group_uuid: `${GROUP}~1` },
    },
  ],
  addon_runs: [
    { addon: 'remove_bg', request_id: OTHER, status: 'done', result: { file_id: UUID } },
  ],
  imports: [
    { token: GROUP, source_url: 'https://example.com/', status: 'success', uuid: UUID },
    {
      token: OTHER,
      source_url: 'https://example.com/x',
      status: 'error',
      error: 'HTTP client error: 404.',
      error_code: 'DownloadFileHTTPClientError',
    },
  ],
  saved_urls: { 'https://example.com/': UUID },
  contents: { [UUID]: Buffer.from('hello').toString('base64') },
};
const OBJECTS = {
  projects: [FIRST, { pub_key: 'second', secret_key: 'other' }],
} satisfies EmulatorObjects;

function loaded(load: EmulatorObjects = OBJECTS) {
  const parts = uploadSetup({ load, unstoredLifetimeMs: null });
  const authorization = 'Uploadcare.Simple first:first-secret';
  const ask = (target: string) =>
    JSON.parse(String(parts.call(target, { headers: { authorization } }).body));
  return { ...parts, ask };
}

test('further secret keys are loaded and saved', () => {
  const project = { pub_key: 'first', secret_key: 'a', extra_secret_keys: ['b', 'c'] };
  const { emulator, call } = uploadSetup({ load: { projects: [project] } });
  expect(emulator.save().projects).toMatchObject([project]);
  const headers = { authorization: 'Uploadcare.Simple first:c' };
  expect(call('/project/', { headers }).status).toBe(200);
});

test('what was loaded is there in every part of the API', () => {
  const { ask, emulator, read, get } = loaded();
  const { appdata, tags, ...file } = FILE;
  const inOrder = { ...file, tags, appdata };
  expect(JSON.stringify(ask(`/files/${UUID}/?include=appdata`))).toBe(JSON.stringify(inOrder));
  expect(ask('/project/')).toMatchObject({ name: 'One', autostore_enabled: false });
  expect(ask('/groups/').results).toMatchObject([{ id: `${GROUP}~2` }]);
  expect(ask('/webhooks/')).toEqual(FIRST.webhooks);
  expect(ask('/convert/document/status/22/')).toMatchObject({ status: 'finished' });
  expect(ask(`/addons/remove_bg/execute/status/?request_id=${OTHER}`)).toMatchObject({
    status: 'done',
    result: { file_id: UUID },
  });
  expect(read(get(`/from_url/status/?token=${GROUP}`))).toMatchObject({
    status: 'success',
    size: 5,
  });
  expect(String(get(`/${UUID}/`).body)).toBe('hello');
  expect(emulator.projects.map(({ publicKey }) => publicKey)).toEqual(['first', 'second']);
});

test('what is saved is what was loaded', () => {
  const { emulator } = loaded();
  const saved = emulator.save();
  expect(saved.projects[0]).toEqual(FIRST);
  expect(createEmulator({ load: saved, unstoredLifetimeMs: null }).save()).toEqual(saved);
});

test('what happened since is saved too, removed files and seeded ones included', () => {
  const { emulator, upload, post, call, clock } = uploadSetup({ files: 50, storedShare: 1 });
  const uuid = upload({ name: 'n.txt', data: 'note' }, { 'metadata[k]': 'v', tags: 'a' });
  post('/group/', { pub_key: 'demopublickey', 'files[0]': `${uuid}/-/grayscale/` });
  const removed = emulator.projects[0]?.seededFile(3).uuid ?? '';
  call(`/files/${removed}/storage/`, { method: 'DELETE' });
  call('/convert/document/', {
    method: 'POST',
    body: { paths: [`${uuid}/document/-/format/pdf/`] },
  });
  clock.ms += 60_000;
  const saved = emulator.save();
  const copy = createEmulator({ load: saved, clock });
  expect(copy.save()).toEqual(saved);
  expect(copy.projects[0]?.counts()).toEqual(emulator.projects[0]?.counts());
  expect(copy.projects[0]?.original(uuid)?.bytes?.toString()).toBe('note');
  expect(saved.projects[0]).toMatchObject({
    conversions: [{ kind: 'document', status: 'finished' }],
  });
});

test('options given for a key go with what was loaded for it', () => {
  const { emulator } = loaded();
  expect(emulator.projects[1]?.counts()).toEqual({ stored: 0, unstored: 0, removed: 0 });
  const load = { projects: [{ pub_key: 'k' }] };
  const both = createEmulator({
    load,
    projects: [{ publicKey: 'k', files: 3 }, { publicKey: 'l' }],
  });
  expect(both.projects.map(({ publicKey }) => publicKey)).toEqual(['k', 'l']);
  expect(both.save().projects[0]?.files).toHaveLength(3);
});

test('a running emulator takes more, and gives it out, by its control endpoint', () => {
  const { call, emulator } = uploadSetup();
  const objects = { projects: [{ pub_key: 'demopublickey', files: [FILE] }] };
  expect(call('/_emulator/objects', { method: 'POST', body: objects }).status).toBe(200);
  expect(emulator.projects[0]?.file(UUID)?.name).toBe('a.txt');
  const saved = JSON.parse(String(call('/_emulator/objects').body));
  expect(saved.projects[0].files).toEqual([FILE]);
  const twice = call('/_emulator/objects', { method: 'POST', body: objects });
  expect(twice).toMatchObject({ status: 400 });
  expect(String(twice.body)).toContain(`The file ${UUID} exists already`);
});

test('whole files inside a group are taken in', () => {
  const group = {
    ...FIRST.groups[0],
    files: [{ ...FILE, default_effects: '' }, null],
  };
  const { emulator } = loaded({ projects: [{ pub_key: 'first', groups: [group] }] });
  expect(emulator.projects[0]?.file(UUID)?.name).toBe('a.txt');
});

describe('a fault names its place and what is wrong', () => {
  const project = (fields: object) => ({
    projects: [{ pub_key: 'k' }, { pub_key: 'l', ...fields }],
  });
  const group = FIRST.groups[0];
  const webhook = FIRST.webhooks[0];
  test.each([
    [[], 'objects: expected an object, got []'],
    [{}, 'projects: expected a list, got nothing'],
    [{ project: [] }, 'project: unknown field. Use one of projects'],
    [{ projects: [{}] }, 'projects[0].pub_key: expected a string, got nothing'],
    [
      { projects: [{ pub_key: 'k' }, { pub_key: 'k' }] },
      'projects[1].pub_key: two projects have the key k',
    ],
    [project({ file: [] }), 'projects[1].file: unknown field. Use one of pub_key, '],
    [project({ files: {} }), 'projects[1].files: expected a list, got {}'],
    [
      project({ files: [FILE, { ...FILE, uuid: 'cat' }] }),
      'projects[1].files[1].uuid: expected a UUID in lower case, got "cat"',
    ],
    [
      project({ files: [{ ...FILE, datetime_uploaded: 'today' }] }),
      'projects[1].files[0].datetime_uploaded: expected an ISO 8601 instant, got "today"',
    ],
    [
      project({ files: [{ ...FILE, size: -1 }] }),
      'projects[1].files[0].size: expected a whole number, got -1',
    ],
    [
      project({ files: [{ ...FILE, metadata: { 'a.b': 1 } }] }),
      'projects[1].files[0].metadata["a.b"]: expected a string, got 1',
    ],
    [project({ files: [FILE, FILE] }), `projects[1].files[1]: The file ${UUID} exists already`],
    [
      project({ groups: [{ ...group, files: [null] }] }),
      'projects[1].groups[0].files: expected 2 files, as in the id, got 1',
    ],
    [
      project({ groups: [group] }),
      `projects[1].groups[0].files[0]: the project has no file ${UUID}. Add it to \`files\``,
    ],
    [
      project({ webhooks: [{ ...webhook, event: 'file.lost' }] }),
      'projects[1].webhooks[0].event: expected one of file.uploaded, ',
    ],
    [
      project({ addon_runs: [{ addon: 'magic' }] }),
      'projects[1].addon_runs[0].addon: expected one of uc_clamav_virus_scan, ',
    ],
  ])('%j', (load, message) => {
    const create = () => createEmulator({ load: load as EmulatorObjects });
    expect(create).toThrow(ObjectsError);
    expect(create).toThrow(message);
  });
});
