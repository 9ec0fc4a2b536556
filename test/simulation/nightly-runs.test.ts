// Tests src/run/since.ts, src/state/last-success.ts and src/sources/inventory-source.ts.

import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { CRASH_POINTS } from '../../src/core/world.ts';
import { inspectProject } from '../../src/run/inspect-project.ts';
import type { RunContext } from '../../src/run/run-request.ts';
import { type RunBench, runBench } from '../support/run-bench.ts';
import { between, pick, seededRandom } from '../support/seeded-random.ts';
import { untilSettled } from '../support/virtual-clock.ts';
import { NETWORK_FAULTS } from '../support/wire-faults.ts';
import { turnedAway } from './life-ends.ts';

const DAY_MS = 86_400_000;
const NIGHTS = 10;
const SEEDS = Array.from({ length: 12 }, (_, place) => place + 1);
const AGE_DAYS = 3;
// A wrong time on which several answers agree is not a promise (docs/guarantees.md).
const FAULTS = NETWORK_FAULTS.filter((fault) => !fault.startsWith('date-'));
const WHERE = { uploaded: { olderThan: `${AGE_DAYS}d` }, unless: { tags: { any: ['keep'] } } };
const STEPS = [{ uses: 'delete' }];

/** The results of the processes of one night. */
type End = 'finished' | 'stopped';

/** Starts a run, and lets its processes die or meet faults. Some runs are resumed, others are left as they are. */
async function troubledRun(bench: RunBench, job: object, random: () => number): Promise<End> {
  let run: RunId | null = null;
  const listener: RunContext['listener'] = (event) => {
    if (event.kind === 'run-started') run = event.run;
  };
  const isTroubled = random() < 0.7;
  for (let life = 1; life <= 3; life += 1) {
    const isDeadly = isTroubled && random() < 0.6;
    const death = { point: pick(random, CRASH_POINTS), hit: between(random, 1, 4) };
    const changes = { listener, ...(isDeadly && { death }) };
    bench.fault = () => (isTroubled && random() < 0.1 ? pick(random, FAULTS) : null);
    const work: Promise<unknown> =
      run === null ? bench.start(job, changes) : bench.resume({ ...changes, run });
    const end = await work.catch((error: unknown) => turnedAway(error));
    if (end !== null && typeof end === 'object' && 'state' in end && end.state === 'finished') {
      return 'finished';
    }
    if (random() < 0.3) return 'stopped';
  }
  return 'stopped';
}

function upload(bench: RunBench, count: number, tags: readonly string[] = []): string[] {
  const project = bench.emulator.projects[0]!;
  return Array.from({ length: count }, (_, place) => {
    const uploadedAt = new Date(bench.clock.now() - place * 60_000).toISOString();
    return project.addFile({ uploadedAt, storedAt: null, tags }).uuid;
  });
}

function wait({ clock }: RunBench, ms: number): Promise<void> {
  return untilSettled(clock, clock.sleep(ms), clock.now() + ms + 1);
}

/** The files that were deleted, in order. A file that was deleted twice is there twice. */
function deleted({ emulator }: RunBench): string[] {
  return [...emulator.audit.entries()].flatMap(({ operation, uuid, changed }) => {
    return operation === 'delete' && changed ? [uuid] : [];
  });
}

test.each(SEEDS)('whatever happens at night, since forgets no file: seed %i', async (seed) => {
  const random = seededRandom(seed);
  const bench = runBench({ autostore: false });
  const kept = upload(bench, 8, ['keep']);
  const files = { stored: false, since: 'last-success', pageSize: between(random, 3, 20) };
  const job = { name: 'nightly', source: { files }, where: WHERE, steps: STEPS };
  const uploaded: string[] = [];
  const ends: End[] = [];
  for (let night = 0; night < NIGHTS; night += 1) {
    uploaded.push(...upload(bench, between(random, 0, 12)));
    await wait(bench, DAY_MS / 2);
    ends.push(await troubledRun(bench, job, random));
    await wait(bench, DAY_MS / 2);
  }
  bench.fault = () => null;
  await wait(bench, (AGE_DAYS + 1) * DAY_MS);
  const last = await bench.start(job);

  expect(last).toMatchObject({ state: 'finished', counts: { failed: 0 } });
  expect(ends).toContain('finished');
  expect(deleted(bench).sort()).toEqual([...uploaded].sort());
  for (const uuid of kept) expect(bench.emulator.projects[0]!.file(uuid)?.removedAt).toBeNull();
});

test.each(SEEDS)(
  'whatever happens, an inventory deletes what still matches: seed %i',
  async (seed) => {
    const random = seededRandom(seed);
    const bench = runBench({ autostore: false });
    const old = upload(bench, between(random, 6, 20));
    const kept = upload(bench, 4, ['keep']);
    await wait(bench, (AGE_DAYS + 1) * DAY_MS);
    await bench.live({}, inspectProject);
    const [stored = '', removed = '', ...due] = old;
    bench.storeElsewhere(stored);
    bench.removeElsewhere(removed);
    const late = upload(bench, 3);
    const job = { source: { inventory: {} }, where: { stored: false, ...WHERE }, steps: STEPS };

    const end = await troubledRun(bench, job, random);
    bench.fault = () => null;
    if (end === 'stopped') await bench.start(job);

    const times = deleted(bench);
    expect(times.filter((uuid) => uuid !== removed).sort()).toEqual([...due].sort());
    for (const uuid of [stored, ...kept, ...late]) {
      expect(bench.emulator.projects[0]!.file(uuid)?.removedAt).toBeNull();
    }
  },
);
