import { expect, test } from 'vitest';
import { createServerClock } from '../../../src/transport/server-clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const HOUR_MS = 3_600_000;

function setup() {
  const clock = new FakeClock();
  const server = createServerClock(clock);
  const observe = (serverTime: number, { tripMs = 100, isRefusal = false } = {}) => {
    const date = new Date(serverTime).toUTCString();
    const { wall, monotonic } = server.moment();
    const sentAt = { wall: wall - tripMs, monotonic: monotonic - tripMs };
    server.observe({ date, sentAt, isRefusal });
  };
  const observeTwice = (serverTime: number) => {
    observe(serverTime);
    observe(serverTime);
  };
  return { clock, server, observe, observeTwice };
}

test('until an answer came the server clock is ours', () => {
  const { clock, server } = setup();
  expect(server.now()).toBe(clock.now());
});

test('two dates that say the same, and differ by more than two seconds, move it', () => {
  const { clock, server, observe } = setup();
  observe(clock.now() - HOUR_MS);
  expect(server.offset()).toBe(0);
  expect(server.isUntrusted()).toBe(true);
  clock.jumpWall(30_000);
  observe(clock.now() - HOUR_MS);
  expect(Math.abs(server.now() - (clock.now() - HOUR_MS))).toBeLessThan(1000);
  expect(server.isUntrusted()).toBe(false);
});

test('one wrong date among right ones does not', () => {
  const { clock, server, observe } = setup();
  for (const off of [0, HOUR_MS, 0, -HOUR_MS, HOUR_MS, 0]) observe(clock.now() + off);
  expect(server.offset()).toBe(0);
  expect(server.isUntrusted()).toBe(false);
});

test('the date of a refusal does at once: the next signature is by it', () => {
  const { clock, server, observe } = setup();
  observe(clock.now() - HOUR_MS, { isRefusal: true });
  expect(Math.abs(server.offset() + HOUR_MS)).toBeLessThan(1000);
  expect(server.isUntrusted()).toBe(false);
});

test('the whole seconds of a date do not', () => {
  const { clock, server, observeTwice } = setup();
  observeTwice(clock.now() + 1000);
  observeTwice(clock.now() - 1000);
  expect(server.offset()).toBe(0);
});

test('what a slow answer explains does not', () => {
  const { clock, server, observe } = setup();
  observe(clock.now() - 14_000, { tripMs: 30_000 });
  observe(clock.now() - 14_000, { tripMs: 30_000 });
  expect(server.offset()).toBe(0);
});

test('answers that were on their way while our clock was set, or the machine slept, say nothing', () => {
  const { clock, server, observeTwice } = setup();
  const serverTime = server.now();
  const date = new Date(serverTime).toUTCString();
  const sentAt = server.moment();
  clock.jumpWall(90_000);
  server.observe({ date, sentAt });
  server.observe({ date, sentAt });
  expect(server.now()).toBe(serverTime + 90_000);
  expect(server.isUntrusted()).toBe(true);
  observeTwice(serverTime);
  expect(Math.abs(server.now() - serverTime)).toBeLessThan(1000);
  expect(server.isUntrusted()).toBe(false);
});

test('a missing or odd date does not', () => {
  const { server } = setup();
  for (const date of [undefined, 'yesterday', undefined, 'yesterday']) {
    server.observe({ date, sentAt: server.moment(), isRefusal: true });
  }
  expect(server.offset()).toBe(0);
});

test('a clock that is set right again is followed', () => {
  const { clock, server, observeTwice } = setup();
  observeTwice(clock.now() - HOUR_MS);
  const serverTime = server.now();
  clock.jumpWall(-HOUR_MS);
  observeTwice(serverTime);
  expect(Math.abs(server.now() - serverTime)).toBeLessThan(1000);
});

test('a wall clock that is set back does not turn back what we know of the server', () => {
  const { clock, server, observe } = setup();
  observe(clock.now());
  const serverTime = server.now();
  clock.jumpWall(-60_000);
  expect(server.now()).toBe(serverTime);
});

test('time that the wall clock says passed has passed: the machine may have slept', () => {
  const { clock, server, observe } = setup();
  observe(clock.now());
  const serverTime = server.now();
  clock.jumpWall(HOUR_MS);
  expect(server.now()).toBe(serverTime + HOUR_MS);
});
