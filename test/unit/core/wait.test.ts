import { expect, test } from 'vitest';
import { type WaitEvent, WaitReporter } from '../../../src/core/wait.ts';

const FACTS = { kind: 'throttled', reason: 'paused' } as const;

function setup() {
  const clock = { time: 1000, now: () => clock.time };
  const events: WaitEvent[] = [];
  const reporter = new WaitReporter('gate', clock, (event) => events.push(event));
  return { clock, events, reporter };
}

test('a wait of more than 2 s is reported with its end, and then that it is over', () => {
  const { events, reporter } = setup();
  reporter.begin(2001, FACTS);
  reporter.end();
  reporter.end();
  expect(events).toEqual([
    { kind: 'waiting', id: 'gate', wait: { ...FACTS, since: 1000, until: 3001 } },
    { kind: 'waiting', id: 'gate', wait: null },
  ]);
});

test('a shorter wait is not reported', () => {
  const { events, reporter } = setup();
  reporter.begin(2000, FACTS);
  reporter.end();
  expect(events).toEqual([]);
});

test('a wait is reported again if its end or its reason changes, and keeps its beginning', () => {
  const { clock, events, reporter } = setup();
  reporter.begin(60_000, FACTS);
  clock.time += 500;
  reporter.begin(60_000, FACTS); // the same end but for 500 ms
  reporter.begin(90_000, FACTS);
  reporter.begin(90_000, { ...FACTS, reason: 'paused again' });
  reporter.begin(null, FACTS);
  expect(events.map(({ wait }) => [wait?.since, wait?.until, wait?.reason])).toEqual([
    [1000, 61_000, 'paused'],
    [1000, 91_500, 'paused'],
    [1000, 91_500, 'paused again'],
    [1000, null, 'paused'],
  ]);
});
