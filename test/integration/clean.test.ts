import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanText } from '../../src/cli/clean-text.ts';
import type { RunId } from '../../src/core/run.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { takeLock } from '../../src/ledger/process-lock.ts';
import { cleanLeftovers } from '../../src/state/clean-leftovers.ts';
import type { CleanPolicy } from '../../src/state/clean-policy.ts';
import { type CleanedRun, cleanRuns } from '../../src/state/clean-runs.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const ALL: CleanPolicy = {
  keepLast: null,
  keepWithinMs: 1,
  keepFailed: false,
  keepDeletes: false,
  forgetDone: false,
};
const CUT = { id: 'cut', uses: 'addon/remove_bg', skipIfDone: true };
const DAY_MS = 86_400_000;

function picture(bench: RunBench): string {
  return bench.emulator.projects[0]!.addFile({ mimeType: 'image/png', isImage: true }).uuid;
}

async function clean(
  bench: RunBench,
  policy: Partial<CleanPolicy> = {},
  isDryRun = false,
): Promise<CleanedRun[]> {
  const cleaned = await bench.live({}, async ({ world }) => {
    // Long after the runs ended.
    const clock = { ...world.clock, now: () => world.clock.now() + DAY_MS };
    const options = { world: { ...world, clock }, isDryRun };
    const all: CleanedRun[] = [];
    for await (const one of cleanRuns(bench.directory, { ...ALL, ...policy }, options)) {
      all.push(one);
    }
    return all;
  });
  return cleaned ?? [];
}

function filesOf(bench: RunBench, run: RunId): string[] {
  return readdirSync(join(bench.directory, 'runs')).filter((name) => name.startsWith(`${run}.`));
}

/** A finished run that stored a file. */
async function stored(bench: RunBench): Promise<RunId> {
  const { run } = await alive(
    bench.start({ source: { inline: [picture(bench)] }, steps: [{ uses: 'store' }] }),
  );
  return run;
}

test('the last successful run is kept if the next one continues it, and only that', async () => {
  const bench = runBench({ autostore: false });
  const job = { source: { files: { since: 'last-success' } }, steps: [{ uses: 'store' }] };
  const older = await alive(bench.start(job));
  const newer = await alive(bench.start(job));
  const dry = await clean(bench, {}, true);
  expect(dry).toMatchObject([
    { run: newer.run, reasons: ['since'] },
    { run: older.run, reasons: [] },
  ]);
  expect(await clean(bench, { forgetDone: true }, true)).toMatchObject([
    { run: newer.run, reasons: [] },
    { run: older.run, reasons: [] },
  ]);
});

test.each([
  [true, ['paid']],
  [false, []],
])('copies with skipIfDone: %s are kept for later runs: %s', async (skipIfDone, reasons) => {
  const bench = runBench({ autostore: false });
  const source = { inline: [picture(bench)] };
  const { run } = await alive(bench.start({ source, steps: [{ uses: 'copy-local', skipIfDone }] }));

  expect(await clean(bench, {}, true)).toMatchObject([{ run, reasons }]);
  expect(await clean(bench, { forgetDone: true })).toMatchObject([{ run, reasons: [] }]);
});

test('a run that no rule keeps is removed with all of its files', async () => {
  const bench = runBench({ autostore: false });
  const run = await stored(bench);
  writeFileSync(join(bench.directory, 'runs', `${run}.input`), 'list');
  const bytes = filesOf(bench, run).reduce(
    (sum, name) => sum + statSync(join(bench.directory, 'runs', name)).size,
    0,
  );
  const dry = await clean(bench, {}, true);
  expect(dry).toMatchObject([{ run, bytes, reasons: [] }]);
  expect(filesOf(bench, run)).toContain(`${run}.db`);
  expect(await clean(bench)).toMatchObject([{ run, reasons: [] }]);
  expect(filesOf(bench, run)).toEqual([]);
});

test('a run on which a process works is kept', async () => {
  const bench = runBench({ autostore: false });
  const run = await stored(bench);
  const held = takeLock(statePaths(bench.directory).runLock(run));
  expect(await clean(bench)).toMatchObject([{ run, reasons: ['running'] }]);
  held?.release();
  expect(await clean(bench)).toMatchObject([{ run, reasons: [] }]);
});

/** Cleans, and calls `meanwhile` when the first (newest) run was handled. */
async function cleanWith(
  bench: RunBench,
  meanwhile: () => void | Promise<void>,
): Promise<CleanedRun[]> {
  const cleaned = await bench.live({}, async ({ world }) => {
    const clock = { ...world.clock, now: () => world.clock.now() + DAY_MS };
    const all: CleanedRun[] = [];
    const options = { world: { ...world, clock }, isDryRun: false };
    for await (const one of cleanRuns(bench.directory, ALL, options)) {
      if (all.length === 0) await meanwhile();
      all.push(one);
    }
    return all;
  });
  return cleaned ?? [];
}

