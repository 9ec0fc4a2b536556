import { expect, test } from 'vitest';
import { WORKER_LOST } from '../../../src/core/failure.ts';
import { type CallState, UNREADABLE } from '../../../src/fleet/call-bus.ts';
import { Dispatcher } from '../../../src/fleet/dispatcher.ts';
import type { OpenCall } from '../../../src/fleet/open-call.ts';
import { failureOf, item, quickPermit, settled, slowPermit } from './support.ts';

const REFUSAL = {
  kind: 'canceled',
  effect: 'none',
  code: 'canceled',
  message: 'given up',
} as const;

/** A dispatcher whose calls a test ends by hand. `end` is the text that the test calls a good end. */
function dispatching(changes: { capacity?: number } = {}) {
  const added: OpenCall[] = [];
  const states = new Map<string, CallState>();
  const stop = new AbortController();
  let now = 0;
  let capacity = changes.capacity ?? 10;
  const dispatcher = new Dispatcher({
    clock: { monotonic: () => now },
    log: () => undefined,
    epoch: 'epoch',
    capacity: () => capacity,
    isConnected: () => true,
    add: async (call) => {
      added.push(call);
    },
    findAll: async (calls) => calls.map(({ id }) => states.get(id) ?? { kind: 'queued' }),
    openEnd: (call, end) => {
      if (end === 'refused') return { taking: 'second', end: { kind: 'failed', failure: REFUSAL } };
      if (end !== 'good') throw new Error('tampered');
      const answers = [[call.items[0]!.key, { kind: 'done' }]] as const;
      return { taking: 'first', end: { kind: 'answered', answers } };
    },
    stopSignal: stop.signal,
  });
  return {
    dispatcher,
    added,
    states,
    stop,
    dispatch: (seq: number, permit = quickPermit()) =>
      dispatcher.dispatch([item(seq)], permit, { project: 'p', step: 0 }),
    pass: (ms: number) => {
      now += ms;
    },
    grow: (to: number) => {
      capacity = to;
      dispatcher.startWaiting();
    },
  };
}

test('the end of a call is the answer to its request', async () => {
  const { dispatcher, added, dispatch } = dispatching();
  const answers = dispatch(1);
  await settled();
  await dispatcher.ended(added[0]!.id, 'good');
  expect([...(await answers)]).toEqual([['key-1', { kind: 'done' }]]);
});

test('a call whose worker died before it had permission to send had no effect', async () => {
  const { dispatcher, added, dispatch } = dispatching();
  const answers = dispatch(1);
  await settled();
  await dispatcher.ended(added[0]!.id, null);
  expect(await failureOf(answers)).toMatchObject({
    kind: 'canceled',
    effect: 'none',
    code: 'worker_lost',
  });
});

test('a call whose worker died after it had permission to send may have had an effect', async () => {
  const { dispatcher, added, dispatch } = dispatching();
  const answers = dispatch(1);
  await settled();
  await added[0]!.intend();
  await dispatcher.ended(added[0]!.id, null);
  expect(await failureOf(answers)).toMatchObject({ kind: 'canceled', effect: 'unknown' });
});

test('from the third lost call on, a loss uses up an attempt of its item', async () => {
  const { dispatcher, added, dispatch } = dispatching();
  const kinds: string[] = [];
  for (let loss = 0; loss < 4; loss += 1) {
    const answers = dispatch(1);
    await settled();
    await dispatcher.ended(added.at(-1)!.id, null);
    kinds.push((await failureOf(answers)).kind);
  }
  expect(kinds).toEqual(['canceled', 'canceled', 'transient', 'transient']);
});

test('an end that comes twice, or after the call was given up, changes nothing', async () => {
  const { dispatcher, added, dispatch } = dispatching();
  const answers = dispatch(1);
  await settled();
  await dispatcher.ended(added[0]!.id, null);
  await dispatcher.ended(added[0]!.id, 'good');
  expect(await failureOf(answers)).toMatchObject({ kind: 'canceled' });
});

test('an end that was changed on its way counts as lost', async () => {
  const { dispatcher, added, dispatch } = dispatching();
  const answers = dispatch(1);
  await settled();
  await dispatcher.ended(added[0]!.id, 'evil');
  expect(await failureOf(answers)).toMatchObject({ code: 'worker_lost' });
});

