import fc from 'fast-check';
import { expect, test } from 'vitest';
import { setup, targetOf, type WirePage } from '../emulator-caller.ts';

type Page = (target: string) => WirePage;

function walk(page: Page, first: string, link: 'next' | 'previous' = 'next') {
  const pages: WirePage[] = [page(first)];
  for (let at = pages[0]?.[link]; at; at = pages.at(-1)?.[link]) pages.push(page(targetOf(at)));
  return pages;
}

const uuidsOf = (pages: WirePage[]) => pages.flatMap((one) => one.results.map((file) => file.uuid));

test('the links are the recorded ones, byte for byte', () => {
  const { emulator, page } = setup();
  for (const uploadedAt of [
    '2022-09-23T11:29:25.213425Z',
    '2022-09-28T15:21:26.699767Z',
    '2022-09-28T15:53:36.082137Z',
    '2022-10-01T08:31:32.730675Z',
  ]) {
    emulator.projects[0]?.addFile({ uploadedAt });
  }
  emulator.projects[0]?.addFile({ uploadedAt: '2022-09-20T10:00:00Z' });
  const first = page('/files/?limit=2&ordering=-datetime_uploaded');
  expect(first.previous).toBeNull();
  expect(first.next).toBe(
    'https://api.uploadcare.com/files/?limit=2&ordering=-datetime_uploaded&from=2022-09-28T15%3A53%3A36.082137%2B00%3A00&offset=0',
  );
  const second = page(targetOf(first.next ?? ''));
  expect(second.previous).toBe(
    'https://api.uploadcare.com/files/?limit=2&ordering=-datetime_uploaded&offset=0&to=2022-09-28T15%3A21%3A26.699767%2B00%3A00',
  );
  const back = page(targetOf(second.previous ?? ''));
  expect(back.results).toEqual(first.results);
  expect(back.previous).toBeNull();
  expect(back.next).toBe(
    'https://api.uploadcare.com/files/?limit=2&ordering=-datetime_uploaded&offset=0&from=2022-09-28T15%3A53%3A36.082137%2B00%3A00',
  );
});

test('filters are echoed, the default limit is not added, and `from` is replaced in place', () => {
  const { page } = setup({ files: 300 });
  expect(page('/files/').next).toMatch(/\/files\/\?from=[^&]+&offset=0$/);
  expect(page('/files/?removed=false&limit=100').next).toMatch(
    /\?removed=false&limit=100&from=[^&]+&offset=0$/,
  );
  expect(page('/files/?from=2015-10-21T00:00:00&limit=5').next).toMatch(
    /\?from=20[^&]+&limit=5&offset=0$/,
  );
});

test('a walk has no repeats and no gaps in either order, with ties at page borders', () => {
  const { page } = setup({ files: 129, tiesShare: 0.5, tieSize: 5 });
  for (const ordering of ['datetime_uploaded', '-datetime_uploaded']) {
    const pages = walk(page, `/files/?limit=2&ordering=${ordering}`);
    expect(pages).toHaveLength(65);
    expect(pages.at(-1)?.results).toHaveLength(1);
    expect(pages.every((one) => one.total === 129)).toBe(true);
    expect(new Set(uuidsOf(pages)).size).toBe(129);
    const times = pages.flatMap((one) => one.results.map((file) => file.datetime_uploaded));
    const sorted = [...times].sort();
    expect(times).toEqual(ordering.startsWith('-') ? sorted.reverse() : sorted);
  }
});

