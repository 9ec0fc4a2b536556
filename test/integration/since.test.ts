// Tests src/run/since.ts, src/state/last-success.ts and src/engine/walk/left-open.ts.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Ledger } from '../../src/ledger/ledger.ts';
import { withReader } from '../../src/ledger/with-reader.ts';
import type { RunEnd } from '../../src/run/run-request.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { toSchema } from '../support/older-ledger.ts';
import { alive, type LifeChanges, type RunBench, runBench } from '../support/run-bench.ts';
import { untilSettled } from '../support/virtual-clock.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const JOB = {
  name: 'nightly',
  source: { files: { stored: false, since: 'last-success', pageSize: 100 } },
  where: { uploaded: { olderThan: '7d' }, unless: { tags: { any: ['keep'] } } },
  steps: [{ uses: 'delete' }],
};
const EVERYTHING = { ...JOB, source: { files: { stored: false, pageSize: 100 } } };

function wait({ clock }: RunBench, ms: number): Promise<void> {
  return untilSettled(clock, clock.sleep(ms), clock.now() + ms + 1);
}

/** Adds unstored files that were uploaded now, or earlier. Returns their UUIDs. */
function upload(
  bench: RunBench,
  count: number,
  { ageMs = 0, tags = [] }: { ageMs?: number; tags?: readonly string[] } = {},
): string[] {
  const project = bench.emulator.projects[0]!;
  return Array.from({ length: count }, (_, place) => {
    const uploadedAt = new Date(bench.clock.now() - ageMs - place).toISOString();
    return project.addFile({ uploadedAt, storedAt: null, tags }).uuid;
  });
}

function ledgerPath({ directory }: RunBench, run: string): string {
  return join(directory, 'runs', `${run}.db`);
}

function lists(bench: RunBench, from = 0): string[] {
  return bench.sent
    .slice(from)
    .map(({ target }) => target)
    .filter((target) => target.startsWith('/files/?'));
}

function deletes({ emulator }: RunBench): Map<string, number> {
  const times = new Map<string, number>();
  for (const { operation, uuid, changed } of emulator.audit.entries()) {
    if (operation !== 'delete' || !changed) continue;
    times.set(uuid, (times.get(uuid) ?? 0) + 1);
  }
  return times;
}

function start(bench: RunBench, job: object = JOB, changes: LifeChanges = {}): Promise<RunEnd> {
  return alive(bench.start(job, changes));
}

/** Messages of the log about `since`, of one run. */
async function messages(bench: RunBench, job: object): Promise<string[]> {
  const all: string[] = [];
  const log: LifeChanges['log'] = (level, _, message) => {
    if (message.startsWith('since:')) all.push(`${level} ${message}`);
  };
  await start(bench, job, { log });
  return all;
}

test.each([
  [JOB, 5],
  [EVERYTHING, 15],
])('30 nights: each file is deleted once, none is forgotten: %#', async (job, mostPages) => {
  const bench = runBench({ autostore: false });
  // Files that the listing shows, and that the job never deletes.
  const kept = upload(bench, 1000, { ageMs: 60 * DAY_MS, tags: ['keep'] });
  const uploaded: { readonly uuid: string; readonly night: number }[] = [];
  const pages: number[] = [];
  for (let night = 0; night < 30; night += 1) {
    uploaded.push(...upload(bench, 40).map((uuid) => ({ uuid, night })));
    await wait(bench, DAY_MS / 2);
    const before = bench.sent.length;
    if (night === 12) {
      // The process of this night dies, and nobody resumes its run.
      const death = { point: 'intent-committed', hit: 1 } as const;
      expect(await bench.start(job, { death })).toBeNull();
    } else if (night === 17) {
      bench.fault = ({ method }) => (method === 'DELETE' ? 'reset-before-effect' : null);
      const end = await start(bench, { ...job, limits: { duration: '5m' } });
      expect(end.state).not.toBe('finished');
      bench.fault = () => null;
    } else {
      const end = await start(bench, job);
      expect(end).toMatchObject({ state: 'finished', stop: null });
      pages.push(lists(bench, before).length);
    }
    await wait(bench, DAY_MS / 2);
  }
  const times = deletes(bench);
  const due = uploaded.filter(({ night }) => night <= 29 - 7).map(({ uuid }) => uuid);
  expect([...times.keys()].sort()).toEqual([...due].sort());
  expect(Math.max(...times.values())).toBe(1);
  for (const uuid of kept) expect(times.has(uuid)).toBe(false);
  expect(Math.max(...pages.slice(8))).toBeLessThanOrEqual(mostPages);
  if (job === EVERYTHING) expect(Math.min(...pages.slice(8))).toBeGreaterThan(12);
});

test('the first run lists all files and logs that, and a plan continues like a run', async () => {
  const bench = runBench({ autostore: false });
  upload(bench, 3, { ageMs: 10 * DAY_MS });

  expect(await messages(bench, JOB)).toEqual([
    'info since: lists all files, because no earlier run of this job was successful',
  ]);
  expect(lists(bench).every((target) => !target.includes('from='))).toBe(true);
  const before = bench.sent.length;
  await bench.plan(JOB);
  expect(lists(bench, before)[0]).toContain('from=');
  expect(await messages(bench, JOB)).toEqual([
    expect.stringMatching(/^info since: lists files .* run-1 /),
  ]);
});

