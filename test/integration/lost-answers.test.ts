import { expect, test } from 'vitest';
import { readRun } from '../../src/state/read-runs.ts';
import { alive, type LifeChanges, type RunBench, runBench } from '../support/run-bench.ts';

const COPY = { source: { files: {} }, steps: [{ uses: 'copy-local' }] };
const SETTLE_MS = 90_000;

/** A project of three files whose copies are made and whose answers are lost, the first time each. */
function losing(lost = 3): RunBench {
  const bench = runBench({ files: 3 });
  let sent = 0;
  bench.fault = ({ target }) => {
    if (target !== '/files/local_copy/') return null;
    sent += 1;
    return sent <= lost ? 'reset-after-effect' : null;
  };
  return bench;
}

/** The waits that a run told of, with the time of each by the wall's clock. */
const waitsOf = (bench: RunBench) =>
  bench.events.flatMap((event) =>
    event.kind === 'waiting' && event.id === 'idle' ? [event.wait] : [],
  );

/** Stops a run once it waits. */
function stopWhileWaiting(bench: RunBench): LifeChanges {
  const drain = new AbortController();
  return {
    drain: drain.signal,
    listener(event) {
      bench.events.push(event);
      if (event.kind === 'waiting' && event.id === 'idle') drain.abort();
    },
  };
}

test('a run that only waits for lost answers says until when, and for how many', async () => {
  const bench = losing();
  const end = await alive(bench.start(COPY));
  expect(end.counts).toMatchObject({ done: 3, total: 3 });
  const sentAt = bench.sent.find(({ target }) => target === '/files/local_copy/')!.at;
  const [wait, goesOn] = waitsOf(bench);
  expect(wait).toMatchObject({ lostAnswers: 3 });
  expect(wait!.until! - sentAt).toBeGreaterThanOrEqual(SETTLE_MS);
  expect(wait!.until! - sentAt).toBeLessThan(SETTLE_MS + 10_000);
  expect(goesOn).toBeNull();
});

test('the time is that of the wall, also where this clock is wrong', async () => {
  const bench = losing();
  const skewMs = 7_200_000;
  await alive(bench.start(COPY, { skewMs }));
  const sentAt = bench.sent.find(({ target }) => target === '/files/local_copy/')!.at;
  const until = waitsOf(bench)[0]!.until!;
  expect(until - sentAt - skewMs).toBeGreaterThanOrEqual(SETTLE_MS - 2000);
  expect(until - sentAt - skewMs).toBeLessThan(SETTLE_MS + 10_000);
});

test('a resume says it again, and status tells meanwhile what there is to settle', async () => {
  const bench = losing(2);
  const { run, counts } = await alive(bench.start(COPY, stopWhileWaiting(bench)));
  expect(counts).toMatchObject({ done: 1, pending: 2 });
  const [first] = waitsOf(bench);
  const life = { world: (await bench.live({}, async ({ world }) => world))! };
  const { lostAnswers } = await readRun(bench.directory, run, life.world);
  expect(lostAnswers).toMatchObject({ count: 2 });
  expect(Math.abs(lostAnswers!.due - first!.until!)).toBeLessThan(2000);
  bench.events.length = 0;
  const end = await alive(bench.resume());
  expect(end.counts).toMatchObject({ done: 3 });
  const started = bench.events.find(({ kind }) => kind === 'run-started');
  expect(started).toMatchObject({ counts: { done: 1, total: 3 } });
  expect(waitsOf(bench)[0]).toMatchObject({ lostAnswers: 2 });
  expect(Math.abs(waitsOf(bench)[0]!.until! - first!.until!)).toBeLessThan(2000);
  expect((await readRun(bench.directory, run, life.world)).lostAnswers).toBeNull();
});

test('what is sent again after a lost answer is no such wait', async () => {
  const bench = runBench({ files: 3 });
  let sent = 0;
  bench.fault = ({ method }) => (method === 'PUT' && ++sent === 1 ? 'reset-after-effect' : null);
  await alive(bench.start({ source: { files: {} }, steps: [{ uses: 'store' }] }));
  expect(sent).toBe(2);
  expect(waitsOf(bench)).toEqual([]);
});
