// Tests src/run/inspect-project.ts, src/run/use-inventory.ts and src/sources/inventory-source.ts.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectInventory, inspectProject } from '../../src/run/inspect-project.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { alive, type LifeChanges, type RunBench, runBench } from '../support/run-bench.ts';

const DAY_MS = 86_400_000;
const CLEANUP = {
  source: { inventory: {} },
  where: { stored: false },
  steps: [{ uses: 'delete' }],
};

function inspect(bench: RunBench, changes: LifeChanges = {}) {
  return bench.live(changes, inspectProject);
}

function inventoryPath(bench: RunBench): string {
  return statePaths(bench.directory).inventory('demopublickey');
}

/** Lets time pass in which nothing happens. */
function pass(bench: RunBench, ms: number): void {
  bench.clock.suspend(ms, 'goes on');
}

function listings(bench: RunBench) {
  return bench.sent.filter(({ target }) => target.startsWith('/files/?'));
}

test('inspect sends one request for each page, and counts every file once', async () => {
  const bench = runBench({ files: 2500, storedShare: 0.6, tiesShare: 0.5, tieSize: 4 });

  const inspection = await inspect(bench);

  const { stored, unstored } = bench.emulator.projects[0]!.counts();
  expect(bench.sent).toHaveLength(3);
  expect(listings(bench)).toHaveLength(3);
  expect(inspection).toMatchObject({ pages: 3, requests: 3, unlisted: 0 });
  expect(inspection?.counts).toMatchObject({
    files: 2500,
    stored: { files: stored },
    unstored: { files: unstored },
  });
  const progress = bench.events.flatMap((event) =>
    event.kind === 'page-walked' ? [event.selectedTotal] : [],
  );
  expect(progress).toEqual([1000, 2000, 2500]);
});

test('the inventory is counted again without a request, with the same counts and its age', async () => {
  const bench = runBench({ files: 1500 });
  const listed = await inspect(bench);
  bench.sent.length = 0;
  pass(bench, 2 * 3_600_000);

  const again = await bench.live({}, inspectInventory);

  expect(bench.sent).toEqual([]);
  expect(again).toMatchObject({ requests: 0, pages: 2, listedAt: listed?.listedAt });
  expect(again?.ageMs).toBeGreaterThanOrEqual(2 * 3_600_000);
  expect(again?.counts.types).toEqual(listed?.counts.types);
  expect(again?.counts.metadataKeys).toEqual(listed?.counts.metadataKeys);
});

test('a run takes the files of the inventory without listing the project', async () => {
  const bench = runBench({ files: 1200, storedShare: 0.5 });
  await inspect(bench);
  bench.sent.length = 0;

  const end = await alive(bench.start({ ...CLEANUP, steps: [{ uses: 'store' }] }));

  const { unstored } = bench.emulator.projects[0]!.counts();
  expect(unstored).toBe(0);
  expect(end).toMatchObject({ state: 'finished', inventory: { ageMs: expect.any(Number) } });
  expect(listings(bench)).toEqual([]);
});

test('each page of deletes is listed at the service, and files that changed are left alone', async () => {
  const bench = runBench({ files: 2500, storedShare: 0 });
  await inspect(bench);
  const stored = bench.emulator.projects[0]!.seededFile(1700).uuid;
  bench.storeElsewhere(stored);
  bench.sent.length = 0;

  const end = await alive(bench.start(CLEANUP));

  expect(bench.emulator.projects[0]!.file(stored)).toMatchObject({ removedAt: null });
  expect(end.counts).toMatchObject({ total: 2500, done: 2499, skipped: 1 });
  expect(end.reasons).toEqual([{ state: 'skipped', reason: 'stored meanwhile', count: 1 }]);
  expect(listings(bench)).toHaveLength(3);
  expect(bench.effects('delete')).toEqual({ changed: 2499, twice: 0 });
});

test('the result of a job with deletes is the same as with the source files', async () => {
  const results = [];
  for (const source of [{ inventory: {} }, { files: {} }]) {
    const bench = runBench({ files: 1100, storedShare: 0.2 });
    await inspect(bench);
    const confirm = async () => {
      for (const index of [3, 500, 1050]) {
        bench.storeElsewhere(bench.emulator.projects[0]!.seededFile(index).uuid);
      }
      await new Promise<void>((resolve) => bench.clock.after(3_600_000, resolve));
      return true;
    };
    const { counts, reasons } = await alive(bench.start({ ...CLEANUP, source }, { confirm }));
    expect(reasons).toMatchObject([{ reason: 'stored meanwhile' }]);
    results.push({ counts, reasons, left: bench.emulator.projects[0]!.counts() });
  }
  expect(results[0]).toEqual(results[1]);
});

test('a resumed run continues with its own inventory, although a new one was made meanwhile', async () => {
  const bench = runBench({ files: 3500, storedShare: 0 });
  await inspect(bench);
  const died = await bench.start(CLEANUP, { death: { point: 'page-committed', hit: 2 } });
  expect(died).toBeNull();
  for (let index = 0; index < 200; index += 1) {
    bench.storeElsewhere(bench.emulator.projects[0]!.seededFile(index * 10).uuid);
  }
  await inspect(bench);
  writeFileSync(inventoryPath(bench), 'nothing');

  const end = await alive(bench.resume());

  expect(end.counts).toMatchObject({ total: 3500, done: 3300, skipped: 200 });
  expect(bench.effects('delete')).toEqual({ changed: 3300, twice: 0 });
});

