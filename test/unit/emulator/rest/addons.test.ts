import { expect, test } from 'vitest';
import { setup, type WireFile } from '../emulator-caller.ts';

const UUID = '1b959c59-9605-4879-946f-08fdb5ea3e9d';
const TEXT = '2b959c59-9605-4879-946f-08fdb5ea3e9d';
const LABELS = 'aws_rekognition_detect_labels';
const EXACT = { medianMs: 2000, sigma: 0, hiddenMs: 300 };

function bundle(options = {}) {
  const work = { uc_clamav_virus_scan: EXACT, remove_bg: EXACT, [LABELS]: EXACT };
  const parts = setup({ work, infectedShare: 0, ...options });
  parts.emulator.projects[0]?.addFile({
    uuid: UUID,
    isImage: true,
    name: 'a.jpg',
    storedAt: '2026-06-01T00:00:00Z',
  });
  parts.emulator.projects[0]?.addFile({ uuid: TEXT });
  const execute = (addon: string, body: object = {}) => {
    const asked = { method: 'POST', body: { target: UUID, ...body } };
    const answer = parts.call(`/addons/${addon}/execute/`, asked);
    return { ...answer, json: JSON.parse(String(answer.body)) };
  };
  const status = (addon: string, id: string) =>
    parts.json<{ status: string; result?: { file_id: string } }>(
      `/addons/${addon}/execute/status/?request_id=${id}`,
    );
  const appdata = (uuid = UUID) =>
    parts.json<{ appdata: Record<string, Record<string, unknown>> }>(
      `/files/${uuid}/?include=appdata`,
    ).appdata;
  return { ...parts, execute, status, appdata };
}

test('a run is unknown, then in progress, then done, and is told by its request id', () => {
  const { execute, status, appdata, clock } = bundle();
  const started = execute('uc_clamav_virus_scan', { params: { purge_infected: false } });
  expect(started.status).toBe(200);
  expect(started.headers['content-type']).toBe('application/json');
  const { request_id: id } = started.json;
  expect(id).toBe(started.headers['x-uploadcare-request-id']);
  expect(status('uc_clamav_virus_scan', id)).toEqual({ status: 'unknown' });
  clock.ms += 301;
  expect(status('uc_clamav_virus_scan', id)).toEqual({ status: 'in_progress' });
  expect(status('remove_bg', id)).toEqual({ status: 'unknown' });
  expect(appdata()).toEqual({});
  clock.ms += 2000;
  expect(status('uc_clamav_virus_scan', id)).toEqual({ status: 'done' });
  expect(appdata()).toMatchObject({ uc_clamav_virus_scan: { data: { infected: false } } });
});

test('while it runs a second call on the same file is 409, on another it is not', () => {
  const { execute, clock } = bundle();
  execute('uc_clamav_virus_scan');
  expect(execute('uc_clamav_virus_scan')).toMatchObject({
    status: 409,
    json: { detail: 'Concurrent call attempted' },
  });
  expect(execute(LABELS).status).toBe(200);
  expect(execute('uc_clamav_virus_scan', { target: TEXT }).status).toBe(200);
  clock.ms += 2001;
  expect(execute('uc_clamav_virus_scan').status).toBe(200);
});

test('a repeat keeps the first time in appdata and moves the second', () => {
  const { execute, appdata, clock, call } = bundle();
  execute(LABELS);
  clock.ms += 3000;
  call('/files/');
  execute(LABELS);
  clock.ms += 3000;
  const entry = appdata()[LABELS];
  expect(Object.keys(entry ?? {})).toEqual([
    'data',
    'datetime_created',
    'datetime_updated',
    'version',
  ]);
  expect(entry?.['datetime_created']).toEqual(expect.stringMatching(/^2026-06-01T12:00:02/));
  expect(String(entry?.['datetime_updated']) > String(entry?.['datetime_created'])).toBe(true);
});

test('remove_bg makes a new file each time, with its appdata', () => {
  const { execute, status, appdata, clock, json, emulator } = bundle();
  const params = { crop: true, type_level: '2', type: 'car' };
  const made: string[] = [];
  for (const _ of [1, 2]) {
    const { request_id: id } = execute('remove_bg', { params }).json;
    clock.ms += 2001;
    made.push(status('remove_bg', id).result?.file_id ?? '');
  }
  expect(new Set(made).size).toBe(2);
  expect(json<WireFile>(`/files/${made[0]}/`)).toMatchObject({
    is_image: true,
    is_ready: true,
    mime_type: 'image/png',
    original_filename: 'a.png',
  });
  expect(appdata(made[0])).toMatchObject({ remove_bg: { data: { foreground_type: 'car' } } });
  expect(emulator.audit.summary().remove_bg).toMatchObject({ filesChangedMoreThanOnce: 1 });
});