test('a walk back over `previous` gives the same files in the same order', () => {
  fc.assert(
    fc.property(
      fc.record({
        files: fc.integer({ min: 1, max: 40 }),
        limit: fc.integer({ min: 1, max: 7 }),
        tieSize: fc.integer({ min: 1, max: 9 }),
        tiesShare: fc.constantFrom(0, 0.4, 1),
        seed: fc.integer({ min: 0, max: 1000 }),
        ordering: fc.constantFrom('datetime_uploaded', '-datetime_uploaded'),
        filter: fc.constantFrom('', '&stored=true', '&stored=false'),
      }),
      ({ limit, ordering, filter, ...options }) => {
        const { page, emulator } = setup(options);
        emulator.projects[0]?.addFile({ uploadedAt: '2026-01-01T00:00:00Z' });
        emulator.projects[0]?.addFile({ uploadedAt: '2026-01-01T00:00:00Z' });
        const whole = uuidsOf([page(`/files/?limit=1000&ordering=${ordering}${filter}`)]);
        const forward = walk(page, `/files/?limit=${limit}&ordering=${ordering}${filter}`);
        expect(uuidsOf(forward)).toEqual(whole);
        const last = forward.at(-1);
        if (last?.previous == null) return;
        const back = walk(page, targetOf(last.previous), 'previous');
        expect([...uuidsOf(back.reverse()), ...last.results.map((file) => file.uuid)]).toEqual(
          whole,
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('files of one instant come in order of their UUIDs, seeded and added ones alike', () => {
  const { page, emulator } = setup({ files: 20, tiesShare: 1, tieSize: 20 });
  const tied = emulator.projects[0]?.seededFile(0);
  const uploadedAt = new Date((tied?.uploadedAt ?? 0) / 1000).toISOString();
  const micros = String((tied?.uploadedAt ?? 0) % 1000).padStart(3, '0');
  for (let more = 0; more < 5; more += 1) {
    emulator.projects[0]?.addFile({ uploadedAt: uploadedAt.replace('Z', `${micros}Z`) });
  }
  const uuids = uuidsOf([page('/files/')]);
  expect(uuids).toHaveLength(25);
  expect(uuids).toEqual([...uuids].sort());
});

test('`from` is exclusive in the direction of the order', () => {
  const { page, emulator } = setup();
  for (const day of ['01', '02', '03']) {
    emulator.projects[0]?.addFile({ uploadedAt: `2026-05-${day}T00:00:00Z`, name: day });
  }
  const names = (target: string) => page(target).results.map((file) => file.original_filename);
  expect(names('/files/?from=2026-05-02T00%3A00%3A00Z')).toEqual(['03']);
  expect(names('/files/?from=2026-05-02T00%3A00%3A00Z&ordering=-datetime_uploaded')).toEqual([
    '01',
  ]);
  expect(names('/files/?to=2026-05-02')).toEqual(['01']);
});

test('deleting what a walk shows does not make it skip anything', () => {
  const { page, call } = setup({ files: 95, storedShare: 0, tiesShare: 0 });
  const seen: string[] = [];
  let target: string | null = '/files/?stored=false&limit=10';
  while (target !== null) {
    const one: WirePage = page(target);
    const uuids = one.results.map((file) => file.uuid);
    seen.push(...uuids);
    call('/files/storage/', { method: 'DELETE', body: uuids });
    target = one.next === null ? null : targetOf(one.next);
  }
  expect(new Set(seen).size).toBe(95);
  expect(page('/files/')).toMatchObject({ results: [], next: null, previous: null, total: 0 });
});

test('`removed` and `stored` choose the files, and totals count them all', () => {
  const { page, call, emulator } = setup({ files: 100, storedShare: 0.5 });
  const { stored = 0, unstored = 0 } = emulator.projects[0]?.counts() ?? {};
  const victim = page('/files/?stored=true&limit=1').results[0]?.uuid ?? '';
  call(`/files/${victim}/storage/`, { method: 'DELETE' });
  const totals = { removed: 1, stored: stored - 1, unstored };
  expect(page('/files/?stored=true')).toMatchObject({ total: stored - 1, totals });
  expect(page('/files/?stored=false')).toMatchObject({ total: unstored, totals });
  expect(page('/files/')).toMatchObject({ total: 99, totals });
  expect(page('/files/?removed=true').results.map((file) => file.uuid)).toEqual([victim]);
  expect(page('/files/?removed=true&stored=true').results).toEqual([]);
});

test('`removed` and `stored` are words or digits, in any case', () => {
  const { page, call } = setup({ files: 20, storedShare: 0.5 });
  const stored = page('/files/?stored=true').total;
  expect(stored).toBeGreaterThan(0);
  expect(stored).toBeLessThan(20);
  for (const yes of ['1', 'True', 'TRUE']) expect(page(`/files/?stored=${yes}`).total).toBe(stored);
  for (const no of ['0', 'False', 'false']) {
    expect(page(`/files/?removed=${no}&stored=${no}`).total).toBe(20 - stored);
    // The link repeats what was sent.
    const link = page(`/files/?removed=${no}&limit=1`).next ?? '';
    expect(new URL(link).searchParams.get('removed')).toBe(no);
  }
  for (const other of ['2', 'yes', '']) expect(call(`/files/?removed=${other}`).status).toBe(400);
});

test('`limit` is clamped and echoed, a bad value of another parameter is 400', () => {
  const { page, call } = setup({ files: 5 });
  expect(page('/files/').per_page).toBe(100);
  expect(page('/files/?limit=5000').per_page).toBe(1000);
  expect(page('/files/?limit=0').per_page).toBe(1);
  for (const bad of ['from=yesterday', 'ordering=size', 'removed=maybe', 'stored=2']) {
    expect(call(`/files/?${bad}`).status).toBe(400);
  }
});

test('appdata comes only when it is asked for', () => {
  const { page, emulator, json } = setup();
  const uuid = emulator.projects[0]?.addFile({ appdata: { remove_bg: { data: {} } } }).uuid;
  expect(page('/files/').results[0]).not.toHaveProperty('appdata');
  const appdata = { remove_bg: { data: {} } };
  expect(page('/files/?include=appdata').results[0]).toMatchObject({ appdata });
  expect(json(`/files/${uuid}/?include=appdata`)).toMatchObject({ appdata });
});

test('past the end there is an empty page without links', () => {
  const { page } = setup({ files: 3 });
  expect(page('/files/?from=2030-01-01T00:00:00')).toMatchObject({
    results: [],
    next: null,
    previous: null,
    total: 3,
  });
});