test('giving a call up waits until its intent is recorded', async () => {
  const { dispatcher, added, dispatch } = dispatching();
  const { permit, commits } = slowPermit();
  const answers = dispatch(1, permit);
  await settled();
  const intended = added[0]!.intend();
  let isSettled = false;
  void failureOf(answers).then(() => {
    isSettled = true;
  });
  const given = dispatcher.ended(added[0]!.id, null);
  await settled();
  expect(isSettled).toBe(false);
  commits[0]!();
  await Promise.all([intended, given]);
  expect(await failureOf(answers)).toMatchObject({ effect: 'unknown' });
});

for (const [state, rounds] of [
  ['gone', 1],
  ['abandoned', 2],
] as const) {
  test(`a call that is ${state} is given up at look ${rounds}`, async () => {
    const { dispatcher, added, states, dispatch, pass } = dispatching();
    const answers = dispatch(1);
    await settled();
    states.set(added[0]!.id, { kind: state });
    await dispatcher.lookAfterCalls();
    expect(dispatcher.open.size).toBe(1);
    pass(8000);
    for (let round = 1; round < rounds; round += 1) {
      await dispatcher.lookAfterCalls();
      expect(dispatcher.open.size).toBe(1);
    }
    await dispatcher.lookAfterCalls();
    expect(await failureOf(answers)).toMatchObject({ code: 'worker_lost' });
  });
}

test('a call whose end was not heard of is found to have ended', async () => {
  const { dispatcher, added, states, dispatch, pass } = dispatching();
  const answers = dispatch(1);
  await settled();
  states.set(added[0]!.id, { kind: 'ended', end: 'good' });
  pass(8000);
  await dispatcher.lookAfterCalls();
  expect((await answers).size).toBe(1);
});

test('a second taking of a call that was refused does not end the first one', async () => {
  const { dispatcher, added, dispatch, states, pass } = dispatching();
  const answers = dispatch(1);
  await settled();
  const call = added[0]!;
  call.taking = 'first';
  await call.intend();
  await dispatcher.ended(call.id, 'refused');
  expect(call.isOpen).toBe(true);
  // The queue has only the end of the second taking. The first one may have sent, and may be dead.
  states.set(call.id, { kind: 'ended', end: 'refused' });
  pass(10_000);
  await dispatcher.lookAfterCalls();
  expect(call.isOpen).toBe(true);
  await dispatcher.lookAfterCalls();
  expect(await failureOf(answers)).toMatchObject({ code: WORKER_LOST, effect: 'unknown' });
});

test('no more calls are open than the workers can work on', async () => {
  const { dispatcher, added, dispatch, grow } = dispatching({ capacity: 1 });
  const first = dispatch(1);
  const second = dispatch(2);
  const third = dispatch(3);
  await settled();
  expect(added).toHaveLength(1);
  await dispatcher.ended(added[0]!.id, 'good');
  await first;
  await settled();
  expect(added).toHaveLength(2);
  grow(2);
  await settled();
  expect(added).toHaveLength(3);
  for (const { id } of added) await dispatcher.ended(id, 'good');
  await Promise.all([second, third]);
});

test('a call that waits for a worker is canceled when the run stops', async () => {
  const { added, dispatch, stop, grow } = dispatching({ capacity: 0 });
  const answers = dispatch(1);
  await settled();
  stop.abort();
  expect(await failureOf(answers)).toMatchObject({ kind: 'canceled', effect: 'none' });
  grow(5);
  await settled();
  expect(added).toHaveLength(0);
});

test('a call that no worker has taken is given up when the run stops', async () => {
  const { dispatcher, dispatch, stop } = dispatching();
  const answers = dispatch(1);
  await settled();
  stop.abort();
  await dispatcher.lookAfterCalls();
  expect(await failureOf(answers)).toMatchObject({ kind: 'canceled', effect: 'none' });
});

test('a worker with other keys uses up no attempt of an item, however often it comes', async () => {
  const { dispatcher, added, dispatch } = dispatching();
  for (let round = 0; round < 5; round += 1) {
    const answers = dispatch(1);
    await settled();
    await dispatcher.ended(added.at(-1)!.id, UNREADABLE);
    expect(await failureOf(answers)).toMatchObject({ kind: 'canceled', effect: 'none' });
  }
});