test('plan, status and the end of a run name the run that they continue, also after a migration', async () => {
  const bench = runBench({ autostore: false });
  const first = await start(bench);
  expect(first.since).toEqual({ from: null, run: null });
  await wait(bench, DAY_MS);
  // The files of the last hour before the first run are listed again.
  const from =
    Math.floor(withReader(ledgerPath(bench, first.run), ({ run }) => run.get().asOf!)) - HOUR_MS;
  const since = { from, run: first.run };

  expect(await bench.plan(JOB)).toMatchObject({ since });
  const second = await start(bench);

  expect(second.since).toEqual(since);
  const world = createSystemWorld();
  expect(await readRun(bench.directory, second.run, world)).toMatchObject({ since });
  expect(await bench.plan(EVERYTHING)).not.toHaveProperty('since');
  expect((await start(bench, EVERYTHING)).since).toBeNull();
  // An earlier version did not record the run that was continued.
  toSchema(ledgerPath(bench, second.run), 4);
  const earlier = { since: { from, run: null } };
  expect(await readRun(bench.directory, second.run, world)).toMatchObject(earlier);
  Ledger.open(ledgerPath(bench, second.run), { clock: new FakeClock() }).close();
  expect(await readRun(bench.directory, second.run, world)).toMatchObject(earlier);
});

test('a job with other conditions or steps lists all files', async () => {
  const bench = runBench({ autostore: false });
  await start(bench);
  const other = { ...JOB, where: { uploaded: { olderThan: '6d' } } };

  expect(await messages(bench, other)).toEqual([
    'warn since: lists all files, because run run-1 had other conditions or steps',
  ]);
  expect((await messages(bench, JOB))[0]).toContain('because run run-1 was successful');
});

test('a damaged or removed ledger: an older run is continued, or all files are listed', async () => {
  const bench = runBench({ autostore: false });
  await start(bench);
  await wait(bench, DAY_MS);
  const { run } = await start(bench);
  writeFileSync(ledgerPath(bench, run), 'damaged '.repeat(1000));

  const found = await messages(bench, { ...JOB, steps: [{ uses: 'delete' }] });

  expect(found[0]).toMatch(/^warn since: the ledger of run .* can't be read/);
  expect(found[1]).toContain('because run run-1 was successful');
  rmSync(join(bench.directory, 'runs'), { recursive: true });
  expect((await messages(bench, JOB))[0]).toContain('lists all files');
});

test.each([90, 100])(
  'a limit of %i items leaves the other files to the next run',
  async (items) => {
    const bench = runBench({ autostore: false });
    const all = upload(bench, 250, { ageMs: 30 * DAY_MS });
    const job = { ...JOB, limits: { items } };

    for (let night = 0; night < 3; night += 1) {
      await start(bench, job);
      await wait(bench, DAY_MS);
    }

    expect(deletes(bench).size).toBe(all.length);
  },
);

test('a file that is undecided is listed again until it is decided', async () => {
  const bench = runBench({ autostore: false });
  const [open = ''] = upload(bench, 1, { ageMs: 30 * DAY_MS });
  upload(bench, 5, { ageMs: 20 * DAY_MS });
  const job = { ...JOB, where: { uploaded: { olderThan: '7d' }, unless: { isImage: true } } };
  bench.changeFile = (file) => {
    if (file['uuid'] === open) file['is_image'] = null;
  };
  await start(bench, job);
  expect(deletes(bench).has(open)).toBe(false);
  await wait(bench, DAY_MS);
  bench.changeFile = () => undefined;

  await start(bench, job);

  expect(deletes(bench).has(open)).toBe(true);
});

const DEATHS = (
  ['page-read', 'page-committed', 'outcome-committed', 'run-finished'] as const
).flatMap((point) => [1, 2, 3].map((hit) => ({ point, hit })));

test.each(DEATHS)(
  'killed at $point no. $hit and resumed: the next run forgets nothing',
  async (death) => {
    const bench = runBench({ autostore: false });
    const job = { ...JOB, source: { files: { ...JOB.source.files, pageSize: 10 } } };
    // The first are due now, the last are due after a day.
    const all = [
      upload(bench, 25, { ageMs: 8 * DAY_MS }),
      upload(bench, 15, { ageMs: 6.5 * DAY_MS }),
    ];
    await bench.start(job, { death });
    await bench.resume().catch(() => null);
    expect([...deletes(bench).keys()].sort()).toEqual([...all[0]!].sort());
    await wait(bench, DAY_MS);

    await start(bench, job);

    expect([...deletes(bench).keys()].sort()).toEqual(all.flat().sort());
    expect(Math.max(...deletes(bench).values())).toBe(1);
  },
);

test('a killed run continues its own listing, whatever other runs did meanwhile', async () => {
  const bench = runBench({ autostore: false });
  await start(bench);
  const old = upload(bench, 5, { ageMs: 0 });
  await wait(bench, 8 * DAY_MS);
  const death = { point: 'page-read', hit: 1 } as const;
  expect(await bench.start(JOB, { death })).toBeNull();
  const before = bench.sent.length;

  await alive(bench.resume());

  expect(lists(bench, before)[0]).toContain('from=');
  expect(deletes(bench).size).toBe(old.length);
});

test('options that do not go with since are refused', () => {
  const bench = runBench();
  const job = (parts: object) => () => bench.job({ ...JOB, ...parts });
  const newest = { files: { since: 'last-success', ordering: '-datetime_uploaded' } };
  expect(job({ source: newest })).toThrow(/since.*needs the oldest files first/);
  const convert = { uses: 'convert/document' };
  expect(job({ steps: [convert] })).toThrow(/skipIfDone.*must be true for convert\/document/);
  expect(job({ steps: [{ ...convert, skipIfDone: true }] })).not.toThrow();
  expect(job({ source: { files: { since: 'yesterday' } } })).toThrow(/last-success/);
});

test('a plan in a new state directory: there is no earlier run', async () => {
  const bench = runBench({ autostore: false });
  upload(bench, 3, { ageMs: 8 * DAY_MS });
  rmSync(bench.directory, { recursive: true });
  expect(await bench.plan(JOB)).toMatchObject({ selected: 3 });
});