test('a run that a process takes meanwhile is kept', async () => {
  const bench = runBench({ autostore: false });
  const [older, newer] = [await stored(bench), await stored(bench)];
  let release = () => {};
  const cleaned = await cleanWith(bench, () => {
    const held = takeLock(statePaths(bench.directory).runLock(older));
    release = () => held?.release();
  });
  release();
  expect(cleaned).toMatchObject([
    { run: newer, reasons: [] },
    { run: older, reasons: ['running'] },
  ]);
  expect(filesOf(bench, older)).toContain(`${older}.db`);
});

test('a run that was reopened meanwhile is kept', async () => {
  const bench = runBench({ autostore: false });
  const [older] = [await stored(bench), await stored(bench)];
  const [, kept] = await cleanWith(bench, () => {
    const path = statePaths(bench.directory).ledger(older);
    const ledger = Ledger.open(path, { clock: new FakeClock() });
    const { endedAt } = ledger.run.get();
    ledger.transaction(() => ledger.run.setState('interrupted', null, endedAt));
    ledger.close();
  });
  expect(kept).toMatchObject({ run: older, reasons: ['unfinished'] });
});

test('a run that a new run takes its items from meanwhile is kept', async () => {
  const bench = runBench({ autostore: false });
  const [older] = [await stored(bench), await stored(bench)];
  const job = {
    name: 'follower',
    source: { run: { id: older, states: ['done'] } },
    steps: [{ uses: 'delete' }],
  };
  const [, kept] = await cleanWith(bench, async () => {
    await alive(bench.start(job, { confirm: async () => 'unanswered' }));
  });
  expect(kept).toMatchObject({ run: older, reasons: ['source'] });
  expect(filesOf(bench, older)).toContain(`${older}.db`);
});

test('an unfinished run, and one with items in doubt, are kept', async () => {
  const bench = runBench({ autostore: false });
  bench.fault = ({ target }) => (target.endsWith('/execute/') ? 'reset-after-effect' : null);
  const steps = [CUT];
  const doubt = await alive(bench.start({ source: { inline: [picture(bench)] }, steps }));
  const [kept] = await clean(bench, { forgetDone: true });
  expect(kept).toMatchObject({ run: doubt.run, reasons: expect.arrayContaining(['in-doubt']) });
  expect(kept?.reasons).toContain('unfinished');
});

test('paid work is kept, so that no later run pays for it again', async () => {
  const bench = runBench({ autostore: false });
  const job = { source: { inline: [picture(bench)] }, steps: [CUT] };
  const first = await alive(bench.start(job));
  expect(await clean(bench)).toMatchObject([{ run: first.run, reasons: ['paid'] }]);
  const again = await alive(bench.start(job));
  expect(again.counts).toMatchObject({ skipped: 1 });
  expect(bench.effects('remove_bg')).toEqual({ changed: 1, twice: 0 });
});

test('a run whose paid items all failed without effect holds no paid work', async () => {
  const bench = runBench({ autostore: false });
  bench.answer = ({ target }) =>
    target.endsWith('/execute/') ? answerWith(bench, 400, { detail: 'no' }) : null;
  const { run } = await alive(bench.start({ source: { inline: [picture(bench)] }, steps: [CUT] }));
  expect(await clean(bench, {}, true)).toMatchObject([{ run, reasons: [] }]);
  expect(await clean(bench, { keepFailed: true })).toMatchObject([{ run, reasons: ['failed'] }]);
});

test('--forget-done removes paid work, and a later run pays again', async () => {
  const bench = runBench({ autostore: false });
  const job = { source: { inline: [picture(bench)] }, steps: [CUT] };
  const first = await alive(bench.start(job));
  expect(await clean(bench, { forgetDone: true })).toMatchObject([{ run: first.run, reasons: [] }]);
  const again = await alive(bench.start(job));
  expect(again.counts).toMatchObject({ done: 1 });
});

test('--forget-done keeps the paid work that an unfinished run overlaps with', async () => {
  const bench = runBench({ autostore: false });
  const inline = [picture(bench)];
  const open = await alive(
    bench.start(
      { name: 'open', source: { inline }, steps: [{ ...CUT, skipIfDone: false }] },
      { confirm: async () => 'unanswered' },
    ),
  );
  const paid = await alive(bench.start({ name: 'paid', source: { inline }, steps: [CUT] }));
  const cleaned = await clean(bench, { forgetDone: true });
  expect(cleaned.find(({ run }) => run === paid.run)?.reasons).toEqual(['overlaps']);
  const end = await alive(bench.resume({ run: open.run }));
  expect(end.counts).toMatchObject({ skipped: 1 });
  expect(bench.effects('remove_bg')).toEqual({ changed: 1, twice: 0 });
});

