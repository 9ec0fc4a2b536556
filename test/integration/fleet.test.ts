import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRunId } from '../../src/core/run.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { readWorkers } from '../../src/state/worker-list.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, runBench } from '../support/run-bench.ts';
import { CALM_FLEET } from '../support/simulated-fleet.ts';

const JOBS = {
  delete: [{ uses: 'delete' }],
  'copy-local': [{ uses: 'copy-local' }],
  metadata: [{ uses: 'metadata', with: { set: { a: 'b' } } }],
  'remove background, then store': [
    { id: 'cut', uses: 'addon/remove_bg' },
    { uses: 'store', with: { file: '${{ steps.cut.file }}' } },
  ],
};

for (const [name, steps] of Object.entries(JOBS)) {
  test(`workers send the requests of: ${name}`, async () => {
    const bench = runBench({ files: 7 });
    const end = await alive(
      bench.start({ source: { files: {} }, steps }, { fleetTrouble: CALM_FLEET }),
    );
    const failed = end.counts.failed;
    expect(end.counts).toMatchObject({ done: 7 - failed, total: 7 });
    // The add-on refuses files that are no pictures.
    expect(failed).toBe(name.startsWith('remove') ? 2 : 0);
  });
}

test('a second coordinator of a run is refused while the first one works', async () => {
  const bench = runBench({ files: 3 });
  const job = { source: { files: {} }, steps: JOBS.delete };
  let second: unknown = null;
  await alive(
    bench.start(job, {
      fleetTrouble: CALM_FLEET,
      confirm: async () => {
        second = await bench.joinFleet('run-1').catch((error: unknown) => error);
        return true;
      },
    }),
  );
  expect(second).toMatchObject({
    kind: 'locked',
    message: expect.stringContaining('Another coordinator works on run run-1'),
  });
  expect(bench.effects('delete')).toEqual({ changed: 3, twice: 0 });
});

test('a run without workers waits, and says for what', async () => {
  const bench = runBench({ files: 2 });
  const drain = new AbortController();
  const waits: string[] = [];
  const end = await alive(
    bench.start(
      { source: { files: {} }, steps: JOBS.metadata },
      {
        fleetTrouble: { ...CALM_FLEET, workers: 0 },
        drain: drain.signal,
        listener: (event) => {
          if (event.kind !== 'waiting' || event.wait?.kind !== 'workers') return;
          waits.push(event.wait.reason);
          bench.clock.after(60_000, () => drain.abort());
        },
      },
    ),
  );
  expect(waits).toEqual([
    'waiting for a worker: none is connected. Start `ucbulk worker --fleet …`',
  ]);
  expect(end).toMatchObject({ state: 'interrupted', counts: { pending: 2 } });
  expect(bench.mutations).toEqual([]);
});

test('an item that kills every worker fails, and the run continues', async () => {
  const bench = runBench({ files: 3 });
  const end = await alive(
    bench.start(
      { source: { files: {} }, steps: JOBS['copy-local'] },
      { fleetTrouble: { ...CALM_FLEET, deadlyItem: 2 } },
    ),
  );
  expect(end.counts).toMatchObject({ done: 2, failed: 1 });
  expect(bench.items(end.run, 'failed')[0]).toMatchObject({ reason: 'gave_up' });
});

const DAY_MS = 86_400_000;

test.each([
  ['fast', DAY_MS],
  ['slow', -DAY_MS],
])(
  'a worker whose clock is a day %s signs its requests with the time of the service',
  async (_, skewMs) => {
    const bench = runBench({ files: 4 });
    const folder = join(bench.directory, 'folder');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.txt'), 'content');
    const trouble = { fleetTrouble: { ...CALM_FLEET, skewMs } };
    const copies = await alive(
      bench.start({ source: { files: {} }, steps: JOBS['copy-local'] }, trouble),
    );
    expect(copies.counts).toMatchObject({ done: 4, total: 4 });
    expect(bench.effects('local_copy')).toEqual({ changed: 4, twice: 0 });
    const source = { folder: { path: folder } };
    const upload = await alive(bench.start({ source, steps: [{ uses: 'upload' }] }, trouble));
    expect(bench.items(upload.run)).toMatchObject([{ state: 'done', attempts: 0 }]);
  },
);

test('a run writes its workers to a file, which is gone at its end', async () => {
  const bench = runBench({ files: 40 });
  const paths = statePaths(bench.directory);
  const world = createSystemWorld();
  const run = parseRunId('run-1');
  const read = () => readWorkers(paths, run, world.files);
  let seen: ReturnType<typeof read> | null = null;
  bench.clock.after(20_000, () => {
    seen = read();
  });
  const start = bench.clock.now();
  await alive(
    bench.start(
      { source: { files: {} }, steps: JOBS['copy-local'], limits: { rate: 1 } },
      { fleetTrouble: CALM_FLEET },
    ),
  );
  const worker = { host: 'simulated', concurrency: 2, inFlight: expect.any(Number) };
  const workers = await seen!;
  expect(workers).toMatchObject([worker, worker]);
  for (const { seenAt } of workers ?? []) expect(seenAt).toBeGreaterThan(start + 10_000);
  expect(await read()).toBeNull();
  await world.close();
});

test('a run reports its workers, also when the last one is gone', async () => {
  const bench = runBench({ files: 40 });
  const workers: number[] = [];
  const end = await alive(
    bench.start(
      { source: { files: {} }, steps: JOBS['copy-local'], limits: { rate: 1 } },
      {
        fleetTrouble: {
          ...CALM_FLEET,
          workers: 1,
          events: [{ kind: 'kill', atMs: 10_000, worker: 0, forMs: 25_000 }],
        },
        limits: { sampleEveryMs: 500 },
        listener: (event) => {
          if (event.kind === 'workers-changed') workers.push(event.workers.length);
        },
      },
    ),
  );
  expect(end.counts).toMatchObject({ done: 40 });
  expect(workers).toEqual([1, 0, 1]);
});

test.each([true, false])(
  'the status of a stopped run knows whether it had a fleet: %s',
  async (has) => {
    const bench = runBench({ files: 40 });
    const drain = new AbortController();
    const end = await alive(
      bench.start(
        { source: { files: {} }, steps: JOBS['copy-local'], limits: { rate: 1 } },
        {
          ...(has && { fleetTrouble: CALM_FLEET }),
          drain: drain.signal,
          listener: (event) => {
            if (event.kind === (has ? 'workers-changed' : 'items-settled')) drain.abort();
          },
        },
      ),
    );
    expect(end.state).toBe('interrupted');
    const status = await readRun(bench.directory, end.run, createSystemWorld());
    expect(status).toMatchObject({ hasFleet: has, workers: null });
  },
);
