// Tests src/engine/failure/after-probe.ts, src/engine/send/send-chunk.ts and
// src/engine/tasks/parallel.ts.

import { expect, test } from 'vitest';
import type { Item } from '../../../../src/core/item.ts';
import { LedgerReader } from '../../../../src/ledger/ledger-reader.ts';
import type { Doubt, Probe, ProbeVerdict } from '../../../../src/operations/operation.ts';
import {
  allDone,
  batchOperation,
  eachOperation,
  engineBench,
  someFailure,
} from '../../../support/engine-bench.ts';

const done = { kind: 'done' } as const;
const refused = () =>
  someFailure({ kind: 'permanent', effect: 'none', code: 'http_400', status: 400 });

/** Open sends as another process would find them. */
function openSendsIn(path: string): number[] {
  const reader = LedgerReader.open(path);
  try {
    return reader.items.ofPage({ firstSeq: 1, selected: 100 }).map(({ openSends }) => openSends);
  } finally {
    reader.close();
  }
}

test('every item is marked as sent, for another process to see, before its request leaves', async () => {
  const bench = engineBench({ items: 3 });
  let atSend: number[] = [];
  await bench.run(
    batchOperation(async (items, permit) => {
      expect(openSendsIn(bench.path)).toEqual([0, 0, 0]);
      await permit.beforeSend();
      atSend = openSendsIn(bench.path);
      return allDone(items);
    }),
  );
  expect(atSend).toEqual([1, 1, 1]);
  expect(openSendsIn(bench.path)).toEqual([0, 0, 0]);
});

test('a resend has its own time, but is the same open send', async () => {
  const bench = engineBench();
  await bench.run(
    eachOperation(async (_item, permit) => {
      await permit.beforeSend();
      await bench.clock.advance(5000);
      await permit.beforeSend();
      const [item] = bench.placed();
      expect(item).toMatchObject({ openSends: 1, sentAt: bench.clock.now() });
      return done;
    }),
  );
  expect(bench.states()).toEqual(['done']);
});

test('a stopped run sends nothing and uses up no attempt', async () => {
  const bench = engineBench({ items: 20, concurrency: 2 });
  let sent = 0;
  const fatal = await bench.run(
    eachOperation(async (_item, permit) => {
      await permit.beforeSend();
      sent += 1;
      if (sent === 3) bench.runStop.stop({ kind: 'user' });
      await bench.clock.tick();
      return done;
    }),
  );
  expect(fatal).toBe(null);
  expect(sent).toBeLessThanOrEqual(4);
  expect(bench.ledger.items.counts()).toMatchObject({ done: sent, pending: 20 - sent, running: 0 });
  expect(bench.placed().every(({ attempts, openSends }) => attempts + openSends === 0)).toBe(true);
});

test('an item that the answer does not name is tried again, and no other one', async () => {
  const bench = engineBench({ items: 3 });
  const forgetful = batchOperation(async (items, permit) => {
    await permit.beforeSend();
    const [first, ...named] = items;
    return allDone(items.length === 1 ? [first!] : named);
  });

  await bench.run(forgetful);
  expect(bench.placed()).toMatchObject([
    { state: 'pending', attempts: 1, openSends: 1 },
    { state: 'done' },
    { state: 'done' },
  ]);

  await bench.clock.advance(60_000);
  await bench.run(forgetful);
  expect(bench.states()).toEqual(['done', 'done', 'done']);
});

test('an item that no answer ever names is given up in the end', async () => {
  const bench = engineBench();
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await bench.run(
      batchOperation(async (_items, permit) => {
        await permit.beforeSend();
        return new Map();
      }),
    );
    await bench.clock.advance(60_000);
  }
  expect(bench.states()).toEqual(['failed']);
  expect(bench.ledger.outcomes.reasons()).toMatchObject([{ reason: 'gave_up' }]);
});

test('sends that are known to have had no effect are no longer open, the others are', async () => {
  const bench = engineBench();
  const failing = (failure: Error) =>
    eachOperation(async (_item, permit) => {
      await permit.beforeSend();
      throw failure;
    });
  const openAfter = async (failure: Error) => {
    await bench.run(failing(failure));
    await bench.clock.advance(60_000);
    return bench.placed()[0]!.openSends;
  };

  expect(await openAfter(someFailure({ effect: 'none', code: 'concurrent', status: 409 }))).toBe(0);
  expect(await openAfter(someFailure({ effect: 'unknown' }))).toBe(1);
  expect(await openAfter(someFailure({ kind: 'throttled', effect: 'none' }))).toBe(1);
  expect(await openAfter(someFailure({ effect: 'unknown' }))).toBe(2);
  await bench.run(failing(refused()));
  expect(bench.placed()[0]).toMatchObject({ state: 'failed', openSends: 0 });
});