test('a ledger that cannot be read is kept and named', async () => {
  const bench = runBench({ autostore: false });
  await stored(bench);
  writeFileSync(join(bench.directory, 'runs', 'run-9.db'), 'damaged');
  const [unreadable, other] = await clean(bench);
  expect(unreadable).toMatchObject({ run: 'run-9', facts: null, reasons: ['unreadable'] });
  expect(unreadable?.problem).not.toBe('');
  expect(other?.reasons).toEqual([]);
  expect(existsSync(join(bench.directory, 'runs', 'run-9.db'))).toBe(true);
});

test('two cleans at once remove each run once', async () => {
  const bench = runBench({ autostore: false });
  const runs = [await stored(bench), await stored(bench), await stored(bench)];
  const cleaned = await Promise.all([clean(bench), clean(bench)]);
  const removed = cleaned.flat().filter(({ reasons }) => reasons.length === 0);
  expect(new Set(removed.map(({ run }) => run))).toEqual(new Set(runs));
  for (const run of runs) expect(filesOf(bench, run)).toEqual([]);
});

test('a ledger that vanishes while a paying run looks for earlier work does not stop that run', async () => {
  const bench = runBench({ autostore: false });
  const job = (file: string) => ({ source: { inline: [file] }, steps: [CUT] });
  let isIll = true;
  bench.answer = ({ target }) =>
    isIll && target.endsWith('/execute/') ? answerWith(bench, 400, { detail: 'no' }) : null;
  const { run } = await alive(bench.start(job(picture(bench))));
  isIll = false;
  let isRemoved = false;
  bench.fault = () => {
    // The next run has listed the ledgers by now, and looks into them before it pays.
    if (!isRemoved) rmSync(join(bench.directory, 'runs', `${run}.db`));
    isRemoved = true;
    return null;
  };
  const end = await alive(bench.start(job(picture(bench))));
  expect(isRemoved).toBe(true);
  expect(end.counts).toMatchObject({ done: 1 });
});

test('files without a ledger are removed after a day', async () => {
  const bench = runBench({ autostore: false });
  await stored(bench);
  const folder = join(bench.directory, 'runs');
  const names = ['gone-1.db-wal', 'gone-1.lock', 'young-1.input', 'notes.txt'];
  for (const name of names) writeFileSync(join(folder, name), '');
  const count = (isDryRun: boolean) =>
    bench.live({}, ({ world }) => cleanLeftovers(bench.directory, { world, isDryRun }));
  const old = new Date(bench.clock.now() - 2 * DAY_MS);
  for (const name of ['gone-1.db-wal', 'gone-1.lock', 'notes.txt']) {
    utimesSync(join(folder, name), old, old);
  }
  const young = new Date(bench.clock.now());
  utimesSync(join(folder, 'young-1.input'), young, young);
  expect(await count(true)).toMatchObject({ files: 2 });
  expect(await count(false)).toMatchObject({ files: 2 });
  const left = readdirSync(folder);
  expect(left).toEqual(expect.arrayContaining(['young-1.input', 'notes.txt']));
  expect(left.filter((name) => name.startsWith('gone-1'))).toEqual([]);
});

test('a run with evidence of deletes is kept on request, and otherwise named', async () => {
  const bench = runBench({ autostore: false });
  const { run } = await alive(
    bench.start({ source: { inline: [picture(bench)] }, steps: [{ uses: 'delete' }] }),
  );
  const other = await stored(bench);
  expect(await clean(bench, { keepDeletes: true }, true)).toMatchObject([
    { run: other, reasons: [] },
    { run, reasons: ['deletes'] },
  ]);
  const runs = await clean(bench, {}, true);
  const leftovers = { files: 0, bytes: 0 };
  const lines = cleanText({ runs, leftovers, isDryRun: true }).split('\n');
  expect(lines.find((line) => line.includes(run))).toContain('has evidence of deletes');
  expect(lines.find((line) => line.includes(other))).not.toContain('evidence');
  expect(lines).toContain(
    '1 run with evidence of deletes would be removed. Write it first with `ucbulk evidence RUN -o FOLDER`, or add --keep-deletes.',
  );
  expect(cleanText({ runs, leftovers, isDryRun: false })).toContain(
    '1 run with evidence of deletes removed.',
  );
});
