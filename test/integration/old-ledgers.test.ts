import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import type { EmulatorObjects } from '../../src/emulator/emulator.ts';
import { openDatabase } from '../../src/ledger/open-database.ts';
import { takeLock } from '../../src/ledger/process-lock.ts';
import { resolveItems } from '../../src/resolve/resolve-items.ts';
import { readItems, readRun } from '../../src/state/read-runs.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

// Ledgers and a catalog of released schemas, as the programs of their time left them (see
// test/support/freeze-runs.ts). Today's program must read them, and resume their runs.
const FIXTURES = new URL('../fixtures/', import.meta.url);
const SCHEMAS = readdirSync(FIXTURES).filter((name) => /^schema-\d+$/.test(name));
const RUNS = ['paid', 'unconfirmed', 'half-deleted', 'half-tagged'];
const FROZEN_AT: Readonly<Record<string, number>> = {
  'schema-1': Date.UTC(2026, 10, 28, 21),
  'schema-2': Date.UTC(2026, 10, 29, 17),
  'schema-3': Date.UTC(2026, 10, 29, 20),
  'schema-4': Date.UTC(2026, 10, 29, 23),
};

interface OldRun {
  readonly bench: RunBench;
  readonly run: RunId;
}

/** A bench that has one old run in its state directory, and the project as that run left it. */
function benchWith(schema: string, name: string, startMs = FROZEN_AT[schema]): OldRun {
  const folder = new URL(`${schema}/`, FIXTURES);
  const load = JSON.parse(readFileSync(new URL('objects.json', folder), 'utf8')) as EmulatorObjects;
  const bench = runBench({ load, seed: 2, startMs: startMs ?? Date.now() });
  const sql = readFileSync(new URL(`${name}.sql`, folder), 'utf8');
  const run = /INSERT INTO run VALUES \(1, '([^']+)'/.exec(sql)?.[1] as RunId;
  mkdirSync(join(bench.directory, 'runs'), { recursive: true });
  write(join(bench.directory, 'runs', `${run}.db`), sql);
  write(join(bench.directory, 'catalog.db'), readFileSync(new URL('catalog.sql', folder), 'utf8'));
  return { bench, run };
}

/** The emulator of the time had an address of its own. */
function write(path: string, sql: string): void {
  const database = openDatabase(path, { mode: 'create' });
  database.exec(sql.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://service.test'));
  database.close();
}

test('there is a frozen ledger of each kind for the earlier schemas', () => {
  expect(SCHEMAS).toEqual(['schema-1', 'schema-2', 'schema-3', 'schema-4']);
  for (const schema of SCHEMAS) {
    expect(readdirSync(new URL(schema, FIXTURES))).toEqual(
      expect.arrayContaining([...RUNS.map((name) => `${name}.sql`), 'catalog.sql', 'objects.json']),
    );
  }
});

test.each(SCHEMAS.flatMap((schema) => RUNS.map((name) => ({ schema, name }))))(
  '$schema/$name is read without being changed',
  async ({ schema, name }) => {
    const { bench, run } = benchWith(schema, name);
    const path = join(bench.directory, 'runs', `${run}.db`);
    const before = readFileSync(path);
    const status = await readRun(bench.directory, run, createSystemWorld());
    expect(status.counts.total).toBeGreaterThan(0);
    expect([...readItems(bench.directory, run, {})]).toHaveLength(status.counts.total);
    expect(readFileSync(path).equals(before)).toBe(true);
  },
);

test.each(SCHEMAS)(
  '%s: resolve changes no ledger that another process works on',
  async (schema) => {
    const { bench, run } = benchWith(schema, 'paid');
    const paths = statePaths(bench.directory);
    const before = readFileSync(paths.ledger(run));
    const held = takeLock(paths.runLock(run));
    const resolved = bench.live({}, ({ world }) =>
      resolveItems(bench.directory, { run, decisions: { as: 'skip' } }, world),
    );
    await expect(resolved).rejects.toThrow(/Another process works on run/);
    held?.release();
    expect(readFileSync(paths.ledger(run)).equals(before)).toBe(true);
  },
);

test.each(SCHEMAS)(
  '%s: a paid run buys what its raised budget allows, nothing twice',
  async (schema) => {
    const { bench, run } = benchWith(schema, 'paid');
    const before = [...readItems(bench.directory, run, { state: 'done' })].map(({ key }) => key);
    expect(before).toHaveLength(6);
    const job = {
      name: 'paid',
      source: { files: { stored: true, pageSize: 50 } },
      where: { mime: 'image/*', size: { max: '2MB' } },
      steps: [{ uses: 'addon/remove_bg' }],
      limits: { paid: { remove_bg: 23 } },
    };
    // The old program paid without a question: what it began is not asked for.
    const confirm = () => Promise.reject(new Error('asked'));
    const end = await alive(bench.resume({ run, job, confirm }));
    expect(end).toMatchObject({ state: 'finished', counts: { done: 23, total: 23 } });
    expect(bench.effects('remove_bg')).toEqual({ changed: 17, twice: 0 });
    const bought = [...bench.emulator.audit.entries()].filter(
      ({ operation }) => operation === 'remove_bg',
    );
    expect(bought.filter(({ uuid }) => before.includes(uuid ?? ''))).toEqual([]);
  },
);

test.each(SCHEMAS)(
  '%s: what the run paid for before it had prices has its first price',
  async (schema) => {
    const { bench, run } = benchWith(schema, 'paid');
    const job = {
      name: 'paid',
      source: { files: { stored: true, pageSize: 50 } },
      where: { mime: 'image/*', size: { max: '2MB' } },
      steps: [{ uses: 'addon/remove_bg' }],
      prices: { currency: 'EUR', remove_bg: '0.10' },
      limits: { cost: '1.00' },
    };
    const end = await alive(bench.resume({ run, job }));
    // The old program paid for six: four more fit into the limit.
    expect(end).toMatchObject({ counts: { done: 10 }, cost: { atMost: '1.00', certain: '1.00' } });
    expect(bench.effects('remove_bg')).toEqual({ changed: 4, twice: 0 });
  },
);

test.each(SCHEMAS)('%s: a new run does not buy what the old one bought', async (schema) => {
  const { bench } = benchWith(schema, 'paid');
  const end = await alive(
    bench.start({
      source: { files: { stored: true } },
      where: { mime: 'image/*', size: { max: '2MB' } },
      steps: [{ uses: 'addon/remove_bg' }],
    }),
  );
  // Besides the six pictures, their six cutouts.
  expect(end).toMatchObject({ state: 'finished', counts: { skipped: 12 } });
  expect(bench.effects('remove_bg')).toMatchObject({ twice: 0 });
  expect(bench.effects('remove_bg').changed).toBe(end.counts.done);
});

test.each(SCHEMAS)('%s: a delete that stopped half way deletes the rest', async (schema) => {
  const { bench, run } = benchWith(schema, 'half-deleted');
  const end = await alive(bench.resume({ run }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 177, total: 177 } });
  expect(bench.effects('delete')).toEqual({ changed: 77, twice: 0 });
});

