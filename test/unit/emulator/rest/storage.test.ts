import { expect, test } from 'vitest';
import { NOW, setup, type WireFile } from '../emulator-caller.ts';

interface BatchBody {
  status: string;
  result: WireFile[];
  problems: Record<string, string>;
}

const HOUR = 3_600_000;
const DELETE = { method: 'DELETE' };
const PUT = { method: 'PUT' };

function bundle() {
  const parts = setup({ unstoredLifetimeMs: null });
  const project = parts.emulator.projects[0];
  const add = (uploadedAt: string, stored = false) =>
    project?.addFile({ uploadedAt, storedAt: stored ? uploadedAt : null }).uuid ?? '';
  const batch = (method: string, body: unknown) =>
    parts.json<BatchBody>('/files/storage/', { method, body });
  return { ...parts, add, batch };
}

test('storing sets the time once, a repeat keeps it', () => {
  const { add, json, clock } = bundle();
  const uuid = add('2026-05-01T00:00:00Z');
  const first = json<WireFile>(`/files/${uuid}/storage/`, PUT);
  expect(first.datetime_stored).toMatch(/^2026-06-01T12:00:00\.\d{6}Z$/);
  clock.ms += HOUR;
  expect(json(`/files/${uuid}/storage/`, PUT)).toEqual(first);
});

test('deleting empties stored time and original URL, a repeat keeps the time, info still answers', () => {
  const { add, json, clock } = bundle();
  const uuid = add('2026-05-01T00:00:00Z', true);
  const first = json<WireFile>(`/files/${uuid}/storage/`, DELETE);
  expect(first).toMatchObject({ datetime_stored: null, original_file_url: null });
  expect(first.datetime_removed).not.toBeNull();
  clock.ms += HOUR;
  expect(json(`/files/${uuid}/storage/`, DELETE)).toEqual(first);
  expect(json(`/files/${uuid}/`)).toEqual(first);
});

test('storing a removed file brings it back with a new stored time', () => {
  const { add, json } = bundle();
  const uuid = add('2026-05-01T00:00:00Z', true);
  json(`/files/${uuid}/storage/`, DELETE);
  const restored = json<WireFile>(`/files/${uuid}/storage/`, PUT);
  expect(restored.datetime_removed).toBeNull();
  expect(restored.datetime_stored).toMatch(/^2026-06-01/);
});

test('unknown and malformed UUIDs are the same 404 in a path', () => {
  const { call } = bundle();
  for (const uuid of ['wrong', '7c0bd507-961b-493e-aec9-b9be1697cf52']) {
    for (const method of ['PUT', 'DELETE']) {
      const answer = call(`/files/${uuid}/storage/`, { method });
      expect(answer.status).toBe(404);
      expect(answer.body).toBe('{"detail":"Not found."}');
      expect(answer.headers['allow']).toBe('DELETE, GET, HEAD, OPTIONS, POST, PUT');
    }
  }
});

test('a batch answers in order of upload, collapses duplicates and names its problems', () => {
  const { add, batch } = bundle();
  const late = add('2026-05-03T00:00:00Z');
  const early = add('2026-05-01T00:00:00Z');
  const unknown = '7c0bd507-961b-493e-aec9-b9be1697cf52';
  const answer = batch('PUT', [
    late,
    'nonexistent',
    early,
    late.toUpperCase(),
    unknown,
    'nonexistent',
    7,
  ]);
  expect(Object.keys(answer)).toEqual(['status', 'result', 'problems']);
  expect(answer.status).toBe('ok');
  expect(answer.result.map((file) => file.uuid)).toEqual([early, late]);
  expect(answer.problems).toEqual({
    nonexistent: 'Invalid',
    [unknown]: 'Missing in the project',
    7: 'Invalid',
  });
});

test('files of one batch share one time, those that were done before keep theirs', () => {
  const { add, batch, clock } = bundle();
  const uuids = ['01', '02', '03'].map((day) => add(`2026-05-${day}T00:00:00Z`));
  const before = batch('DELETE', [uuids[0]]).result[0]?.datetime_removed;
  clock.ms += HOUR;
  const times = batch('DELETE', uuids).result.map((file) => file.datetime_removed);
  expect(times[0]).toBe(before);
  expect(times[1]).not.toBe(before);
  expect(times[2]).toBe(times[1]);
});

