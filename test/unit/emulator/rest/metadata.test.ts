import { expect, test } from 'vitest';
import { setup, type WireFile } from '../emulator-caller.ts';

const UUID = '1b959c59-9605-4879-946f-08fdb5ea3e9d';
const BASE = `/files/${UUID}/metadata/`;

function bundle(options = {}, metadata: Record<string, string> = {}) {
  const parts = setup(options);
  parts.emulator.projects[0]?.addFile({ uuid: UUID, metadata });
  const put = (key: string, body: unknown) =>
    parts.call(`${BASE}${key}/`, { method: 'PUT', body: JSON.stringify(body) });
  return { ...parts, put };
}

test('a new key is 201, a known one 200, and both answer the value', () => {
  const { put, json, call } = bundle();
  const set = put('-:45az_', 'any string');
  expect(set).toMatchObject({ status: 201, body: '"any string"' });
  expect(set.headers['allow']).toBe('DELETE, GET, HEAD, OPTIONS, PUT');
  expect(put('-:45az_', 'other').status).toBe(200);
  expect(json(BASE)).toEqual({ '-:45az_': 'other' });
  expect(json(`${BASE}-:45az_/`)).toBe('other');
  expect(json<WireFile>(`/files/${UUID}/`)['metadata']).toEqual({ '-:45az_': 'other' });
  expect(call(`${BASE}none/`).status).toBe(404);
});

test('deleting answers 204 without a content type, and 404 once it is gone', () => {
  const { call, json } = bundle({}, { a: '1', b: '2' });
  const deleted = call(`${BASE}a/`, { method: 'DELETE' });
  expect(deleted).toMatchObject({ status: 204, body: '' });
  expect(deleted.headers['content-type']).toBeUndefined();
  expect(json(BASE)).toEqual({ b: '2' });
  expect(call(`${BASE}a/`, { method: 'DELETE' }).status).toBe(404);
});

test('keys come shortest first, as the service keeps them', () => {
  const { put, call } = bundle();
  for (const key of ['one_key', 'score', 'alpha', 'b']) put(key, 'x');
  expect(Object.keys(JSON.parse(String(call(BASE).body)))).toEqual([
    'b',
    'alpha',
    'score',
    'one_key',
  ]);
});

test('limits of keys, values and their number', () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`k${number}`, 'v']));
  const { put } = bundle({}, many);
  for (const [key, value] of [
    ['a%20b', 'v'],
    ['k'.repeat(65), 'v'],
    ['k1', ''],
    ['k1', 'v'.repeat(513)],
    ['k1', 7],
    ['k50', 'v'],
  ] as const) {
    expect(put(key, value).status).toBe(400);
  }
  expect(put('k1', 'v'.repeat(512)).status).toBe(200);
});

test('the log tells keys of one file apart, and writing the same value changes nothing', () => {
  const { put, emulator } = bundle();
  put('a', '1');
  put('b', '1');
  put('b', '1');
  expect(emulator.audit.summary().metadata_set).toMatchObject({
    effects: 3,
    changed: 2,
    distinctFilesChanged: 2,
    filesChangedMoreThanOnce: 0,
  });
  expect([...emulator.audit.entries()].map(({ detail }) => detail)).toEqual(['a', 'b', 'b']);
});

test('with a lag a write is answered at once and seen later', () => {
  const { put, json, clock } = bundle({ metadataLagMs: 2000 }, { a: '1' });
  expect(put('b', '2').status).toBe(201);
  expect(put('b', '3').status).toBe(200);
  expect(json(BASE)).toEqual({ a: '1' });
  clock.ms += 2001;
  expect(json(BASE)).toEqual({ a: '1', b: '3' });
});

test('v0.6 has no metadata', () => {
  const { call } = bundle();
  const old = { accept: 'application/vnd.uploadcare-v0.6+json' };
  expect(call(BASE, { headers: old }).status).toBe(404);
});