test.each(['schema-1'])(
  '%s: what it selected is looked at again, however fresh it is',
  async (schema) => {
    // Four seconds after its last page: today's program would not list that again for ten minutes.
    const { bench, run } = benchWith(schema, 'half-deleted', 1_795_897_660_000);
    const pending = [...readItems(bench.directory, run, { state: 'pending' })];
    const stored = pending[5]?.key ?? '';
    bench.storeElsewhere(stored);
    const end = await alive(bench.resume({ run }));
    expect(end.reasons).toEqual([{ state: 'skipped', reason: 'stored meanwhile', count: 1 }]);
    expect(bench.emulator.projects[0]?.file(stored)).toMatchObject({ removedAt: null });
  },
);

test.each(SCHEMAS)('%s: a pipeline goes on in the middle of both steps', async (schema) => {
  const { bench, run } = benchWith(schema, 'half-tagged');
  const copied = [...readItems(bench.directory, run, { state: 'done' })].length;
  // Its budget of requests is one of each process.
  await alive(bench.resume({ run }));
  const end = await alive(bench.resume({ run }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 49, total: 49 } });
  expect(bench.effects('remote_copy')).toEqual({ changed: 49 - copied, twice: 0 });
});

test.each(SCHEMAS)('%s: an unconfirmed delete asks again', async (schema) => {
  const { bench, run } = benchWith(schema, 'unconfirmed');
  const asked: number[] = [];
  const waits = async () =>
    (await readRun(bench.directory, run, createSystemWorld())).waitsForAnswer;
  expect(await waits()).toBe(true);
  const confirm = async ({ items }: { items: number }): Promise<'unanswered'> => {
    asked.push(items);
    return 'unanswered';
  };
  // Nobody to ask is not a no: every resume asks again.
  for (const times of [1, 2]) {
    const end = await alive(bench.resume({ run, confirm }));
    expect(end).toMatchObject({ state: 'aborted', stop: { kind: 'guard' } });
    expect(asked).toHaveLength(times);
    expect(await waits()).toBe(true);
  }
  expect(asked).toEqual([177, 177]);
  expect(bench.effects('delete')).toEqual({ changed: 0, twice: 0 });
  // Another run deleted the other hundred since.
  expect(await alive(bench.resume({ run }))).toMatchObject({
    state: 'finished',
    counts: { done: 77, skipped: 100 },
  });
  expect(await waits()).toBe(false);
});