test('a plan says how old the inventory is and sends no listing', async () => {
  const bench = runBench({ files: 1200, storedShare: 0.5 });
  await inspect(bench);
  bench.sent.length = 0;
  pass(bench, 3_600_000);

  const plan = await bench.plan(CLEANUP);

  expect(listings(bench)).toEqual([]);
  expect(plan).toMatchObject({ listRequests: 2, pages: 2 });
  expect((await bench.plan({ ...CLEANUP, steps: [{ uses: 'store' }] })).listRequests).toBe(0);
  expect(plan.selected).toBe(bench.emulator.projects[0]!.counts().unstored);
  expect(plan.inventory?.ageMs).toBeGreaterThanOrEqual(3_600_000);
});

test('apply of a plan from an inventory deletes only what still matches at the service', async () => {
  const bench = runBench({ files: 1500, storedShare: 0 });
  await inspect(bench);
  const path = await bench.freeze(CLEANUP);
  const stored = bench.emulator.projects[0]!.seededFile(1200).uuid;
  bench.storeElsewhere(stored);

  const end = await alive(bench.apply(path));

  expect(bench.emulator.projects[0]!.file(stored)).toMatchObject({ removedAt: null });
  expect(end.counts).toMatchObject({ done: 1499, skipped: 1 });
});

test('an inspect that fails keeps the earlier inventory and leaves no other file', async () => {
  const bench = runBench({ files: 2500 });
  await inspect(bench);
  const before = readFileSync(inventoryPath(bench));
  bench.answer = ({ target }) =>
    target.includes('from=') ? { status: 403, headers: {}, body: '{"detail":"no"}' } : null;

  await expect(inspect(bench)).rejects.toThrow();

  expect(readFileSync(inventoryPath(bench)).equals(before)).toBe(true);
  expect(readdirSync(join(bench.directory, 'projects'))).toEqual([
    expect.stringMatching(/\.inventory$/),
  ]);
});

const FAULTS: readonly [what: string, change: (text: Buffer) => Buffer, message: RegExp][] = [
  ['one byte is different', flipByte, /damaged or incomplete.*ucbulk inspect/],
  ['its end is missing', (text) => text.subarray(0, text.length - 200), /damaged or incomplete/],
  ['it is empty', () => Buffer.alloc(0), /damaged or incomplete/],
  ['it has more at its end', (text) => Buffer.concat([text, Buffer.from('{}\n')]), /damaged/],
  ['it has a newer format', replaced('"format":1', '"format":2'), /has format 2.*reads format 1/],
  ['it is of another project', replaced('demopublickey', 'otherpublickey'), /of project otherp/],
  ['it is of another service', replaced('https://service', 'https://another'), /another\.test/],
];

test.each(FAULTS)(
  'an inventory is refused before any request if %s',
  async (_, change, message) => {
    const bench = runBench({ files: 1200 });
    await inspect(bench);
    bench.sent.length = 0;
    writeFileSync(inventoryPath(bench), change(readFileSync(inventoryPath(bench))));

    const refusal = { kind: 'configuration', message: expect.stringMatching(message) };
    await expect(bench.start(CLEANUP)).rejects.toMatchObject(refusal);
    await expect(bench.plan(CLEANUP)).rejects.toMatchObject(refusal);
    await expect(bench.live({}, inspectInventory)).rejects.toMatchObject(refusal);

    expect(bench.sent).toEqual([]);
    expect(
      readdirSync(join(bench.directory, 'runs')).filter((name) => /db|inv/.test(name)),
    ).toEqual([]);
  },
);

test('without an inventory, the job is refused with the command that makes one', async () => {
  const bench = runBench({ files: 10 });
  const refusal = {
    kind: 'configuration',
    message: expect.stringMatching(/no inventory of this project.*`ucbulk inspect`/),
  };
  await expect(bench.start(CLEANUP)).rejects.toMatchObject(refusal);
  await expect(bench.live({}, inspectInventory)).rejects.toMatchObject(refusal);
  expect(bench.sent).toEqual([]);
});

test.each([
  [{}, DAY_MS, /1d 0?h?.*maxAge is 1d|1d old.*maxAge is 1d/],
  [{ maxAge: '2h' }, 2 * 3_600_000, /maxAge is 2h/],
])('an inventory older than maxAge is refused: %j', async (inventory, ageMs, message) => {
  const bench = runBench({ files: 10, storedShare: 0 });
  await inspect(bench);
  const job = { ...CLEANUP, source: { inventory } };
  pass(bench, ageMs - 60_000);
  expect((await bench.plan(job)).selected).toBe(10);

  pass(bench, 120_000);

  const refusal = { kind: 'configuration', message: expect.stringMatching(message) };
  await expect(bench.start(job)).rejects.toMatchObject(refusal);
});

test('an inventory from the future is refused, because its age is unknown', async () => {
  const bench = runBench({ files: 10 });
  await inspect(bench, { skewMs: 3_600_000 });
  await expect(bench.plan(CLEANUP)).rejects.toThrow(/in the future/);
});

test('an empty project has an empty inventory', async () => {
  const bench = runBench();
  const inspection = await inspect(bench);
  expect(inspection?.counts).toMatchObject({ files: 0, oldest: null });
  expect((await alive(bench.start(CLEANUP))).counts.total).toBe(0);
});

function flipByte(text: Buffer): Buffer {
  const changed = Buffer.from(text);
  const place = Math.floor(text.length / 2);
  changed[place] = (changed[place] ?? 0) ^ 1;
  return changed;
}

function replaced(from: string, to: string): (text: Buffer) => Buffer {
  return (text) => Buffer.from(text.toString('latin1').replace(from, to), 'latin1');
}
