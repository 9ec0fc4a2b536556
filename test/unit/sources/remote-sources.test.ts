import { expect, test } from 'vitest';
import { parseFileUuid } from '../../../src/core/file-uuid.ts';
import { type GroupId, parseGroupId } from '../../../src/core/group-id.ts';
import type { JsonValue } from '../../../src/core/json.ts';
import type { SourceContext } from '../../../src/sources/descriptor.ts';
import { earlierRunSource } from '../../../src/sources/earlier-run-source.ts';
import { type GroupOptions, groupSource } from '../../../src/sources/group-source.ts';
import { made } from '../../../src/sources/made-source.ts';
import { searchSource } from '../../../src/sources/search-source.ts';
import type { ApiRequest } from '../../../src/transport/send.ts';
import { createRestClient } from '../../../src/uploadcare/rest-client.ts';
import { fileJson, uuidOf } from '../../support/file-json.ts';
import { failure } from '../uploadcare/client-setup.ts';
import { readKeys, readPages, signal } from './local-disk.ts';

/** A service that answers each request by a function of it. */
function service(answer: (request: ApiRequest) => unknown) {
  const targets: string[] = [];
  const client = createRestClient(
    async (request) => {
      targets.push(request.target);
      const body = JSON.parse(JSON.stringify(answer(request))) as JsonValue;
      return { status: 200, headers: {}, body, requestId: undefined };
    },
    { origin: 'https://api.test' },
  );
  return { client, targets };
}

function groupId(number: number): GroupId {
  return parseGroupId(`${uuidOf(number)}~2`);
}

/** 50 groups of two files; file 1 is in all, group 7 is empty but for what is removed or purged. */
function groupService() {
  return service(({ target }) => {
    const [, id] = /^\/groups\/([^/?]+)\//.exec(target) ?? [];
    if (id === undefined) {
      const from = Number(/from=(\d+)/.exec(target)?.[1] ?? 0);
      const limit = Number(/limit=(\d+)/.exec(target)?.[1]);
      const to = Math.min(50, from + limit);
      const results = Array.from({ length: to - from }, (_, place) =>
        groupJson(groupId(from + place)),
      );
      return {
        results,
        next: to < 50 ? `https://api.test/groups/?from=${to}&limit=${limit}` : null,
      };
    }
    const number = Number(id.slice(-6, -2));
    if (number >= 50) throw failure({ status: 404 });
    const removed = fileJson(999, {
      datetime_removed: '2026-01-01T00:00:00Z',
      datetime_stored: null,
    });
    const files = number === 7 ? [removed, null] : [fileJson(1), fileJson(1000 + number)];
    return { ...groupJson(id), files };
  });
}

function groupJson(id: string) {
  return { id, datetime_created: '2026-01-01T00:00:00Z', files_count: 2 };
}

const ALL: GroupOptions = { take: 'files', ordering: 'datetime_created' };

const NO_RUNS = {
  readItems: async () => [],
  readMadeFiles: async () => ({ files: [], last: null }),
  readDeletedFiles: async () => ({ files: [], last: null }),
};

test('the files of all groups are found, without what is removed or purged', async () => {
  const { client } = groupService();
  const keys = await readKeys(groupSource(client, ALL));
  expect(new Set(keys).size).toBe(50);
  expect(keys).toContain(uuidOf(1049));
  expect(keys).not.toContain(uuidOf(999));
});

test('groups go on at any page, a few at a time, since all their files are in memory', async () => {
  const { client } = groupService();
  const pages = await readPages(groupSource(client, ALL));
  expect(pages.map(({ candidates }) => candidates.length)).toEqual([38, 40, 20]);
  expect(await readKeys(groupSource(client, ALL), pages[1]?.next)).toHaveLength(20);
});

test('groups themselves are items, a thousand a request', async () => {
  const { client, targets } = groupService();
  const source = groupSource(client, { ...ALL, take: 'groups' });
  expect((await readKeys(source)).slice(0, 2)).toEqual([groupId(0), groupId(1)]);
  expect(targets).toEqual(['/groups/?limit=1000&ordering=datetime_created']);
  expect(source.lookUp).toBeUndefined();
});

test('of named groups one that is missing stops the run, and one without files is passed over', async () => {
  const { client } = groupService();
  const named = (...numbers: number[]) =>
    readKeys(groupSource(client, { ...ALL, ids: numbers.map(groupId) }));
  expect(await named(7, 3)).toEqual([uuidOf(1), uuidOf(1003)]);
  await expect(named(3, 77)).rejects.toMatchObject({ code: 'no_group', kind: 'fatal' });
});

test('a page without candidates is the last one, however many groups are empty', async () => {
  const { client } = groupService();
  const ids = Array.from({ length: 45 }, () => groupId(7));
  expect(await readPages(groupSource(client, { ...ALL, ids }))).toEqual([
    { candidates: [], next: null },
  ]);
});

interface Stored {
  readonly number: number;
  readonly at: number;
}

