// Tests src/run/item-hooks.ts and src/engine/send/call-before-hooks.ts in whole runs.

import { expect, test } from 'vitest';
import type { HookOutcome, ItemHooks } from '../../src/run/item-hooks.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';
import { CALM_FLEET } from '../support/simulated-fleet.ts';

const DELETE = { source: { files: {} }, steps: [{ uses: 'delete' }] };
const METADATA = {
  source: { files: {} },
  steps: [{ uses: 'metadata', with: { set: { a: 'b' } } }],
};
const COPY = { source: { files: {} }, steps: [{ uses: 'copy-local' }] };
const FAILURE = { reason: 'hook_failed', message: 'The hook beforeItem failed: not this one' };

/** The UUID of a file of the bench. */
function victimOf(bench: RunBench): string {
  return bench.emulator.projects[0]!.seededFile(0).uuid;
}

/** Hooks that refuse an item. */
function refusing(victim: string): ItemHooks {
  return {
    beforeItem({ key }) {
      if (key === victim) throw new Error('not this one');
    },
  };
}

/** True if a request that changes something names the file. */
function wasSent(bench: RunBench, uuid: string): boolean {
  return bench.mutations.some(({ target, body }) => `${target} ${body ?? ''}`.includes(uuid));
}

test.each([
  ['delete, in batches', DELETE, 2],
  ['metadata, one request each', METADATA, 149],
  ['copy-local, with remote jobs', COPY, 149],
] as const)(
  '%s: an item whose hook throws fails and is not sent, and all others are',
  async (_, job, requests) => {
    const bench = runBench({ files: 150 });
    const victim = victimOf(bench);
    const end = await alive(bench.start(job, { hooks: refusing(victim) }));
    expect(end).toMatchObject({ state: 'finished', counts: { done: 149, failed: 1 } });
    expect(bench.items(end.run, 'failed')).toMatchObject([{ key: victim, ...FAILURE }]);
    expect(wasSent(bench, victim)).toBe(false);
    expect(bench.mutations).toHaveLength(requests);
  },
);

test('a hook that hangs fails its item after the time limit, and its signal aborts', async () => {
  const bench = runBench({ files: 5 });
  const victim = victimOf(bench);
  const signals: AbortSignal[] = [];
  const hooks: ItemHooks = {
    timeLimitMs: 2000,
    beforeItem({ key }, _step, signal) {
      if (key !== victim) return;
      signals.push(signal);
      return new Promise(() => undefined);
    },
  };
  const end = await alive(bench.start(DELETE, { hooks }));
  expect(end.counts).toMatchObject({ done: 4, failed: 1 });
  expect(bench.items(end.run, 'failed')[0]?.message).toContain('its time limit of 2000 ms');
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(wasSent(bench, victim)).toBe(false);
});

test('a hook is awaited before the request of its item', async () => {
  const bench = runBench({ files: 6 });
  const early: string[] = [];
  const seen: unknown[] = [];
  const hooks: ItemHooks = {
    async beforeItem({ key, attempt }, step) {
      await bench.clock.sleep(500);
      seen.push([attempt, step]);
      if (wasSent(bench, key)) early.push(key);
    },
  };
  await alive(bench.start(METADATA, { hooks }));
  expect(early).toEqual([]);
  expect(seen).toEqual(Array(6).fill([0, { id: '1-metadata', uses: 'metadata' }]));
});

test('a hook gets each outcome after it is in the ledger, and its errors are only logged', async () => {
  const bench = runBench({ files: 6 });
  const victim = victimOf(bench);
  const outcomes = new Map<string, HookOutcome>();
  const states: unknown[] = [];
  const logged: unknown[] = [];
  const hooks: ItemHooks = {
    ...refusing(victim),
    afterItem({ key }, _step, outcome) {
      outcomes.set(key, outcome);
      states.push(bench.items('run-1' as never).find((item) => item.key === key)?.state);
      throw new Error('oops');
    },
  };
  const log = (level: string, fields: object, message: string) => {
    if (message.includes('afterItem')) logged.push([level, fields, message]);
  };
  const end = await alive(bench.start(DELETE, { hooks, log }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 5, failed: 1 } });
  expect(states.toSorted()).toEqual([...Array(5).fill('done'), 'failed']);
  const failed = { kind: 'failed', code: 'hook_failed', message: FAILURE.message };
  expect(outcomes.get(victim)).toEqual(failed);
  expect(logged).toHaveLength(6);
  expect(logged).toContainEqual([
    'warn',
    { item: victim, step: '1-delete' },
    'The hook afterItem failed: oops',
  ]);
});

