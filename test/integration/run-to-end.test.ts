// Tests src/engine/run-job.ts.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { parseRunId } from '../../src/core/run.ts';
import { CRASH_POINTS } from '../../src/core/world.ts';
import { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import type { RunLimits } from '../../src/run/run-request.ts';
import { toyUndetectable } from '../simulation/toy-operations.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

/** A copy of which nothing can tell afterwards whether it was made. */
const UNDETECTABLE: RunLimits = { operations: ({ files }) => [toyUndetectable(files)] };
const DELETE = { source: { files: { stored: false, pageSize: 100 } }, steps: [{ uses: 'delete' }] };
const STORE = { source: { files: { stored: false, pageSize: 70 } }, steps: [{ uses: 'store' }] };
const COPY_STEP = { uses: 'copy-to-remote', with: { target: 'backup' } };
const COPY = { source: { files: { stored: true, pageSize: 30 } }, steps: [COPY_STEP] };
const COPY_THEN_DELETE = { ...COPY, steps: [COPY_STEP, { uses: 'delete' }] };

/** Looks, whenever a request that changes something arrives, whether its intent is durable by then. */
function watchIntents(bench: RunBench): string[] {
  const unmarked: string[] = [];
  bench.answer = ({ method, body }) => {
    if (method === 'GET') return null;
    const reader = LedgerReader.open(join(bench.directory, 'runs', 'run-1.db'));
    const marked = new Set(
      [0, 1]
        .flatMap((step) => reader.items.running(step, 10_000))
        .filter(({ openSends, sentAt }) => openSends > 0 && sentAt !== null)
        .map(({ key }) => key),
    );
    reader.close();
    const parsed = JSON.parse(body ?? '[]') as string[] | { source: string };
    const uuids = Array.isArray(parsed) ? parsed : [parsed.source];
    unmarked.push(...uuids.filter((uuid) => !marked.has(uuid)));
    return null;
  };
  return unmarked;
}

test.each([
  { job: DELETE, effect: 'delete', count: 'unstored' },
  { job: STORE, effect: 'store', count: 'unstored' },
  { job: COPY, effect: 'remote_copy', count: 'stored' },
] as const)('$effect: every selected file once, each with its intent before it', async (row) => {
  const bench = runBench({ files: 420, storedShare: 0.5 });
  const expected = bench.emulator.projects[0]!.counts()[row.count];
  const unmarked = watchIntents(bench);

  const end = await alive(bench.start(row.job));

  expect(end).toMatchObject({ state: 'finished', stop: null });
  expect(end.counts).toMatchObject({ done: expected, total: expected });
  expect(bench.effects(row.effect)).toEqual({ changed: expected, twice: 0 });
  expect(unmarked).toEqual([]);
  expect(exitCodeForEnd(end, null)).toBe(0);
});

test('a batch run needs one request a hundred files', async () => {
  const bench = runBench({ files: 1000, storedShare: 0 });
  await bench.start({ ...DELETE, source: { files: { stored: false } } });
  expect(bench.mutations).toHaveLength(10);
});

test('an empty selection is a finished run', async () => {
  const bench = runBench({ files: 50, storedShare: 1 });
  const end = await alive(bench.start(DELETE));
  expect(end).toMatchObject({ state: 'finished', counts: { total: 0 } });
  expect(exitCodeForEnd(end, null)).toBe(0);
});

test('a finished run that is resumed sends nothing and says how it ended', async () => {
  const bench = runBench({ files: 60, storedShare: 0.5 });
  const end = await alive(bench.start(DELETE));
  const before = bench.sent.length;

  const again = await alive(bench.resume({ run: end.run }));

  expect(bench.sent.length).toBe(before);
  expect(again).toMatchObject({ state: 'finished', counts: end.counts, requests: 0 });
});

test('two steps killed between the one and the other end as if nothing had happened', async () => {
  const bench = runBench({ files: 200, storedShare: 0.5 });
  const { stored } = bench.emulator.projects[0]!.counts();
  const unmarked = watchIntents(bench);

  // The second step has begun: some items are at step two, others still at step one.
  expect(
    await bench.start(COPY_THEN_DELETE, { death: { point: 'outcome-committed', hit: 40 } }),
  ).toBe(null);
  expect(bench.effects('remote_copy').changed).toBeGreaterThan(0);
  const end = await alive(bench.resume());

  expect(end.counts).toMatchObject({ done: stored, total: stored });
  expect(bench.effects('remote_copy')).toEqual({ changed: stored, twice: 0 });
  expect(bench.effects('delete')).toEqual({ changed: stored, twice: 0 });
  expect(unmarked).toEqual([]);
});

test('killed at every durable boundary of a small run, it ends the same', async () => {
  for (const point of CRASH_POINTS) {
    for (let hit = 1; hit <= 3; hit += 1) {
      const bench = runBench({ files: 130, storedShare: 0, seed: hit });
      const job = { ...DELETE, source: { files: { stored: false, pageSize: 50 } } };
      let end = await bench.start(job, { death: { point, hit } });
      const isMade = point !== 'migration-step';
      if (end === null) {
        const run = parseRunId('run-1');
        end = await alive(isMade ? bench.resume({ run }) : bench.start(job));
      }
      expect(end.counts, `${point} ${hit}`).toMatchObject({ done: 130, total: 130 });
      expect(bench.effects('delete'), `${point} ${hit}`).toEqual({ changed: 130, twice: 0 });
    }
  }
});

test('what nothing can tell is in doubt: not sent again, listed, and the run is not finished', async () => {
  const bench = runBench({ files: 40, storedShare: 1 });
  let copies = 0;
  bench.fault = ({ method }) => {
    if (method !== 'POST') return null;
    copies += 1;
    return copies === 5 || copies === 9 ? 'reset-after-effect' : null;
  };

  const end = await alive(bench.start(COPY, { limits: UNDETECTABLE }));

  expect(end).toMatchObject({ state: 'interrupted', stop: null });
  expect(end.counts).toMatchObject({ done: 38, 'in-doubt': 2, total: 40 });
  expect(exitCodeForEnd(end, null)).toBe(11);
  expect(bench.items(end.run, 'in-doubt')).toHaveLength(2);
  expect(bench.items(end.run, 'in-doubt')[0]).toMatchObject({
    reason: 'UND_ERR_SOCKET',
    at: expect.any(String),
  });

  const again = await alive(bench.resume({ limits: UNDETECTABLE }));
  expect(again.counts['in-doubt']).toBe(2);
  expect(bench.mutations).toHaveLength(40);
});

test('an item whose answer died with the process is in doubt where nothing can tell', async () => {
  const bench = runBench({ files: 10, storedShare: 1 });
  expect(
    await bench.start(COPY, {
      limits: UNDETECTABLE,
      death: { point: 'response-received', hit: 3 },
      concurrency: 1,
    }),
  ).toBe(null);

  const end = await alive(bench.resume({ limits: UNDETECTABLE }));

  expect(end.counts).toMatchObject({ done: 9, 'in-doubt': 1 });
  expect(bench.items(end.run, 'in-doubt')[0]).toMatchObject({ reason: 'process_ended' });
  expect(bench.mutations).toHaveLength(10);
});

test('a file that is not there fails alone, though its chunk is refused as a whole', async () => {
  const bench = runBench({ files: 100, storedShare: 0 });
  const poison = bench.emulator.projects[0]!.seededFile(37).uuid;
  bench.answer = ({ method, body }) =>
    method === 'DELETE' && body?.includes(poison)
      ? {
          status: 400,
          headers: { date: new Date(bench.clock.now()).toUTCString() },
          body: '{"detail":"This one is cursed."}',
        }
      : null;

  const end = await alive(bench.start(DELETE));

  expect(end.counts).toMatchObject({ done: 99, failed: 1 });
  expect(bench.items(end.run, 'failed')).toMatchObject([{ key: poison, reason: 'http_400' }]);
  expect(bench.mutations.length).toBeLessThanOrEqual(15);
  expect(exitCodeForEnd(end, null)).toBe(1);
});
