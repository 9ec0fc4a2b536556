import { expect, test } from 'vitest';
import { setup, type WireFile } from '../emulator-caller.ts';

const UUID = '1b959c59-9605-4879-946f-08fdb5ea3e9d';
const OLD = { accept: 'application/vnd.uploadcare-v0.6+json' };

function bundle(options = {}) {
  const parts = setup(options);
  parts.emulator.projects[0]?.addFile({
    uuid: UUID,
    name: 'two-of-them.jpg',
    mimeType: 'image/jpeg',
    size: 4321,
    isImage: true,
    contentInfo: { image: { width: 4, height: 2 } },
  });
  const copy = (body: object, path = '/files/local_copy/', headers = {}) => {
    const answer = parts.call(path, { method: 'POST', body: { source: UUID, ...body }, headers });
    return { ...answer, json: JSON.parse(String(answer.body)) };
  };
  const file = (uuid: string) => parts.json<WireFile>(`/files/${uuid}/`);
  return { ...parts, copy, file };
}

test('a copy is unfinished at first and has the real values later', () => {
  const { copy, file, clock } = bundle({ work: { local_copy: { medianMs: 1000, sigma: 0 } } });
  const { status, headers, json } = copy({ metadata: { origin: 'a' } });
  expect(status).toBe(201);
  expect(json).toMatchObject({
    type: 'file',
    result: {
      size: 0,
      mime_type: 'application/octet-stream',
      is_image: null,
      is_ready: true,
      content_info: null,
      datetime_stored: null,
      original_filename: 'two-of-them.jpg',
      metadata: { origin: 'a' },
    },
  });
  const { uuid } = json.result;
  expect(headers['location']).toBe(`https://api.uploadcare.com/files/${uuid}/`);
  clock.ms += 999;
  expect(file(uuid)['size']).toBe(0);
  clock.ms += 2;
  expect(file(uuid)).toMatchObject({ size: 4321, is_image: true, mime_type: 'image/jpeg' });
});

test('every call makes another file, and the log has each under the source', () => {
  const { copy, emulator } = bundle();
  const [first, second] = [copy({ store: true }), copy({ store: 'true' })];
  expect(first.json.result.uuid).not.toBe(second.json.result.uuid);
  expect(first.json.result.datetime_stored).toBe(first.json.result.datetime_uploaded);
  expect(emulator.audit.summary().local_copy).toMatchObject({
    changed: 2,
    distinctFilesChanged: 1,
    filesChangedMoreThanOnce: 1,
  });
});

test('a copy that never ends keeps its size of 0', () => {
  const { copy, file, clock } = bundle({ work: { local_copy: { endlessShare: 1 } } });
  const { uuid } = copy({ store: true }).json.result;
  clock.ms += 300 * 24 * 3_600_000;
  expect(file(uuid)).toMatchObject({ size: 0, is_image: null, datetime_removed: null });
});

test('refusals have the words of the service', () => {
  const { copy } = bundle();
  for (const [body, detail] of [
    [{ source: '' }, '`source` parameter is required.'],
    [{ source: 'cat' }, 'Bad `source` parameter. Use UUID or CDN URL.'],
    [{ store: 'perhaps' }, '`store` parameter should be `true` or `false`.'],
    [{ metadata: { 'a b': 'c' } }, expect.stringContaining('contains symbols not allowed')],
    [{ metadata: { a: '' } }, 'Value of the file metadata key `a` can not be empty.'],
  ] as const) {
    expect(copy(body)).toMatchObject({ status: 400, json: { detail } });
  }
});

test('in v0.6 POST /files/ makes local and remote copies', () => {
  const { copy, call } = bundle({ remoteTargets: { archive: 'bucket' } });
  const local = copy({}, '/files/', OLD);
  expect(local).toMatchObject({
    status: 201,
    json: { type: 'file', result: { image_info: null } },
  });
  expect(local.headers['allow']).toBe('GET, HEAD, OPTIONS, POST');
  const remote = copy({ target: 'archive' }, '/files/', OLD);
  expect(remote).toMatchObject({ status: 201, json: { type: 'url' } });
  expect(call('/files/', { method: 'POST', body: {} }).status).toBe(405);
});

test('a new file never gets the UUID of an added file, which an emulator with the same seed may have made', () => {
  const made = bundle().copy({}).json.result.uuid;
  const second = bundle();
  second.emulator.projects[0]?.addFile({ uuid: made });

  const { status, json } = second.copy({});

  expect(status).toBe(201);
  expect(json.result.uuid).not.toBe(made);
});
