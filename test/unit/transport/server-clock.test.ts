import { expect, test } from 'vitest';
import { createServerClock } from '../../../src/transport/server-clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function setup() {
  const clock = new FakeClock();
  const server = createServerClock(clock);
  const observe = (serverTime: number, tripMs = 100) =>
    server.observe(new Date(serverTime).toUTCString(), clock.now() - tripMs, clock.now());
  return { clock, server, observe };
}

test('until an answer came the server clock is ours', () => {
  const { clock, server } = setup();
  expect(server.now()).toBe(clock.now());
});

test('a date that differs by more than two seconds moves it', () => {
  const { clock, server, observe } = setup();
  observe(clock.now() - 3_600_000);
  expect(Math.abs(server.now() - (clock.now() - 3_600_000))).toBeLessThan(1000);
});

test('the whole seconds of a date do not', () => {
  const { clock, server, observe } = setup();
  observe(clock.now() + 1000);
  observe(clock.now() - 1000);
  expect(server.offset()).toBe(0);
});

test('what a slow answer explains does not', () => {
  const { clock, server, observe } = setup();
  observe(clock.now() - 14_000, 30_000);
  expect(server.offset()).toBe(0);
});

test('a missing or odd date does not', () => {
  const { clock, server } = setup();
  server.observe(undefined, clock.now(), clock.now());
  server.observe('yesterday', clock.now(), clock.now());
  expect(server.offset()).toBe(0);
});

test('a clock that is set right again is followed', () => {
  const { clock, server, observe } = setup();
  observe(clock.now() - 3_600_000);
  const serverTime = server.now();
  clock.jumpWall(-3_600_000);
  observe(serverTime);
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
  clock.jumpWall(3_600_000);
  expect(server.now()).toBe(serverTime + 3_600_000);
});