test('the items of a chunk that was refused as a whole are not taken for sent', async () => {
  const bench = engineBench({ items: 4 });
  const seen: number[][] = [];
  await bench.run(
    batchOperation(async (items, permit) => {
      seen.push(items.map(({ openSends }) => openSends));
      await permit.beforeSend();
      if (items.some(({ seq }) => seq === 2)) throw refused();
      return allDone(items);
    }),
  );
  expect(bench.states()).toEqual(['done', 'failed', 'done', 'done']);
  expect(seen.flat().every((open) => open === 0)).toBe(true);
  expect(bench.placed().every(({ openSends }) => openSends === 0)).toBe(true);
});

test('a chunk that was refused as a whole leaves no open sends, also where its halves never left', async () => {
  const bench = engineBench({ items: 4 });
  await bench.run(
    batchOperation(async (_items, permit) => {
      await permit.beforeSend();
      bench.runStop.stop({ kind: 'user' });
      throw refused();
    }),
  );
  expect(bench.placed().map(({ state, openSends }) => [state, openSends])).toEqual(
    Array.from({ length: 4 }, () => ['pending', 0]),
  );
});

test('an error that nobody classified stops the run as a bug, and its item may have been sent', async () => {
  const bench = engineBench();
  const fatal = await bench.run(
    eachOperation(async (_item, permit) => {
      await permit.beforeSend();
      throw new TypeError('undefined is not a function');
    }),
  );
  expect(fatal).toMatchObject({ kind: 'fatal', fatalCause: 'bug' });
  expect(bench.placed()).toMatchObject([{ state: 'pending', openSends: 1, attempts: 0 }]);
});

test('bad keys stop the other items of the task at once', async () => {
  const bench = engineBench({ items: 100, concurrency: 4 });
  let sent = 0;
  await bench.run(
    eachOperation(async (_item, permit) => {
      await permit.beforeSend();
      sent += 1;
      await bench.clock.tick();
      throw someFailure({ kind: 'fatal', effect: 'none', status: 401, fatalCause: 'credentials' });
    }),
  );
  expect(sent).toBeLessThanOrEqual(5);
  expect(bench.ledger.items.counts()).toMatchObject({ pending: 100 });
  expect(bench.runStop.reason).toMatchObject({ kind: 'fatal' });
});

test('an answer that the ledger cannot take does not leave other requests behind its back', async () => {
  const bench = engineBench({ items: 2, concurrency: 2 });
  let isSecondAnswered = false;
  const operation = eachOperation(async (item, permit) => {
    await permit.beforeSend();
    if (item.seq === 1) return { kind: 'done', result: { broken: 1n as never } };
    await bench.clock.tick();
    await bench.clock.tick();
    await bench.clock.tick();
    isSecondAnswered = true;
    return done;
  });
  await expect(bench.run(operation)).rejects.toThrow();
  expect(isSecondAnswered).toBe(true);
});

/** An item that was sent once and whose answer was lost, and its operation with a probe. */
async function setupProbed(verdict: () => ProbeVerdict | Promise<ProbeVerdict>) {
  const bench = engineBench();
  const sent: Item[] = [];
  const probe: Probe = async () => verdict();
  const doubt: Doubt = { class: 'detectable', probe };
  const operation = eachOperation(
    async (item, permit) => {
      await permit.beforeSend();
      sent.push(item);
      if (sent.length === 1) throw someFailure();
      return done;
    },
    { doubt },
  );
  await bench.run(operation);
  await bench.clock.advance(90_000);
  return { bench, operation, sent };
}

test('a request that is found to have happened is not sent again', async () => {
  const { bench, operation, sent } = await setupProbed(() => ({ kind: 'happened', outcome: done }));
  await bench.run(operation);
  expect(sent).toHaveLength(1);
  expect(bench.placed()).toMatchObject([{ state: 'done', openSends: 0 }]);
});

test('a request that is found not to have happened is sent again, as if for the first time', async () => {
  const { bench, operation, sent } = await setupProbed(() => ({ kind: 'did-not-happen' }));
  await bench.run(operation);
  expect(sent).toHaveLength(2);
  expect(sent[1]).toMatchObject({ openSends: 0, sentAt: null });
  expect(bench.states()).toEqual(['done']);
});

