import { expect, test } from 'vitest';
import { setup } from '../emulator-caller.ts';

const POST = { method: 'POST' };

test('the state tells clock, projects and counts', () => {
  const { json } = setup({ files: 10, storedShare: 1 });
  expect(json('/_emulator/')).toMatchObject({
    clock: { speed: 1 },
    requests: 0,
    projects: [{ publicKey: 'demopublickey', files: { stored: 10, unstored: 0, removed: 0 } }],
  });
  expect(json('/_emulator/files?state=stored')).toEqual({ stored: 10 });
});

test('the clock is moved and sped up, and files expire by it', () => {
  const { json, clock } = setup({ files: 10, storedShare: 0 });
  const moved = json('/_emulator/clock', {
    ...POST,
    body: { advanceMs: 24 * 3_600_000, speed: 60 },
  });
  expect(moved).toMatchObject({
    clock: { nowMs: Date.UTC(2026, 5, 2, 12), speed: 60 },
    projects: [{ files: { unstored: 0, removed: 10 } }],
  });
  clock.ms += 1000;
  expect(json('/_emulator/')).toMatchObject({ clock: { nowMs: Date.UTC(2026, 5, 2, 12, 1) } });
});

test('the audit log comes as lines, in parts and by operation', () => {
  const { call, json, emulator } = setup({ files: 5, storedShare: 0 });
  const uuids = [0, 1, 2, 3, 4].map((index) => emulator.projects[0]?.seededFile(index).uuid);
  call('/files/storage/', { method: 'PUT', body: uuids });
  call('/files/storage/', { method: 'DELETE', body: uuids.slice(0, 2) });
  const read = (query: string) =>
    String(call(`/_emulator/audit${query}`).body)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  expect(read('')).toHaveLength(7);
  expect(read('?from=4&limit=2').map((entry) => entry.operation)).toEqual(['store', 'delete']);
  expect(read('?operation=delete')).toMatchObject([{ uuid: uuids[0] }, { uuid: uuids[1] }]);
  expect(json('/_emulator/audit/summary')).toMatchObject({
    store: { requests: 1, changed: 5 },
    delete: { requests: 1, changed: 2, filesChangedMoreThanOnce: 0 },
  });
  expect(json('/_emulator/requests')).toHaveLength(2);
});

test('the bucket shows its objects', () => {
  const { call, json, emulator } = setup();
  const file = emulator.projects[0]?.addFile({ name: 'a.txt', size: 7 });
  const body = { source: file?.uuid, target: 'backup', make_public: false };
  call('/files/remote_copy/', { ...POST, body });
  expect(json('/_emulator/bucket')).toEqual({ 'backup-bucket': 1 });
  expect(json('/_emulator/bucket?bucket=backup-bucket')).toMatchObject({
    key: `${file?.uuid}/a.txt`,
    size: 7,
    isPublic: false,
  });
});

test('faults are added, listed and taken away; a bad one is refused with a sentence', () => {
  const { call, json } = setup();
  const rule = { method: 'GET', times: 1, fault: { kind: 'status', status: 502 } };
  expect(json('/_emulator/faults', { ...POST, body: rule })).toEqual({ ids: [1] });
  expect([call('/project/').status, call('/project/').status]).toEqual([502, 200]);
  expect(json('/_emulator/faults')).toMatchObject([{ id: 1, seen: 2, fired: 1 }]);
  expect(json('/_emulator/faults?id=1', { method: 'DELETE' })).toEqual([]);
  for (const [body, sentence] of [
    [{ fault: { kind: 'explode' } }, /^fault.kind must be one of throttle, /],
    [{ fault: { kind: 'status' } }, 'The fault status needs the key `status`'],
    [{ fault: { kind: 'reset', status: 1 } }, /^Unknown key `status` of the fault reset/],
    [{ fault: { kind: 'reset' }, every: 0 }, 'Invalid value of `every` of the rule: 0'],
    ['[broken', /JSON/],
  ] as const) {
    expect(call('/_emulator/faults', { ...POST, body }).status).toBe(400);
    expect(json('/_emulator/faults', { ...POST, body })).toEqual({
      error: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    });
  }
});

test('control is for this machine only, and never counted as a request', () => {
  const { emulator, json } = setup();
  const control = (address: string) =>
    emulator.handle({
      method: 'GET',
      target: '/_emulator/',
      headers: {},
      body: '',
      remote: { address },
    }).status;
  expect([control('127.0.0.1'), control('::ffff:127.0.0.1'), control('10.0.0.1')]).toEqual([
    200, 200, 403,
  ]);
  expect(json('/_emulator/')).toMatchObject({ requests: 0 });
  expect(json('/_emulator/nowhere')).toMatchObject({ error: 'Unknown control endpoint' });
});

test('buckets are created, filled and read', () => {
  const { call, json } = setup();
  const at = '/_emulator/s3';
  json(`${at}/bucket?bucket=far`, {
    ...POST,
    body: { region: 'eu-west-1', objects: { count: 3 } },
  });
  expect(json(at)).toMatchObject({
    accessKeyId: 'EMULATORACCESSKEYID0',
    buckets: [{ name: 'backup-bucket' }, { name: 'far', region: 'eu-west-1' }],
    requests: { list: 0 },
  });
  const object = { text: 'hello', contentType: 'text/plain', metadata: { owner: 'Ada' } };
  json(`${at}/object?bucket=far&key=a`, { method: 'PUT', body: object });
  expect(json(`${at}/object?bucket=far&key=a`)).toMatchObject({
    size: 5,
    contentType: 'text/plain',
    sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  });
  expect(json(`${at}/objects?bucket=far&from=3`)).toMatchObject({ key: 'a', size: 5 });
  const removed = json(`${at}/object?bucket=far&key=a`, { method: 'DELETE' });
  expect(removed).toEqual({ removed: true });
  expect(call(`${at}/object?bucket=far&key=a`).status).toBe(400);
  const keys = { accessKeyId: 'A', secretAccessKey: 'b', allows: ['list', 'nothing'] };
  expect(json(`${at}/keys`, { ...POST, body: keys })).toEqual({
    accessKeyId: 'A',
    allows: ['list'],
  });
  expect(json(`${at}/bucket?bucket=x`, { ...POST, body: { regoin: 'x' } })).toEqual({
    error: 'Unknown key `regoin`. Use one of region, redirects, requesterPays, objects',
  });
});