test('the end of a run waits for a slow hook, at most for its time limit', async () => {
  const bench = runBench({ files: 3 });
  let ended = 0;
  const victim = victimOf(bench);
  const hooks: ItemHooks = {
    timeLimitMs: 5000,
    async afterItem({ key }) {
      if (key === victim) await new Promise(() => undefined);
      await bench.clock.sleep(3000);
      ended += 1;
    },
  };
  const before = bench.clock.now();
  await alive(bench.start(DELETE, { hooks }));
  expect(ended).toBe(2);
  expect(bench.clock.now() - before).toBeGreaterThanOrEqual(5000);
});

test('a stop during a hook sends nothing, and a resume calls the hook again', async () => {
  const bench = runBench({ files: 3 });
  const drain = new AbortController();
  const hooks: ItemHooks = {
    beforeItem() {
      drain.abort();
      return new Promise(() => undefined);
    },
  };
  const end = await alive(bench.start(DELETE, { hooks, drain: drain.signal }));
  expect(end).toMatchObject({ state: 'interrupted', counts: { pending: 3 } });
  expect(bench.mutations).toEqual([]);
  const victim = victimOf(bench);
  const second = await alive(bench.resume({ hooks: refusing(victim) }));
  expect(second.counts).toMatchObject({ done: 2, failed: 1 });
  expect(wasSent(bench, victim)).toBe(false);
});

test('after a kill at any commit, no file is deleted twice, and the refused one never', async () => {
  let kills = 0;
  for (let hit = 1; hit < 30; hit += 1) {
    const bench = runBench({ files: 7 });
    const victim = victimOf(bench);
    const hooks = refusing(victim);
    const first = await bench.start(DELETE, { hooks, death: { point: 'group-commit', hit } });
    if (first !== null) break;
    kills += 1;
    const isBegun = bench.events.some(({ kind }) => kind === 'run-started');
    const end = await alive(isBegun ? bench.resume({ hooks }) : bench.start(DELETE, { hooks }));
    expect(end.counts).toMatchObject({ done: 6, failed: 1 });
    expect(bench.effects('delete')).toEqual({ changed: 6, twice: 0 });
    expect(wasSent(bench, victim)).toBe(false);
  }
  expect(kills).toBeGreaterThan(1);
});

/** Hooks that refuse every item that they have let pass before. */
function refusingTwice(): ItemHooks {
  const seen = new Set<string>();
  return {
    beforeItem({ key }) {
      if (seen.has(key)) throw new Error('not again');
      seen.add(key);
    },
  };
}

test('an item whose request may have had an effect is not failed by a hook', async () => {
  const bench = runBench({ files: 2 });
  let isLost = false;
  bench.fault = ({ method }) => {
    if (method === 'GET' || isLost) return null;
    isLost = true;
    return 'reset-after-effect';
  };
  const end = await alive(bench.start(DELETE, { hooks: refusingTwice() }));
  expect(isLost).toBe(true);
  expect(end.counts).toMatchObject({ done: 2, failed: 0 });
  expect(bench.effects('delete')).toEqual({ changed: 2, twice: 0 });
});

test('a hook is called again before the retry of a request that may be repeated', async () => {
  const bench = runBench({ files: 2 });
  bench.answer = ({ method }) => {
    return method === 'GET' || bench.mutations.length > 2 ? null : answerWith(bench, 503, {});
  };
  const end = await alive(bench.start(METADATA, { hooks: refusingTwice() }));
  expect(end.counts.failed).toBeGreaterThan(0);
  expect(bench.items(end.run, 'failed')[0]?.message).toContain('not again');
});

test('with a fleet, hooks run in the process of the run', async () => {
  const bench = runBench({ files: 4 });
  const victim = victimOf(bench);
  const end = await alive(
    bench.start(METADATA, { hooks: refusing(victim), fleetTrouble: CALM_FLEET }),
  );
  expect(end.counts).toMatchObject({ done: 3, failed: 1 });
  expect(wasSent(bench, victim)).toBe(false);
});
