import { expect, test } from 'vitest';
import { ClassifiedError } from '../../../src/core/failure.ts';
import type { Question } from '../../../src/fleet/messages.ts';
import { OpenCall } from '../../../src/fleet/open-call.ts';
import { PermitService } from '../../../src/fleet/permit-service.ts';
import type { CallPermit } from '../../../src/fleet/remote-operation.ts';
import { item, quickPermit, settled, slowPermit } from './support.ts';

const GO: Question = { kind: 'go', baseline: null };

/** A service with one open call, `call-1`, that `worker-1` has. */
function serving(permit: CallPermit = quickPermit()) {
  const facts = { id: 'call-1', project: 'p', step: 0, items: [item(1)], permit, addedAt: 0 };
  const call = new OpenCall(facts, { resolve: () => undefined, reject: () => undefined });
  const open = new Map([[call.id, call]]);
  const results: string[] = [];
  const requests: boolean[] = [];
  let throttled = 0;
  let unsent = 0;
  let now = 0;
  let isPaused = false;
  let isGateOpen = true;
  const waiting: (() => void)[] = [];
  const paced = async <Result>(_: AbortSignal, send: () => Promise<Result>): Promise<Result> => {
    if (!isGateOpen) await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      const sent = await send();
      results.push('accepted');
      return sent;
    } catch (error) {
      results.push(error instanceof ClassifiedError ? error.kind : 'bug');
      throw error;
    }
  };
  const service = new PermitService({
    clock: { monotonic: () => now },
    open,
    permitsOf: () => ({
      paced: { rest: paced, upload: paced, part: paced },
      resyncClock: async () => undefined,
      isPaused: () => isPaused,
      onUnsent: () => {
        unsent += 1;
      },
      onThrottled: () => {
        throttled += 1;
      },
    }),
    stopSignal: new AbortController().signal,
    takeAnswer: async () => undefined,
    onRequest: (isThrottled) => requests.push(isThrottled),
  });
  let number = 0;
  return {
    call,
    open,
    results,
    requests,
    waiting,
    counts: () => ({ throttled, unsent }),
    pause: () => {
      isPaused = true;
    },
    pass: (ms: number) => {
      now += ms;
    },
    closeGate: () => {
      isGateOpen = false;
    },
    ask: (
      question: Question,
      { id = `ask-${number++}`, worker = 'worker-1', taking = 'first' } = {},
    ) => service.reply({ id, call: 'call-1', taking, question }, worker),
  };
}

test('a worker gets permission to send only when the intent is recorded', async () => {
  const { permit, commits } = slowPermit();
  const { ask } = serving(permit);
  let reply: unknown = null;
  void ask(GO).then((given) => {
    reply = given;
  });
  await settled();
  expect(reply).toBeNull();
  commits[0]!();
  await settled();
  expect(reply).toMatchObject({ kind: 'granted' });
});

test('a call that was given up gets no permission to send', async () => {
  const { ask, open } = serving();
  open.clear();
  expect(await ask(GO)).toMatchObject({ kind: 'refused' });
});

test('a call that is given up while its intent is recorded gets no permission to send', async () => {
  const { permit, commits } = slowPermit();
  const { ask, call, counts } = serving(permit);
  const reply = ask(GO);
  await settled();
  const given = call.giveUp(
    () => new ClassifiedError({ kind: 'canceled', effect: 'unknown', code: 'x', message: 'x' }),
  );
  commits[0]!();
  await given;
  expect(await reply).toMatchObject({ kind: 'refused' });
  expect(counts().unsent).toBe(1);
});

test('a question that comes twice records one intent, and gets the same answer twice', async () => {
  const { permit, commits, asked } = slowPermit();
  const { ask } = serving(permit);
  const first = ask(GO, { id: 'same' });
  await settled();
  expect(await ask(GO, { id: 'same' })).toMatchObject({ kind: 'pending' });
  commits[0]!();
  expect(await first).toMatchObject({ kind: 'granted' });
  expect(await ask(GO, { id: 'same' })).toMatchObject({ kind: 'granted' });
  expect(asked()).toBe(1);
});

test('an answer says how long the coordinator needed for it, also when it is sent again', async () => {
  const { ask, closeGate, waiting, pass } = serving();
  closeGate();
  const slot = { kind: 'slot', api: 'part' } as const;
  const first = ask(slot, { id: 'same' });
  pass(700);
  waiting[0]!();
  expect(await first).toMatchObject({ kind: 'granted', heldMs: 700 });
  pass(9000);
  expect(await ask(slot, { id: 'same' })).toMatchObject({ kind: 'granted', heldMs: 700 });
});

test('a worker whose slot is from before a pause gets no permission to send, and asks for another', async () => {
  const { permit, asked } = slowPermit();
  const { ask, pause } = serving(permit);
  await ask({ kind: 'slot', api: 'rest' });
  pause();
  expect(await ask(GO)).toMatchObject({ kind: 'failed', failure: { code: 'guard_expired' } });
  expect(asked()).toBe(0);
});

test.each(['worker-1', 'worker-2'])(
  'a call that is taken a second time gets no second permission to send: by %s',
  async (worker) => {
    const { ask } = serving();
    expect(await ask(GO)).toMatchObject({ kind: 'granted' });
    expect(await ask(GO, { worker, taking: 'second' })).toMatchObject({ kind: 'refused' });
  },
);

test('an intent that can not be recorded is a failure, and its request is not counted', async () => {
  const failure = { kind: 'fatal', effect: 'none', code: 'disk_full', message: 'full' } as const;
  const { ask, counts } = serving({
    ...quickPermit(),
    beforeSend: async () => {
      throw new ClassifiedError(failure);
    },
  });
  expect(await ask(GO)).toMatchObject({ kind: 'failed', failure });
  expect(counts().unsent).toBe(1);
});

test('the rate limiter learns the result of a request from its worker', async () => {
  const { ask, results, requests, counts } = serving();
  await ask({ kind: 'slot', api: 'rest' }, { id: 'one' });
  await ask({ kind: 'report', slot: 'one', result: { kind: 'accepted' } });
  await ask({ kind: 'slot', api: 'rest' }, { id: 'two' });
  const throttled = { kind: 'throttled', retryAfterMs: 1000 } as const;
  await ask({ kind: 'report', slot: 'two', result: throttled });
  await settled();
  expect(results).toEqual(['accepted', 'throttled']);
  expect(counts().throttled).toBe(1);
  expect(requests).toEqual([false, true]);
});

test('the slot of a request ends with its call, if its worker never reports', async () => {
  const { ask, call, results } = serving();
  await ask({ kind: 'slot', api: 'rest' });
  await call.end({ kind: 'answered', answers: [] });
  await settled();
  expect(results).toEqual(['transient']);
});

test('a call that was given up while it waited for its slot gets none', async () => {
  const { ask, call, closeGate, waiting, results, counts } = serving();
  closeGate();
  const reply = ask({ kind: 'slot', api: 'rest' });
  await settled();
  await call.end({ kind: 'answered', answers: [] });
  waiting[0]!();
  expect(await reply).toMatchObject({ kind: 'refused' });
  expect(counts().unsent).toBe(1);
  await settled();
  expect(results).toEqual(['canceled']);
});
