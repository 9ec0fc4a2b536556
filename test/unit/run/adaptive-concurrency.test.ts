import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Reserve } from '../../../src/ledger/reserve.ts';
import { createConcurrency } from '../../../src/run/adaptive-concurrency.ts';
import { reserveBytes } from '../../../src/state/ledger-reserve.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

/** Seconds of work. `throughput` gives the answers per second for so many requests in flight. */
function setup(most = 600, throughput = (inFlight: number): number => 10 * inFlight) {
  const path = join(tempDirectory(), 'run.reserve');
  const reserve = Reserve.allocate(path, reserveBytes(8));
  const clock = new FakeClock();
  const state = { needed: 1, answered: 0 };
  const concurrency = createConcurrency({
    most: () => most,
    needed: () => state.needed,
    answered: () => state.answered,
    clock,
    reserve,
  });
  /** Works for some seconds with so many requests needed. Returns the number in flight at the end. */
  const after = async (seconds: number, needed: number): Promise<number> => {
    state.needed = needed;
    for (let tick = 0; tick < 10 * seconds; tick += 1) {
      await clock.advance(100);
      state.answered += throughput(concurrency()) / 10;
    }
    return concurrency();
  };
  return { after, path, reserve };
}

test('half as many requests again as rate × latency are in flight, from 8 to 600', async () => {
  const { after } = setup();
  expect(await after(1, 0.5)).toBe(8);
  expect(await after(5, 6)).toBe(9);
  expect(await after(10, 60)).toBe(90);
  expect(await after(10, 4000)).toBe(600);
  expect(await after(1, 0.5)).toBe(8);
});

test("the user's maximum holds, also below 8", async () => {
  expect(await setup(20).after(10, 60)).toBe(20);
  expect(await setup(3).after(10, 60)).toBe(3);
  expect(await setup(3).after(1, 0.1)).toBe(3);
});

test('a machine or a service that is busy gets no more requests at once', async () => {
  const { after } = setup(600, () => 700);
  const most: number[] = [];
  for (let second = 0; second < 120; second += 1) most.push(await after(1, 4000));
  expect(Math.max(...most)).toBeLessThanOrEqual(32);
  expect(most.filter((inFlight) => inFlight <= 16).length).toBeGreaterThan(100);
});

test('requests that take long get as many at once as they need', async () => {
  const { after } = setup(600, (inFlight) => inFlight / 20); // 20 s each
  expect(await after(1, 1)).toBe(8);
  expect(await after(300, 1000)).toBe(600);
});

test('the reserve has room for the answers of all requests in flight', async () => {
  const { after, path } = setup();
  await after(10, 60);
  expect(statSync(path).size).toBe(reserveBytes(90));
  await after(1, 1);
  expect(statSync(path).size).toBe(reserveBytes(90));
});

test('a disk without room for a larger reserve: no more requests than its answers have room', async () => {
  const { after, path, reserve } = setup();
  reserve.growTo = () => false;
  expect(await after(10, 60)).toBe(8);
  expect(existsSync(path)).toBe(true);
});

test('a plan records nothing, so it needs no reserve', () => {
  const options = { most: () => 600, needed: () => 60, answered: () => 0, clock: new FakeClock() };
  expect(createConcurrency(options)()).toBe(8);
});

test('slower answers during a trial do not end the growth', async () => {
  let isSlow = false;
  const { after } = setup(600, (inFlight) => (isSlow ? inFlight / 5 : 10 * inFlight));
  await after(1, 12);
  isSlow = true; // each request takes 5 s now
  expect(await after(40, 250)).toBeGreaterThan(200);
});

test('a disk that is full is asked for more room only every 30 s', async () => {
  const { after, reserve } = setup();
  let asked = 0;
  reserve.growTo = () => {
    asked += 1;
    return false;
  };
  await after(60, 60);
  expect(asked).toBeLessThanOrEqual(2);
});
