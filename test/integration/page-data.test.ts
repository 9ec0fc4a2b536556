import { expect, test } from 'vitest';
import { parseRunId } from '../../src/core/run.ts';
import { openDatabase } from '../../src/ledger/open-database.ts';
import { readPictureOrigins } from '../../src/page-data/picture-origins.ts';
import { readGalleryPage, readItemsPage } from '../../src/page-data/read-items-page.ts';
import { readReportData } from '../../src/page-data/read-report-data.ts';
import { readRunPage } from '../../src/page-data/read-run-page.ts';
import { RunListings } from '../../src/page-data/run-listings.ts';
import type { ItemEntry, ItemsQuery } from '../../src/page-data/shapes.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { toSchema } from '../support/older-ledger.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const WORLD = createSystemWorld();
const CDN = 'https://abc.ucarecd.net';

/** A run that cuts out pictures. Every fourth request of it is refused, or another share of them. */
async function cutPictures(count: number, { refused = 4 } = {}) {
  const bench = runBench({ cdnOrigin: CDN });
  const project = bench.emulator.projects[0]!;
  for (let no = 0; no < count; no += 1) {
    project.addFile({
      mimeType: 'image/png',
      isImage: true,
      name: `${no}.png`,
      storedAt: '2026-01-01T00:00:00Z',
    });
  }
  let sent = 0;
  bench.answer = ({ method, target }) => {
    if (method !== 'POST' || !target.includes('execute')) return null;
    sent += 1;
    return sent % refused === 0 ? answerWith(bench, 400, { detail: `<b>No ${sent}</b>` }) : null;
  };
  const job = {
    source: { files: { stored: true } },
    steps: [{ id: 'cut', uses: 'addon/remove_bg' }],
  };
  const { run } = await alive(bench.start(job, { concurrency: 1 }));
  return { bench, run };
}

function pageOf(bench: RunBench, run: string, query: ItemsQuery = {}) {
  return readItemsPage(bench.directory, { run: parseRunId(run), query }, WORLD);
}

/** All pages of a query. */
async function allOf(bench: RunBench, run: string, query: ItemsQuery): Promise<ItemEntry[]> {
  const items: ItemEntry[] = [];
  for (let after: string | undefined; ; ) {
    const page = await pageOf(bench, run, { ...query, after });
    expect(page.items.length).toBeLessThanOrEqual(100);
    items.push(...page.items);
    if (page.next === null) return items;
    after = page.next;
  }
}

test('the pages of a run have the counts of its ledger, and each group of a cause its items', async () => {
  const { bench, run } = await cutPictures(230);
  const page = await readRunPage(bench.directory, run, WORLD);
  const { counts } = page.status;
  expect(counts.total).toBe(230);
  expect(page.hasPictures).toBe(true);
  const failed = page.causes.filter(({ state }) => state === 'failed');
  expect(failed.reduce((sum, { count }) => sum + count, 0)).toBe(counts.failed);
  for (const cause of page.causes) {
    const { state, step, reason, count, example, message } = cause;
    const items = await allOf(bench, run, { state, step, reason });
    expect(items).toHaveLength(count);
    expect(items[0]).toMatchObject({ key: example.key, message, state });
  }
  for (const state of ['done', 'failed', 'pending'] as const) {
    expect(await allOf(bench, run, { state })).toHaveLength(counts[state]);
  }
  const all = await allOf(bench, run, {});
  expect(new Set(all.map(({ key }) => key)).size).toBe(230);
  expect(await allOf(bench, run, { step: 'cut' })).toEqual(all);
  expect(await allOf(bench, run, { key: all[170]!.key })).toEqual([all[170]]);
  const [runs] = (await new RunListings(bench.directory, WORLD).read()).runs;
  expect(runs).toEqual({ ...page.status, control: null });
});

test('an item shows its picture before and after on the CDN of the project, and nothing else', async () => {
  const { bench, run } = await cutPictures(60);
  const items = await allOf(bench, run, {});
  for (const { key, before, after, state, result } of items) {
    expect(before).toBe(`${CDN}/${key}/-/preview/640x640/`);
    const made = state === 'done' ? `${CDN}/${result?.['file']}/-/preview/640x640/` : null;
    expect(after).toBe(made);
  }
  const done = items.filter(({ state }) => state === 'done');
  const first = await readGalleryPage(bench.directory, { run }, WORLD);
  expect(first.pairs).toEqual(done.slice(0, first.pairs.length));
  expect(await readPictureOrigins(bench.directory, WORLD)).toEqual([CDN]);
});

test('a ledger without the index has the same pages', async () => {
  const { bench, run } = await cutPictures(30);
  const read = async () => ({
    page: { ...(await readRunPage(bench.directory, run, WORLD)), now: 0 },
    failed: await allOf(bench, run, { state: 'failed' }),
    all: await allOf(bench, run, {}),
  });
  const newest = await read();
  toSchema(`${bench.directory}/runs/${run}.db`, 4);
  expect(await read()).toEqual(newest);
});

test('a host that is no host gives no pictures', async () => {
  const { bench, run } = await cutPictures(3);
  const database = openDatabase(`${bench.directory}/runs/${run}.db`, { mode: 'write' });
  database.exec("UPDATE cdn_hosts SET host = 'javascript://x'");
  database.close();
  const { items } = await pageOf(bench, run);
  expect(items.map(({ before, after }) => before ?? after)).toEqual([null, null, null]);
  expect(await readPictureOrigins(bench.directory, WORLD)).toEqual([]);
});

test.each([
  { after: '-1' },
  { after: '1 OR 1=1' },
  { after: 'x'.repeat(100_000) },
  { step: "'; DROP TABLE items" },
])('a query that no page makes is refused: %j', async (query) => {
  const { bench, run } = await cutPictures(1);
  await expect(pageOf(bench, run, query)).rejects.toMatchObject({ kind: 'usage' });
});

test('the data of a report has at most 200 items for each cause', async () => {
  const { bench, run } = await cutPictures(250, { refused: 1 });
  const data = await readReportData(bench.directory, { run, version: '1.2.3' }, WORLD);
  expect(data.run.status.counts.failed).toBe(250);
  expect(data.items.map(({ state }) => state)).toEqual(Array(200).fill('failed'));
  expect(data).toMatchObject({ version: '1.2.3' });
});