test('an infected file is told of, and removed where that was asked for', () => {
  const { execute, appdata, clock, json, emulator } = bundle({ infectedShare: 1 });
  execute('uc_clamav_virus_scan');
  clock.ms += 2001;
  expect(appdata()).toMatchObject({
    uc_clamav_virus_scan: { data: { infected: true, infected_with: expect.any(String) } },
  });
  expect(json<WireFile>(`/files/${UUID}/`).datetime_removed).toBeNull();
  execute('uc_clamav_virus_scan', { params: { purge_infected: true } });
  clock.ms += 2001;
  expect(json<WireFile>(`/files/${UUID}/`).datetime_removed).not.toBeNull();
  expect(emulator.audit.summary().purge_infected).toMatchObject({ changed: 1 });
});

test('a run may fail, never end, or be forgotten although it was done', () => {
  const { execute, status, clock, emulator, appdata } = bundle();
  const run = (share: object) => {
    emulator.projects[0]?.setWork({ [LABELS]: { ...EXACT, ...share } });
    const { request_id: id } = execute(LABELS).json;
    clock.ms += 2001;
    return status(LABELS, id).status;
  };
  expect(run({ failedShare: 1 })).toBe('error');
  expect(appdata()).toEqual({});
  expect(run({ lostShare: 1 })).toBe('unknown');
  expect(appdata()).toHaveProperty(LABELS);
  expect(run({ endlessShare: 1 })).toBe('in_progress');
  clock.ms += 1e9;
  expect(execute(LABELS).status).toBe(409);
});

test('looking at what is no image fails', () => {
  const { execute, status, clock } = bundle();
  const { request_id: id } = execute('remove_bg', { target: TEXT }).json;
  clock.ms += 2001;
  expect(status('remove_bg', id)).toEqual({ status: 'error' });
});

test('refusals', () => {
  const { execute, call, emulator } = bundle({ deniedAddons: ['remove_bg'] });
  const unready = emulator.projects[0]?.addFile({ isReady: false }).uuid;
  const removed = emulator.projects[0]?.addFile({ removedAt: '2026-05-01T00:00:00Z' }).uuid;
  const choice = (word: string) => [`"${word}" is not a valid choice.`];
  for (const [addon, body, status, json] of [
    [LABELS, { target: 'nonexistent' }, 400, { target: ['Must be a valid UUID.'] }],
    [LABELS, { target: undefined }, 400, { target: ['This field is required.'] }],
    [LABELS, { target: '00000000-0000-4000-8000-000000000000' }, 404, { detail: 'Not found.' }],
    [LABELS, { target: removed }, 404, { detail: 'Not found.' }],
    [LABELS, { target: unready }, 400, { detail: 'File is not ready yet.' }],
    ['nothing', {}, 404, { detail: 'Not found.' }],
    ['remove_bg', { params: { type: 'cat' } }, 400, { params: { type: choice('cat') } }],
    ['remove_bg', { params: { crop: 3 } }, 400, { params: { crop: ['Must be a valid boolean.'] } }],
    ['remove_bg', { params: { scale: 'big' } }, 400, { params: { scale: expect.any(Array) } }],
    ['remove_bg', { params: { roi: '0px 0px 1px' } }, 400, { params: { roi: expect.any(Array) } }],
  ] as const) {
    expect(execute(addon, body)).toMatchObject({ status, json });
  }
  const denied = execute('remove_bg', { params: { crop_margin: '10% 20px', position: '50%' } });
  expect(denied).toMatchObject({
    status: 403,
    headers: { 'content-type': expect.stringMatching(/v0\.7/) },
  });
  // The recorded answer, whose text is lost, had 61 bytes.
  expect(Buffer.byteLength(denied.body)).toBe(61);
  expect(call(`/addons/${LABELS}/execute/status/?request_id=nonexistent`)).toMatchObject({
    status: 400,
    body: '{"request_id":["Must be a valid UUID."]}',
  });
});
