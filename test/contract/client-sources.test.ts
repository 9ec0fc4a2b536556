import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

// Each source through a whole run: source, walk, ledger, client and emulator.

const UPLOADED_MS = Date.UTC(2026, 10, 1, 10);

function filesOf(bench: RunBench, count: number, spec: object = {}): string[] {
  const [project] = bench.emulator.projects;
  return Array.from({ length: count }, (_, place) => {
    const uploadedAt = new Date(UPLOADED_MS + place).toISOString().replace('Z', '000Z');
    return project!.addFile({ uploadedAt, storedAt: null, ...spec }).uuid;
  });
}

function write(bench: RunBench, name: string, text: string): string {
  const path = join(bench.directory, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const STORE = [{ uses: 'store' }];

test('a list that names files twice, and dies while it is walked, stores each once', async () => {
  const bench = runBench();
  const uuids = filesOf(bench, 1500);
  const text = [...uuids, ...uuids.slice(0, 700).map((uuid) => `https://ucarecdn.com/${uuid}/`)];
  const job = {
    source: { list: { path: write(bench, 'ids.txt', text.join('\n')) } },
    steps: STORE,
  };

  const death = { point: 'page-committed', hit: 2 } as const;
  expect(await bench.start(job, { death })).toBeNull();
  const end = await alive(bench.resume());

  expect(end).toMatchObject({ state: 'finished', counts: { total: 1500, done: 1500 } });
  expect(bench.effects('store')).toEqual({ changed: 1500, twice: 0 });
});

test('a list with a bad row at its end does nothing at all', async () => {
  const bench = runBench();
  const uuids = filesOf(bench, 1200);
  const path = write(bench, 'ids.txt', [...uuids, 'cat.jpg'].join('\n'));
  const started = bench.start({ source: { list: { path } }, steps: STORE });
  await expect(started).rejects.toMatchObject({ kind: 'usage', cause: { code: 'bad_rows' } });
  expect(bench.sent).toEqual([]);
});

test('a folder is uploaded, each file once', async () => {
  const bench = runBench();
  for (const name of ['a.txt', 'b/c.txt', 'b/d.bin']) write(bench, `in/${name}`, `${name} text`);
  const source = { folder: { path: join(bench.directory, 'in'), match: '*.txt' } };
  const end = await alive(bench.start({ source, steps: [{ uses: 'upload' }] }));
  expect(end).toMatchObject({ state: 'finished', counts: { total: 2, done: 2 } });
  expect(bench.items(end.run).map(({ key }) => key)).toEqual(['a.txt', 'b/c.txt']);
  expect(bench.emulator.projects[0]!.counts()).toMatchObject({ stored: 2 });
});

test('a search of more than 1,000 hits gives all of them', async () => {
  const bench = runBench();
  filesOf(bench, 1250, { tags: ['old'] });
  filesOf(bench, 30, { tags: ['new'] });
  const source = { search: { tags: { any: ['old'] } } };
  const end = await alive(bench.start({ source, steps: STORE }));
  expect(end).toMatchObject({ state: 'finished', counts: { total: 1250, done: 1250 } });
});

test('what an earlier run did is the source of the next one', async () => {
  const bench = runBench();
  const inline = [...filesOf(bench, 5), '00000000-0000-4000-8000-000000000000'];
  const first = await alive(bench.start({ source: { inline }, steps: STORE }));
  expect(first.counts).toMatchObject({ done: 5, skipped: 1 });
  const source = { run: { id: first.run, states: ['done'] } };
  const second = await alive(bench.start({ source, steps: [{ uses: 'info' }] }));
  expect(second).toMatchObject({ state: 'finished', counts: { total: 5, done: 5 } });
  const missing = await alive(
    bench.start({ source: { run: { id: 'no-such-run' } }, steps: STORE }),
  );
  expect(missing.state).toBe('aborted');
});

test('groups that a run made give their files to the next one, each once', async () => {
  const bench = runBench();
  const inline = filesOf(bench, 6);
  const make = { source: { inline }, steps: [{ uses: 'create-group', with: { size: 2 } }] };
  await alive(bench.start(make));
  await alive(bench.start({ ...make, steps: [{ uses: 'create-group', with: { size: 3 } }] }));
  const end = await alive(
    bench.start({ source: { groups: {} }, where: { stored: false }, steps: STORE }),
  );
  expect(end).toMatchObject({ state: 'finished', counts: { total: 6, done: 6 } });
  const gone = await alive(
    bench.start({ source: { groups: { take: 'groups' } }, steps: [{ uses: 'delete-group' }] }),
  );
  expect(gone).toMatchObject({ state: 'finished', counts: { total: 5, done: 5 } });
});
