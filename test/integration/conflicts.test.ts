import { expect, test } from 'vitest';
import type { OnConflict } from '../../src/job/job-schema.ts';
import { RunSkipped } from '../../src/state/run-locks.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const STORE = { source: { files: { stored: false } }, steps: [{ uses: 'store' }] };
const INFO = { source: { files: {} }, steps: [{ uses: 'info' }] };

function asked(onConflict: OnConflict, job: object = STORE): object {
  return { ...job, concurrency: { onConflict } };
}

function busyBench(): RunBench {
  return runBench({ files: 300, storedShare: 0 });
}

/** The second of two runs of a project, begun a moment after the first. */
async function second(bench: RunBench, job: object, words: string[] = [], drain?: AbortSignal) {
  await bench.clock.sleep(1);
  return bench.start(job, {
    log: (level, _fields, message) => level === 'warn' && words.push(message),
    ...(drain !== undefined && { drain }),
  });
}

test('fail: the second run names who works there, and since when; nothing of it is sent', async () => {
  const bench = busyBench();
  const first = bench.start(INFO);
  await expect(second(bench, STORE)).rejects.toMatchObject({
    kind: 'locked',
    message: expect.stringMatching(/project demopublickey: run run-1, since 2026-11-21T12:00/),
  });
  expect((await alive(first)).state).toBe('finished');
  expect(bench.mutations).toEqual([]);
});

test('skip: the second run does nothing, and that is no error', async () => {
  const bench = busyBench();
  const first = bench.start(INFO);
  await expect(second(bench, asked('skip'))).rejects.toBeInstanceOf(RunSkipped);
  expect((await alive(first)).state).toBe('finished');
  expect(bench.mutations).toEqual([]);
});

test('wait: the second run says for whom, and begins when the first has ended', async () => {
  const bench = busyBench();
  const words: string[] = [];
  const first = bench.start(INFO).then((end) => ({ end, at: bench.clock.now() }));
  const later = await alive(second(bench, asked('wait'), words));
  const { end, at } = await first;
  expect(end?.state).toBe('finished');
  expect(later).toMatchObject({ state: 'finished', counts: { done: 300 } });
  expect(bench.mutations[0]!.at).toBeGreaterThan(at);
  expect(words).toEqual([expect.stringMatching(/run run-1, since .*Waiting until it ends/)]);
});

test('wait: a signal ends the waiting, and nothing was sent', async () => {
  const bench = busyBench();
  const drain = new AbortController();
  const first = bench.start(INFO);
  bench.clock.after(1500, () => drain.abort());
  await expect(second(bench, asked('wait'), [], drain.signal)).rejects.toMatchObject({
    kind: 'canceled',
  });
  await first;
  expect(bench.mutations).toEqual([]);
});

test('wait: a run that was killed is waited for no longer', async () => {
  const bench = busyBench();
  const first = bench.start(INFO, { death: { afterMs: 2000 } });
  const later = await alive(second(bench, asked('wait')));
  expect(await first).toBe(null);
  expect(later).toMatchObject({ state: 'finished', counts: { done: 300 } });
});

test('share: both work at once, and who wants the project alone is told of both', async () => {
  const bench = busyBench();
  const first = bench.start(asked('share', INFO));
  const other = second(bench, asked('share'));
  await bench.clock.sleep(2);
  await expect(bench.start(INFO)).rejects.toMatchObject({
    kind: 'locked',
    message: expect.stringMatching(/run run-1, since .*; run run-2, since /),
  });
  expect((await alive(first)).counts).toMatchObject({ done: 300, total: 300 });
  expect((await alive(other)).counts).toMatchObject({ done: 300, total: 300 });
  expect(bench.effects('store')).toEqual({ changed: 300, twice: 0 });
  expect((await alive(bench.start(INFO))).state).toBe('finished');
});
