import { expect, test } from 'vitest';
import { Asker } from '../../../src/fleet/asker.ts';
import type { Ask } from '../../../src/fleet/messages.ts';
import { untilSettled, VirtualClock } from '../../support/virtual-clock.ts';
import { failureOf } from './support.ts';

function asking(answer: (ask: Ask, sends: number, asker: Asker) => void) {
  const clock = new VirtualClock(0);
  const asker = new Asker({ clock, worker: 'worker-1' });
  const sent: Ask[] = [];
  const line = {
    call: 'call-1',
    taking: 'first',
    send: async (ask: Ask) => {
      sent.push(ask);
      answer(ask, sent.length, asker);
    },
  };
  const ask = () =>
    untilSettled(
      clock,
      asker.ask(line, { kind: 'slot', api: 'rest' }).catch((error: unknown) => error),
      3_600_000,
    );
  return { ask, sent, clock, asker };
}

test('a question without an answer is sent again, with the same id', async () => {
  const { ask, sent } = asking(({ id }, sends, asker) => {
    if (sends === 3) asker.receive({ id, kind: 'granted', heldMs: 0 });
  });
  const granted = await ask();
  // The coordinator may have granted it before it was asked again, so that only the first time is sure.
  expect(granted).toEqual({ id: sent[0]?.id, openAt: 0, attempt: null });
  expect(sent.map((one) => one.id)).toEqual(Array.from({ length: 3 }, () => sent[0]?.id));
});

test('a coordinator that never answers counts as gone after a minute', async () => {
  const { ask, sent, clock } = asking(() => undefined);
  expect(await failureOf(ask().then((error) => Promise.reject(error)))).toMatchObject({
    kind: 'canceled',
    effect: 'none',
  });
  expect(sent).toHaveLength(20);
  expect(clock.monotonic()).toBe(60_000);
});

test('a coordinator that works on a question is alive, however long that takes', async () => {
  const { ask, sent } = asking(({ id }, sends, asker) => {
    asker.receive(
      sends < 100 ? { id, kind: 'pending', heldMs: 0 } : { id, kind: 'granted', heldMs: 0 },
    );
  });
  await ask();
  expect(sent).toHaveLength(100);
});

test('a closed asker gives up its questions at once, and sends no more', async () => {
  const { ask, sent, clock, asker } = asking((_, sends) => {
    if (sends === 3) asker.close();
  });
  expect(await failureOf(ask().then((error) => Promise.reject(error)))).toMatchObject({
    kind: 'canceled',
  });
  await failureOf(ask().then((error) => Promise.reject(error)));
  expect(sent).toHaveLength(3);
  expect(clock.monotonic()).toBe(6000);
});

test('a worker that must end waits less long for a coordinator that does not answer', async () => {
  const { ask, sent, clock, asker } = asking((_, sends) => {
    if (sends === 2) asker.drain();
  });
  await failureOf(ask().then((error) => Promise.reject(error)));
  expect(sent).toHaveLength(3);
  expect(clock.monotonic()).toBe(9000);
});
