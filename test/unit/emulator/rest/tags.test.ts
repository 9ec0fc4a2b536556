import { expect, test } from 'vitest';
import { setup } from '../emulator-caller.ts';

const UUID = '1b959c59-9605-4879-946f-08fdb5ea3e9d';
const PATH = `/files/${UUID}/tags/`;

function bundle(options = {}) {
  const parts = setup(options);
  parts.emulator.projects[0]?.addFile({ uuid: UUID });
  const send = (method: string, body: unknown) => {
    const answer = parts.call(PATH, { method, body: JSON.stringify(body) });
    return { status: answer.status, ...JSON.parse(String(answer.body)) };
  };
  return { ...parts, send };
}

test('tags are trimmed, lower-cased and kept once, in the order given', () => {
  const { send, json } = bundle();
  expect(send('PUT', { tags: ['z', ' Cat ', 'cat', '', 'a.b-c_1'] })).toEqual({
    status: 200,
    tags: ['z', 'cat', 'a.b-c_1'],
    added: ['a.b-c_1', 'cat', 'z'],
    deleted: [],
  });
  expect(json(PATH)).toEqual({ tags: ['z', 'cat', 'a.b-c_1'] });
});

test('a change deletes first and then adds; an empty one changes nothing', () => {
  const { send, emulator } = bundle();
  send('PUT', { tags: ['a', 'b'] });
  expect(send('PATCH', { add: ['c', 'a'], delete: ['a', 'none'] })).toEqual({
    status: 200,
    tags: ['b', 'c', 'a'],
    added: ['c'],
    deleted: [],
  });
  expect(send('PATCH', {})).toMatchObject({ status: 200, tags: ['b', 'c', 'a'] });
  expect(send('PUT', { tags: [] })).toMatchObject({ tags: [], deleted: ['a', 'b', 'c'] });
  expect(emulator.audit.summary().tags).toMatchObject({ effects: 4, changed: 3 });
});

test('bad tags, too many of them and a removed file are refused', () => {
  const { send, call } = bundle();
  const many = Array.from({ length: 51 }, (_, number) => `t${number}`);
  for (const body of [{}, { tags: 'a' }, { tags: ['a b'] }, { tags: ['ü'] }, { tags: many }]) {
    expect(send('PUT', body).status).toBe(400);
  }
  expect(send('PUT', { tags: ['t'.repeat(101)] }).status).toBe(400);
  call(`/files/${UUID}/storage/`, { method: 'DELETE' });
  expect(call(PATH).status).toBe(404);
});

test('files show their tags behind the metadata, unless a replay of older answers says no', () => {
  const hidden = bundle({ tagsInFiles: false });
  expect(hidden.json(`/files/${UUID}/`)).not.toHaveProperty('tags');
  const shown = bundle();
  expect(shown.json(`/files/${UUID}/`)).toMatchObject({ tags: [] });
  shown.send('PUT', { tags: ['a'] });
  const file = shown.json<object>(`/files/${UUID}/?include=appdata`);
  expect(Object.keys(file).slice(-3)).toEqual(['metadata', 'tags', 'appdata']);
  expect(file).toMatchObject({ tags: ['a'] });
});