test('a look that shows that it came too early is made again: the clock was ahead', async () => {
  let isAhead = true;
  const made = await setupProbed(() => {
    if (isAhead) made.bench.clock.jumpWall(-60_000);
    isAhead = false;
    return { kind: 'did-not-happen' };
  });
  const { bench, operation, sent } = made;
  await bench.run(operation);
  expect(sent).toHaveLength(1);
  expect(bench.placed()).toMatchObject([{ state: 'pending', openSends: 1, attempts: 1 }]);
  await bench.run(operation);
  expect(sent).toHaveLength(1);
  await bench.clock.advance(60_000);
  await bench.run(operation);
  expect(sent).toHaveLength(2);
});

test('while two answers differ about the time, nothing is sent again', async () => {
  const { bench, operation, sent } = await setupProbed(() => ({ kind: 'did-not-happen' }));
  bench.answers.agree = false;
  await bench.run(operation);
  expect(sent).toHaveLength(1);
  bench.answers.agree = true;
  await bench.clock.advance(2000);
  await bench.run(operation);
  expect(sent).toHaveLength(2);
});

test('what a look can not decide is in doubt, with the reason', async () => {
  const { bench, operation, sent } = await setupProbed(() => ({
    kind: 'undecided',
    note: 'two of them',
  }));
  await bench.run(operation);
  expect(sent).toHaveLength(1);
  expect(bench.placed()).toMatchObject([{ state: 'in-doubt', openSends: 1 }]);
});

test('nothing is looked up before the effect must have come to light', async () => {
  const { bench } = await setupProbed(() => ({ kind: 'did-not-happen' }));
  bench.ledger.transaction(() => {
    const [item] = bench.claim();
    bench.ledger.items.moveItems({
      seqs: [item!.seq],
      step: 0,
      from: 'running',
      to: 'pending',
      notBefore: bench.clock.now() + 1,
    });
  });
  expect(bench.claim()).toEqual([]);
});

test('a look that fails settles nothing: the send stays open and is looked at again', async () => {
  const failures = [someFailure({ effect: 'none', status: 500 })];
  const { bench, operation, sent } = await setupProbed(() => {
    const failure = failures.pop();
    if (failure !== undefined) throw failure;
    return { kind: 'happened', outcome: done };
  });
  await bench.run(operation);
  expect(bench.placed()).toMatchObject([{ state: 'pending', openSends: 1, attempts: 2 }]);
  await bench.clock.advance(60_000);
  await bench.run(operation);
  expect(sent).toHaveLength(1);
  expect(bench.states()).toEqual(['done']);
});

test('a network that is away while something is looked up stops the run and costs no attempt', async () => {
  const { bench, operation } = await setupProbed(() => {
    const { status: _none, ...facts } = someFailure({ effect: 'none', code: 'ECONNREFUSED' });
    throw someFailure({
      ...facts,
      kind: 'transient',
      effect: 'none',
      message: 'x',
      status: undefined,
    } as never);
  });
  const fatal = await bench.run(operation);
  expect(fatal).toMatchObject({ kind: 'fatal', fatalCause: 'service' });
  expect(bench.placed()).toMatchObject([{ state: 'pending', openSends: 1, attempts: 1 }]);
});

test('a look that stops the run gives back the items that waited beside it', async () => {
  const { bench, operation } = await setupProbed(() => {
    throw someFailure({ kind: 'fatal', effect: 'none', fatalCause: 'credentials', status: 401 });
  });
  bench.ledger.transaction(() => bench.ledger.items.insert([{ key: 'fresh', details: null }], 1));
  const due = bench.claim();
  const fresh = bench.claim();
  const { executeTask } = await import('../../../../src/engine/send/execute-task.ts');
  await executeTask({ step: 0, items: [...due, ...fresh] }, bench.deps(operation));
  expect(bench.ledger.items.counts()).toMatchObject({ pending: 2, running: 0 });
});

test('an item that is done at one step is pending at the next, and done after the last', async () => {
  const bench = engineBench({ items: 2, steps: 2 });
  const operation = eachOperation(async (item, permit) => {
    await permit.beforeSend();
    return item.seq === 1
      ? { kind: 'done', result: { url: 's3://a' } }
      : { kind: 'skipped', reason: 'exists' };
  });
  await bench.run(operation);
  expect(bench.placed()).toMatchObject([
    { step: 1, state: 'pending', openSends: 0 },
    { step: 0, state: 'skipped' },
  ]);
  await bench.run(operation, 1);
  expect(bench.placed()).toMatchObject([
    { step: 1, state: 'done' },
    { step: 0, state: 'skipped' },
  ]);
});
