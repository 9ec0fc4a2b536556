import { setMaxListeners } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Clock } from '../../../src/core/world.ts';
import { createAdaptiveRate } from '../../../src/transport/adaptive-rate.ts';
import { createBottleneckGate } from '../../../src/transport/bottleneck-gate.ts';
import type { Gate } from '../../../src/transport/gate.ts';
import type { GateOptions } from '../../../src/transport/gate-control.ts';
import { createPacerGate } from '../../../src/transport/pacer-gate.ts';
import { createSystemClock } from '../../../src/world/system-clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { createFixedRate } from '../../support/fixed-rate.ts';

interface Bench {
  readonly clock: Clock;
  advance(ms: number): Promise<void>;
  create(options: GateOptions): Gate;
}

const benches: Readonly<Record<string, () => Bench>> = {
  'pacer gate': () => {
    const clock = new FakeClock();
    return { clock, advance: (ms) => clock.advance(ms), create: createPacerGate };
  },
  'Bottleneck gate': () => {
    vi.useFakeTimers();
    const advance = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
    };
    return { clock: createSystemClock(), advance, create: createBottleneckGate };
  },
};

const LATE_MS = 10; // timers come a few ms late, never early

afterEach(() => {
  vi.useRealTimers();
});

describe.each(Object.keys(benches))('%s', (name) => {
  function setup(options: Partial<GateOptions> = {}) {
    const bench = (benches[name] ?? benches['pacer gate']!)();
    const { clock, advance } = bench;
    const gate = bench.create({ clock, rate: createFixedRate(10), ...options });
    const startedAt = clock.monotonic();
    const slots: { readonly name: number; readonly at: number }[] = [];
    const left: number[] = [];
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const queue = (from: number, to: number, signal = stop.signal) => {
      for (let name = from; name <= to; name += 1) {
        gate.take(signal).then(
          () => slots.push({ name, at: clock.monotonic() - startedAt }),
          () => left.push(name),
        );
      }
    };
    const names = () => slots.map((slot) => slot.name);
    const times = () => slots.map((slot) => slot.at);
    const throttle = (retryAfterMs: number) =>
      gate.report({ kind: 'throttled', sentAt: clock.monotonic(), retryAfterMs });
    return { gate, clock, advance, queue, slots, names, times, left, stop, throttle };
  }

  test('hands out slots at the rate, first come first served', async () => {
    const { advance, names, queue, times } = setup();
    queue(1, 20);
    await advance(950);
    expect(names()).toEqual(names().toSorted((a, b) => a - b));
    expect(names().length).toBeGreaterThanOrEqual(9);
    expect(names().length).toBeLessThanOrEqual(10);
    for (const [index, at] of times().entries()) {
      expect(at).toBeGreaterThanOrEqual(index * 100 - 1);
      expect(at).toBeLessThanOrEqual(index * (100 + LATE_MS) + LATE_MS);
    }
  });

  test('the first slot is there at once', async () => {
    const { advance, names, queue } = setup();
    queue(1, 1);
    await advance(LATE_MS);
    expect(names()).toEqual([1]);
  });

  test('whoever comes back right after a slot is served again', async () => {
    const { advance, gate, stop } = setup();
    let taken = 0;
    const workers = Array.from({ length: 4 }, async () => {
      for (let turn = 0; turn < 10; turn += 1) {
        await gate.take(stop.signal);
        taken += 1;
      }
    });
    await advance(5000);
    expect(taken).toBe(40);
    await Promise.all(workers);
  });

  test('a slot that nobody took is not saved up for a burst', async () => {
    const { advance, names, queue } = setup();
    queue(1, 1);
    await advance(5000);
    queue(2, 20);
    await advance(250);
    expect(names().length).toBeLessThanOrEqual(5);
  });

  test('one Retry-After closes the gate for all who wait and all who come', async () => {
    const { advance, gate, names, queue, slots, throttle } = setup();
    queue(1, 5);
    await advance(50);
    expect(names()).toEqual([1]);
    throttle(5000);
    queue(6, 10);
    expect(gate.state().closedForMs).toBe(5000);
    await advance(4990);
    expect(names()).toEqual([1]);
    expect(gate.state().closedForMs).toBe(10);
    await advance(100);
    expect(slots.length).toBeGreaterThan(1);
    await advance(10_000);
    expect(names()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('a shorter Retry-After does not open the gate before a longer one ends', async () => {
    const { advance, names, queue, throttle } = setup();
    throttle(5000);
    throttle(1000);
    queue(1, 1);
    await advance(4900);
    expect(names()).toEqual([]);
    await advance(200);
    expect(names()).toEqual([1]);
  });

  test('a pause of up to 2 s holds back only the request that was refused', async () => {
    const { advance, gate, names, queue, throttle } = setup();
    queue(1, 20);
    await advance(500);
    const before = names().length;
    throttle(2000);
    expect(gate.state().closedForMs).toBe(0);
    await advance(1000);
    expect(names().length - before).toBeGreaterThanOrEqual(9);
  });

  test('the opening is jittered, later and never earlier', async () => {
    const { advance, gate, names, queue } = setup({ random: () => 1 });
    gate.report({ kind: 'throttled', sentAt: 0, retryAfterMs: 10_000 });
    queue(1, 1);
    await advance(10_400);
    expect(names()).toEqual([]);
    await advance(200);
    expect(names()).toEqual([1]);
  });

  test('a waiter whose signal aborts leaves at once and takes no slot along', async () => {
    const { advance, left, names, queue, times } = setup();
    const impatient = new AbortController();
    queue(1, 2);
    queue(3, 8, impatient.signal);
    queue(9, 9);
    await advance(50);
    impatient.abort();
    await advance(1);
    expect(left).toEqual([3, 4, 5, 6, 7, 8]);
    await advance(250);
    expect(names()).toEqual([1, 2, 9]);
    expect(times()[2]).toBeLessThanOrEqual(200 + 3 * LATE_MS);
  });

  test('a signal that aborted before gets no slot', async () => {
    const { advance, left, names, queue } = setup();
    queue(1, 1, AbortSignal.abort());
    await advance(1000);
    expect({ left, names: names() }).toEqual({ left: [1], names: [] });
  });

  test('a waiter can leave a closed gate', async () => {
    const { advance, left, queue, stop, throttle } = setup();
    throttle(600_000);
    queue(1, 2);
    await advance(10);
    stop.abort();
    await advance(1);
    expect(left).toEqual([1, 2]);
  });

  test('refusals slow down those who already queue', async () => {
    const { advance, clock, gate, names, queue } = setup({
      rate: createAdaptiveRate({ learned: 20 }),
    });
    queue(1, 100);
    await advance(1000);
    const before = names().length;
    for (let cut = 0; cut < 6; cut += 1) {
      await advance(1);
      gate.report({ kind: 'throttled', sentAt: clock.monotonic(), retryAfterMs: 1000 });
    }
    const { rate } = gate.state();
    expect(rate).toBeLessThan(12);
    await advance(1000);
    expect(before).toBeGreaterThanOrEqual(17);
    expect(names().length - before).toBeLessThanOrEqual(rate + 2);
  });

  test('it tells how many requests in flight use the whole rate', async () => {
    const { advance, clock, gate } = setup({ rate: createFixedRate(50) });
    expect(gate.state().neededInFlight).toBe(5); // before any answer: 100 ms
    for (let request = 0; request < 200; request += 1) {
      const sentAt = clock.monotonic();
      gate.report({ kind: 'sent', sentAt });
      await advance(40);
      gate.report({ kind: 'accepted', sentAt });
    }
    expect(gate.state().neededInFlight).toBeCloseTo(2, 1);
    gate.report({ kind: 'sent', sentAt: clock.monotonic() });
    await advance(4000);
    expect(gate.state().neededInFlight).toBeCloseTo(200, -1);
    gate.report({ kind: 'failed', sentAt: clock.monotonic() - 4000 });
    expect(gate.state().neededInFlight).toBeLessThan(20);
  });

  test('a wall clock that is set back stops nothing', async () => {
    const { advance, clock, names, queue } = setup();
    queue(1, 60);
    await advance(1000);
    const before = names().length;
    if (clock instanceof FakeClock) clock.jumpWall(-600_000);
    else vi.setSystemTime(Date.now() - 600_000);
    await advance(1000);
    expect(names().length - before).toBeGreaterThanOrEqual(8);
  });

  test('tells its rate and how requests ended', async () => {
    const { gate } = setup();
    gate.report({ kind: 'accepted', sentAt: 1 });
    gate.report({ kind: 'accepted', sentAt: 2 });
    gate.report({ kind: 'throttled', sentAt: 3, retryAfterMs: 5000 });
    expect(gate.state()).toMatchObject({ rate: 10, closedForMs: 5000, accepted: 2, throttled: 1 });
  });

  test('closing sends everybody away and leaves no timer', async () => {
    const { advance, clock, gate, left, queue, throttle } = setup();
    queue(1, 3);
    await advance(10);
    throttle(60_000);
    await advance(200);
    const closed = gate.close();
    await advance(1000);
    await closed;
    queue(4, 4);
    await advance(1);
    expect(left).toEqual([2, 3, 4]);
    expect(clock instanceof FakeClock ? clock.sleeping : vi.getTimerCount()).toBe(0);
  });

  test('an error of the gate reaches the requests that wait for a slot, and no later ones', async () => {
    const fixed = createFixedRate(10);
    let isBroken = false;
    const rate = () => {
      if (isBroken) throw new Error('no rate');
      return fixed.rate();
    };
    const { advance, gate, names, queue, stop } = setup({ rate: { ...fixed, rate } });
    queue(1, 1);
    await advance(1000);
    isBroken = true;
    const failed = Promise.allSettled([gate.take(stop.signal), gate.take(stop.signal)]);
    await advance(1000);
    const errors = (await failed).map((end) => (end.status === 'rejected' ? end.reason : null));
    expect(errors).toEqual([new Error('no rate'), new Error('no rate')]);
    isBroken = false;
    queue(2, 2);
    await advance(1000);
    expect(names()).toEqual([1, 2]);
  });
});