/** A search over files with upload times, which gives no more than 1,000 hits, as the service does. */
function searchService(files: readonly Stored[]) {
  const offsets: number[] = [];
  const { client } = service(({ target, body }) => {
    const asked = body as { datetime_uploaded?: { gte?: string; lt?: string }; sort: string[] };
    if (asked.sort[0] !== 'datetime_uploaded')
      throw new Error('Pages without an order are not stable');
    const from = Date.parse(asked.datetime_uploaded?.gte ?? '1970-01-01');
    const to = Date.parse(asked.datetime_uploaded?.lt ?? '9999-01-01');
    const url = new URL(target, 'https://api.test');
    const [offset, limit] = ['offset', 'limit'].map((name) => Number(url.searchParams.get(name)));
    offsets.push(offset ?? 0);
    const hits = files.filter(({ at }) => at >= from && at < to).sort((a, b) => a.at - b.at);
    const end = (offset ?? 0) + (limit ?? 0);
    if (end >= 1000) throw new Error('Beyond the ceiling');
    return {
      next: hits.length > end ? 'https://api.test/more' : null,
      total: hits.length,
      results: hits
        .slice(offset, end)
        .map(({ number, at }) =>
          fileJson(number, { datetime_uploaded: new Date(at).toISOString().replace('Z', '999Z') }),
        ),
    };
  });
  return { client, offsets };
}

const T = Date.UTC(2026, 0, 1);

test.each<[string, number, (number: number) => number]>([
  ['spread over time', 2500, (number) => T + number * 1000],
  ['three to a ms', 2500, (number) => T + Math.floor(number / 3)],
  ['in clumps of 250', 2500, (number) => T + Math.floor(number / 250)],
  ['in one clump of 899', 899, () => T],
  ['none', 0, () => T],
  ['exactly a page', 100, (number) => T + number],
  ['a page and one', 101, (number) => T + number],
])('all files are found, beyond the ceiling of 1,000 hits: %s, %i files', async (_, count, at) => {
  const files = Array.from({ length: count }, (__, number) => ({ number, at: at(number) }));
  const { client, offsets } = searchService(files);
  const keys = await readKeys(searchSource(client, { isImage: true }));
  expect([...new Set(keys)].sort()).toEqual(files.map(({ number }) => uuidOf(number)));
  expect(offsets.length).toBeLessThan(10 + (count / 100) * 2);
});

test('a search goes on at any page, and keeps its own bounds', async () => {
  const files = Array.from({ length: 500 }, (_, number) => ({ number, at: T + number }));
  const { client } = searchService(files);
  const iso = (ms: number) => new Date(ms).toISOString();
  const source = searchSource(client, { uploaded: { gte: iso(T + 10), lt: iso(T + 400) } });
  const pages = await readPages(source);
  const keys = new Set(pages.flatMap(({ candidates }) => candidates.map(({ key }) => key)));
  expect(keys.size).toBe(390);
  const rest = await readKeys(source, pages[1]?.next);
  expect(rest.at(-1)).toBe(uuidOf(399));
  expect(rest.length).toBeLessThan(200);
});

test('more files of one ms than the service gives stop the run with a sentence', async () => {
  const files = Array.from({ length: 1200 }, (_, number) => ({ number, at: T }));
  const { client } = searchService(files);
  await expect(readKeys(searchSource(client, { isImage: true }))).rejects.toMatchObject({
    code: 'search_too_dense',
    message: expect.stringContaining('narrow the search'),
  });
});

test('the items of an earlier run come page by page, with their details', async () => {
  const items = Array.from({ length: 2100 }, (_, place) => ({
    seq: place + 1,
    key: `k${place + 1}`,
    details: place === 0 ? { path: '/x' } : null,
  }));
  const source = earlierRunSource(
    { run: 'r', states: ['failed'] },
    {
      runs: {
        ...NO_RUNS,
        readItems: async (_, { after, limit }) => items.slice(after, after + limit),
      },
    },
  );
  const pages = await readPages(source);
  expect(pages.map(({ candidates }) => candidates.length)).toEqual([1000, 1000, 100]);
  expect(pages[0]?.candidates[0]).toEqual({ key: 'k1', facts: null, details: { path: '/x' } });
  expect(await readKeys(source, pages[1]?.next)).toHaveLength(100);
  expect((await source.readPage('2100', signal)).next).toBeNull();
});

test('files of an earlier run come page by page; items without a file make no empty page', async () => {
  const readMadeFiles = async (_: object, { after }: { after: number }) => {
    if (after === 0) return { files: [], last: 1000 };
    if (after === 1000) return { files: [parseFileUuid(uuidOf(1))], last: 2000 };
    return { files: [], last: null };
  };
  const source = made.create({ run: 'r' }, {
    runs: { ...NO_RUNS, readMadeFiles },
  } as unknown as SourceContext);
  expect(await source.readPage(null, signal)).toEqual({
    candidates: [{ key: uuidOf(1), facts: null }],
    next: '2000',
  });
  expect(await source.readPage('2000', signal)).toEqual({ candidates: [], next: null });
});
