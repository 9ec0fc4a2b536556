// Tests src/engine/loop/work-queue.ts, src/engine/loop/wake-signal.ts and
// src/engine/loop/window.ts.

import { expect, test } from 'vitest';
import { YES } from '../../../../src/core/verdict.ts';
import { LedgerJournal } from '../../../../src/engine/journal/ledger-journal.ts';
import { WakeSignal } from '../../../../src/engine/loop/wake-signal.ts';
import { runWorkLoop } from '../../../../src/engine/loop/work-loop.ts';
import { WorkQueue } from '../../../../src/engine/loop/work-queue.ts';
import { AnswerTimes } from '../../../../src/engine/service-state/answer-times.ts';
import { PageRecheck } from '../../../../src/engine/walk/recheck-pages.ts';
import type { Operation, RemoteOperation } from '../../../../src/operations/operation.ts';
import {
  allDone,
  batchOperation,
  eachOperation,
  engineBench,
  newDurations,
  outageOf,
  plainSteps,
  someFailure,
} from '../../../support/engine-bench.ts';
import { givePage } from '../../../support/temp-ledger.ts';

/** A loop over the operations, on a clock that goes on when nothing else can. */
function setup(operations: readonly Operation[], options: { items: number; concurrency?: number }) {
  const bench = engineBench({ ...options, steps: operations.length });
  const { ledger, clock, runStop } = bench;
  const wakeSignal = new WakeSignal();
  const queue = new WorkQueue(
    () => options.concurrency ?? 4,
    () => wakeSignal.wake(),
  );
  const serverNow = () => clock.now();
  const crash = () => undefined;
  const source = {
    kind: 'test',
    uniqueKeys: true,
    readPage: () => Promise.reject(new Error('unused')),
  };
  let isWalking = false;
  let sleeps = 0;
  const counting = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    tick: () => clock.tick(),
    sleep: (ms: number, signal?: AbortSignal) => {
      sleeps += 1;
      return clock.sleep(ms, signal);
    },
  };
  const loop = () =>
    runWorkLoop({
      ledger,
      steps: operations.map((operation, place) => ({
        id: `step-${place}`,
        operation,
        fileFrom: null,
        condition: null,
        values: null,
        continueOnFailure: false,
        work: null,
        paid: null,
        lookUpEarlierResults: null,
      })),
      journal: new LedgerJournal({
        ledger,
        steps: plainSteps(operations.length),
        serverNow,
        crash,
        listener: () => undefined,
        redact: (text) => text,
      }),
      queue,
      recheck: new PageRecheck({
        ledger,
        selection: { source, filter: () => YES, asOf: 0 },
        serverNow,
        recheckAfterMs: 1e9,
        signal: runStop.signal,
      }),
      policy: { maxAttempts: 8, settleMs: 90_000 },
      answerTimes: new AnswerTimes(),
      outage: outageOf(operations.length, { monotonic: () => clock.monotonic() }),
      resultsFirst: { isOn: true, patienceMs: 7_200_000 },
      inTurn: async (claim) => claim(),
      clock: counting,
      listener: () => undefined,
      serverNow,
      clocksFault: () => null,
      isClockUntrusted: () => false,
      random: () => 1,
      crash,
      runStop,
      durations: newDurations(),
      abort: new AbortController().signal,
      wakeSignal,
      isWalking: () => isWalking,
    });
  /** Runs the loop; time goes on by a second whenever all else is done. */
  const untilDone = async (work: Promise<void>) => {
    let isDone = false;
    void work.finally(() => {
      isDone = true;
    });
    for (let second = 0; !isDone; second += 1) {
      if (second > 5000) throw new Error('The loop does not end');
      for (let tick = 0; tick < 5; tick += 1) await clock.tick();
      if (!isDone) await clock.advance(1000);
    }
    return work;
  };
  return {
    ...bench,
    wakeSignal,
    run: () => untilDone(loop()),
    loop,
    untilDone,
    walking: (is: boolean) => {
      isWalking = is;
      wakeSignal.wake();
    },
    sleeps: () => sleeps,
  };
}