test('a batch of problems only is 200 and ok', () => {
  const { call } = bundle();
  const answer = call('/files/storage/', { ...DELETE, body: ['nonexistent', 'other'] });
  expect(answer.status).toBe(200);
  expect(answer.body).toBe(
    '{"status":"ok","result":[],"problems":{"nonexistent":"Invalid","other":"Invalid"}}',
  );
});

test('a batch that is no list, empty or longer than 100 is refused and does nothing', () => {
  const { add, batch, call, emulator } = bundle();
  const uuid = add('2026-05-01T00:00:00Z');
  const detail = (body: unknown) => {
    expect(call('/files/storage/', { ...PUT, body }).status).toBe(400);
    return batch('PUT', body);
  };
  expect(detail({ uuid })).toEqual({ detail: 'Expected list of UUIDs' });
  expect(detail([])).toEqual({ detail: 'List of UUIDs can not be empty' });
  expect(detail(Array(101).fill(uuid))).toEqual({
    detail: 'Maximum UUIDs per request is exceeded. The limit is 100',
  });
  expect(detail('[broken')).toMatchObject({
    detail: expect.stringMatching(/^JSON parse error - /),
  });
  expect(emulator.audit.length).toBe(0);
  expect(emulator.projects[0]?.counts().stored).toBe(0);
});

test('an unstored file is removed after 24 hours of emulated time, a stored one is not', () => {
  const { emulator, clock, json } = setup();
  const project = emulator.projects[0];
  const uploadedAt = new Date(NOW - HOUR).toISOString();
  const unstored = project?.addFile({ uploadedAt }).uuid ?? '';
  project?.addFile({ uploadedAt, storedAt: uploadedAt });
  clock.ms += 23 * HOUR - 1;
  expect(json<WireFile>(`/files/${unstored}/`).datetime_removed).toBeNull();
  clock.ms += 1;
  expect(json<WireFile>(`/files/${unstored}/`).datetime_removed).toBe(
    '2026-06-02T11:00:00.000000Z',
  );
  expect(project?.counts()).toEqual({ stored: 1, unstored: 0, removed: 1 });
  expect(emulator.audit.summary().expire).toMatchObject({ changed: 1 });
});

test('seeded files expire as well; those that were too old at the start live from then', () => {
  const { emulator, clock } = setup({
    files: 1000,
    storedShare: 0.2,
    oldestAgeMs: 48 * HOUR,
    newestAgeMs: 0,
  });
  const project = emulator.projects[0];
  const before = project?.counts();
  clock.ms += 12 * HOUR;
  const half = project?.counts();
  expect(half?.removed).toBeGreaterThan(150);
  expect(half?.removed).toBeLessThan(250);
  clock.ms += 12 * HOUR;
  expect(project?.counts()).toEqual({
    stored: before?.stored,
    unstored: 0,
    removed: before?.unstored,
  });
});

test('a removed file is purged after its time if that is asked for', () => {
  const { emulator, clock, call, json } = setup({
    files: 10,
    storedShare: 1,
    removedLifetimeMs: HOUR,
  });
  const seeded = emulator.projects[0]?.seededFile(3).uuid ?? '';
  const added = emulator.projects[0]?.addFile().uuid ?? '';
  json('/files/storage/', { ...DELETE, body: [seeded, added] });
  clock.ms += HOUR - 1;
  expect(call(`/files/${seeded}/`).status).toBe(200);
  clock.ms += 2;
  expect(call(`/files/${seeded}/`).status).toBe(404);
  expect(json<BatchBody>('/files/storage/', { ...DELETE, body: [seeded, added] }).problems).toEqual(
    {
      [seeded]: 'Missing in the project',
      [added]: 'Missing in the project',
    },
  );
  expect(emulator.projects[0]?.counts()).toEqual({ stored: 9, unstored: 0, removed: 0 });
});

test('a file has the recorded fields in the recorded order', () => {
  const { emulator, json } = setup({ files: 1 });
  const file = json<WireFile>(`/files/${emulator.projects[0]?.seededFile(0).uuid}/`);
  expect(Object.keys(file)).toEqual([
    'datetime_removed',
    'datetime_stored',
    'datetime_uploaded',
    'is_image',
    'is_ready',
    'mime_type',
    'original_file_url',
    'original_filename',
    'size',
    'url',
    'uuid',
    'variations',
    'content_info',
    'metadata',
    'tags',
  ]);
  expect(file.url).toBe(`https://api.uploadcare.com/files/${file.uuid}/`);
});
