import { expect, test } from 'vitest';
import { setup, targetOf, type WireFile, type WirePage } from '../emulator-caller.ts';

const OLD = { accept: 'application/vnd.uploadcare-v0.6+json' };
const FILES = ['1b959c59-9605-4879-946f-08fdb5ea3e9d', '2b959c59-9605-4879-946f-08fdb5ea3e9d'];

const idOf = (number: number, count: number) =>
  `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000~${count}`;

function bundle(groups: readonly object[] = []) {
  const parts = setup({ removedLifetimeMs: 60_000 });
  for (const uuid of FILES) parts.emulator.projects[0]?.addFile({ uuid });
  parts.emulator.load({ projects: [{ pub_key: 'demopublickey', groups }] });
  return parts;
}

function group(number: number, members: readonly object[] = [{ uuid: FILES[0] }]): object {
  const datetime_created = new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString();
  return { id: idOf(number, members.length), datetime_created, files: members };
}

test('pages go both ways by the time of creation', () => {
  const { page } = bundle([1, 2, 3, 4, 5].map((number) => group(number)));
  const first = page('/groups/?limit=2&ordering=-datetime_created');
  expect(Object.keys(first)).toEqual(['next', 'previous', 'total', 'per_page', 'results']);
  expect(first).toMatchObject({ total: 5, per_page: 2, previous: null });
  expect(first.next).toBe(
    'https://api.uploadcare.com/groups/?limit=2&ordering=-datetime_created&from=2026-01-01T00%3A00%3A04.000000%2B00%3A00&offset=0',
  );
  const ids = ({ results }: WirePage) => results.map((one) => one['id']);
  const second = page(targetOf(first.next ?? ''));
  const third = page(targetOf(second.next ?? ''));
  expect([first, second, third].flatMap(ids)).toEqual([5, 4, 3, 2, 1].map((n) => idOf(n, 1)));
  expect(third.next).toBeNull();
  const back = page(targetOf(third.previous ?? ''));
  expect(ids(back)).toEqual(ids(second));
  expect(page(targetOf(back.previous ?? '')).previous).toBeNull();
});

test('groups of one instant are all on some page', () => {
  const same = [1, 2, 3, 4, 5].map((number) => ({
    ...group(number),
    datetime_created: '2026-01-01T00:00:00Z',
  }));
  const { page } = bundle([...same, group(9)]);
  const seen: unknown[] = [];
  let target: string | null = '/groups/?limit=2';
  while (target !== null) {
    const { results, next }: WirePage = page(target);
    seen.push(...results.map((one) => one['id']));
    target = next === null ? null : targetOf(next);
  }
  expect(seen).toHaveLength(6);
  expect(new Set(seen).size).toBe(6);
});

test('a group shows its files in order, duplicates kept, removed ones too, purged ones as null', () => {
  const members = [
    { uuid: FILES[1] },
    { uuid: FILES[0], default_effects: 'resize/x600/' },
    { uuid: FILES[1] },
  ];
  const { call, json, clock } = bundle([group(1, members)]);
  const files = () => json<{ files: (WireFile | null)[] }>(`/groups/${idOf(1, 3)}/`).files;
  expect(files().map((file) => [file?.uuid, file?.['default_effects']])).toEqual([
    [FILES[1], ''],
    [FILES[0], 'resize/x600/'],
    [FILES[1], ''],
  ]);
  expect(Object.keys(files()[0] ?? {}).at(-1)).toBe('default_effects');
  call(`/files/${FILES[1]}/storage/`, { method: 'DELETE' });
  expect(files()[0]?.datetime_removed).not.toBeNull();
  clock.ms += 60_001;
  expect(files().map((file) => file?.uuid)).toEqual([undefined, FILES[0], undefined]);
});

test('deleting leaves the files and is 404 the second time', () => {
  const { call, emulator } = bundle([group(1)]);
  const remove = () => call(`/groups/${idOf(1, 1)}/`, { method: 'DELETE' });
  expect(remove()).toMatchObject({ status: 204, body: '' });
  expect(remove().status).toBe(404);
  expect(call('/groups/nonexistent/').status).toBe(404);
  expect(emulator.projects[0]?.counts().unstored).toBe(2);
  expect([...emulator.audit.entries()]).toMatchObject([
    { operation: 'group_delete', uuid: idOf(1, 1) },
  ]);
});

test('v0.6 stores a group, shows when, and cannot delete it', () => {
  const { call, json, emulator } = bundle([
    group(
      1,
      FILES.map((uuid) => ({ uuid })),
    ),
  ]);
  const path = `/groups/${idOf(1, 2)}/`;
  const stored = call(`${path}storage/`, { method: 'PUT', headers: OLD });
  expect(stored.status).toBe(200);
  const shown = json<{ datetime_stored: string }>(path, { headers: OLD });
  expect(shown.datetime_stored).toMatch(/^2026-06-01T12:00/);
  expect(json<object>(path)).not.toHaveProperty('datetime_stored');
  expect(emulator.projects[0]?.counts().stored).toBe(2);
  expect(call(path, { method: 'DELETE', headers: OLD })).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD, OPTIONS' },
  });
  expect(call(`${path}storage/`, { method: 'PUT' }).status).toBe(405);
});