test('what was begun is finished before more is begun: later steps go first', async () => {
  const order: string[] = [];
  const step = (name: string) =>
    batchOperation(async (items, permit) => {
      await permit.beforeSend();
      order.push(`${name} ${items[0]!.seq}`);
      return allDone(items);
    });
  const bench = setup([step('one'), step('two')], { items: 500, concurrency: 1 });
  await bench.run();

  expect(bench.ledger.items.counts()).toMatchObject({ done: 500 });
  const begunWhenFirstFinished = order.slice(0, order.indexOf('two 1'));
  expect(begunWhenFirstFinished.length).toBeLessThanOrEqual(3);
});

test('an item that spoils its chunk again and again goes alone from the fourth failure on', async () => {
  const sizes: number[] = [];
  const bench = setup(
    [
      batchOperation(async (items, permit) => {
        await permit.beforeSend();
        const isSpoiled = items.some(({ seq }) => seq === 3);
        if (isSpoiled) sizes.push(items.length);
        if (isSpoiled) throw someFailure();
        return allDone(items);
      }),
    ],
    { items: 5 },
  );
  await bench.run();

  expect(bench.states()).toEqual(['done', 'done', 'failed', 'done', 'done']);
  expect(sizes).toEqual([5, 5, 5, 5, 1, 1, 1, 1]);
});

test('a postponed item is waited for by a sleep a minute, not by looking again and again', async () => {
  let sends = 0;
  const bench = setup(
    [
      eachOperation(async (_item, permit) => {
        await permit.beforeSend();
        sends += 1;
        if (sends === 1)
          throw someFailure({ kind: 'throttled', effect: 'none', retryAfterMs: 600_000 });
        return { kind: 'done' };
      }),
    ],
    { items: 1 },
  );
  const begin = bench.clock.now();
  await bench.run();

  expect(bench.states()).toEqual(['done']);
  expect(bench.clock.now() - begin).toBeGreaterThanOrEqual(600_000);
  expect(bench.sleeps()).toBeLessThanOrEqual(12);
});

test('polls that take long are waited for without looking again and again', async () => {
  const remote: RemoteOperation = {
    kind: 'test-remote',
    shape: 'remote',
    startSize: 1,
    job: { name: 'test-remote', typicalMs: 1000 },
    destructive: false,
    changesListing: false,
    doubt: { class: 'undetectable' },
    async start(items, permit) {
      await permit.beforeSend();
      return new Map(items.map(({ key }) => [key, { kind: 'started', token: 't' }]));
    },
    async poll() {
      await bench.clock.sleep(60_000);
      return { kind: 'done' };
    },
  } as RemoteOperation;
  const bench = setup([remote], { items: 20, concurrency: 2 });
  await bench.run();

  expect(bench.ledger.items.counts()).toMatchObject({ done: 20 });
  // Each of the 20 polls keeps one of two places for a minute.
  expect(bench.sleeps()).toBeLessThan(60);
});

test('the loop does not end while pages still come in, and takes what they bring', async () => {
  const bench = setup(
    [
      batchOperation(async (items, permit) => {
        await permit.beforeSend();
        return allDone(items);
      }),
    ],
    { items: 1 },
  );
  bench.walking(true);
  const work = bench.loop();
  for (let tick = 0; tick < 20; tick += 1) await bench.clock.tick();
  expect(bench.ledger.items.counts()).toMatchObject({ done: 1, pending: 0 });

  givePage(bench.ledger, 7);
  bench.walking(false);
  await bench.untilDone(work);
  expect(bench.ledger.items.counts()).toMatchObject({ done: 8 });
});

test('a loop that can not claim any more waits for what is under way', async () => {
  let answered = 0;
  const bench = setup(
    [
      eachOperation(async (item, permit) => {
        await permit.beforeSend();
        if (item.seq === 1) breakClaims();
        for (let tick = 0; tick < 10; tick += 1) await bench.clock.tick();
        answered += 1;
        return { kind: 'done' };
      }),
    ],
    { items: 250, concurrency: 4 },
  );
  const { items } = bench.ledger;
  const claim = items.claim.bind(items);
  let isBroken = false;
  const breakClaims = () => {
    isBroken = true;
  };
  items.claim = (...args) => {
    if (isBroken) throw someFailure({ kind: 'fatal', fatalCause: 'disk-full', effect: 'none' });
    return claim(...args);
  };
  await bench.run();

  expect(bench.runStop.reason).toMatchObject({
    kind: 'fatal',
    failure: { fatalCause: 'disk-full' },
  });
  expect(answered).toBeGreaterThan(0);
  expect(items.counts()).toMatchObject({ done: answered, running: 0 });
});
