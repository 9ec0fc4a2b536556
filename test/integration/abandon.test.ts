import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { takeLock } from '../../src/ledger/process-lock.ts';
import { resolveItems } from '../../src/resolve/resolve-items.ts';
import { abandonRun } from '../../src/run/abandon-run.ts';
import { cleanRuns } from '../../src/state/clean-runs.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { pictureBench } from '../support/picture-bench.ts';
import { alive, type LifeChanges, type RunBench } from '../support/run-bench.ts';

const CUT = { id: 'cut', uses: 'addon/remove_bg' };
const DAY_MS = 86_400_000;

function pictures(count: number) {
  const { bench, source } = pictureBench(count);
  return { bench, job: { name: 'cut', source, steps: [CUT] } };
}

function abandon(bench: RunBench, run: RunId, changes: LifeChanges = {}) {
  return bench.live(changes, ({ world }) => abandonRun(bench.directory, run, world));
}

async function statusOf(bench: RunBench, run: RunId) {
  return bench.live({}, ({ world }) => readRun(bench.directory, run, world));
}

/** The reasons for which a clean keeps the only run, a day later. */
async function keepReasons(bench: RunBench) {
  const policy = {
    keepLast: null,
    keepWithinMs: 1,
    keepFailed: false,
    keepDeletes: false,
    forgetDone: true,
  };
  return bench.live({}, async ({ world }) => {
    const clock = { ...world.clock, now: () => world.clock.now() + DAY_MS };
    const all: (readonly string[])[] = [];
    for await (const { reasons } of cleanRuns(bench.directory, policy, {
      world: { ...world, clock },
      isDryRun: false,
    })) {
      all.push(reasons);
    }
    return all;
  });
}

test('an abandoned run can not be resumed, and a clean removes it', async () => {
  const { bench, job } = pictures(3);
  const { run } = await alive(bench.start(job, { confirm: async () => 'unanswered' }));
  expect(await abandon(bench, run)).toMatchObject({ run, newDoubts: 0, counts: { pending: 3 } });
  await expect(bench.resume({ run })).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('was abandoned with `ucbulk abandon`. This is final.'),
  });
  await expect(abandon(bench, run)).rejects.toThrow('has ended: it is abandoned');
  expect(await keepReasons(bench)).toEqual([[]]);
  expect(bench.mutations).toEqual([]);
});

test.each(['intent-committed', 'after-write', 'response-received'] as const)(
  'a request that a killed process may have sent becomes in doubt: at %s',
  async (point) => {
    const { bench, job } = pictures(3);
    expect(await bench.start(job, { death: { point, hit: 1 } })).toBeNull();
    const run = 'run-1' as RunId;
    const newDoubts = (await abandon(bench, run))?.newDoubts ?? 0;
    expect(newDoubts).toBeGreaterThan(0);
    expect(await statusOf(bench, run)).toMatchObject({
      state: 'abandoned',
      counts: { running: 0, waiting: 0, 'in-doubt': newDoubts },
    });
    expect(await keepReasons(bench)).toEqual([expect.arrayContaining(['in-doubt'])]);
  },
);

test('a remote job that the run started becomes in doubt, until a person decides', async () => {
  const { bench, job } = pictures(1);
  const stop = new AbortController();
  bench.fault = ({ target }) => {
    if (target.includes('/status/')) stop.abort();
    return null;
  };
  const { run, counts } = await alive(bench.start(job, { drain: stop.signal }));
  expect(counts).toMatchObject({ waiting: 1 });
  expect(await abandon(bench, run)).toMatchObject({ newDoubts: 1, counts: { 'in-doubt': 1 } });
  expect(bench.items(run, 'in-doubt')).toMatchObject([{ reason: 'abandoned' }]);
  const decide = (as: 'redo' | 'skip') =>
    bench.live({}, ({ world }) => resolveItems(bench.directory, { run, decisions: { as } }, world));
  await expect(decide('redo')).rejects.toThrow('is abandoned, so it can');
  expect(await keepReasons(bench)).toEqual([expect.arrayContaining(['in-doubt'])]);
  await decide('skip');
  expect(await keepReasons(bench)).toEqual([[]]);
  expect(bench.effects('remove_bg')).toEqual({ changed: 1, twice: 0 });
});

test('a run on which a process works can not be abandoned', async () => {
  const { bench, job } = pictures(1);
  const { run } = await alive(bench.start(job, { confirm: async () => 'unanswered' }));
  const held = takeLock(statePaths(bench.directory).runLock(run));
  await expect(abandon(bench, run)).rejects.toMatchObject({ kind: 'locked' });
  held?.release();
  expect(await statusOf(bench, run)).toMatchObject({ state: 'aborted' });
});

test('a finished run can not be abandoned', async () => {
  const { bench, job } = pictures(1);
  const { run } = await alive(bench.start(job));
  await expect(abandon(bench, run)).rejects.toThrow('has ended: it is finished');
});
