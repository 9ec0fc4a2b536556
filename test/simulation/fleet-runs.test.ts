// Tests src/fleet/ with simulated workers: they die and stand still, and messages are lost, doubled and late.

import { expect, test } from 'vitest';
import { CALM_FLEET, type FleetEvent, type FleetTrouble } from '../support/simulated-fleet.ts';
import { drawFleetSchedule } from './fleet-schedule.ts';
import { simulate } from './simulate.ts';

const ITEMS = 8;

/** Runs a scenario with this trouble of the fleet and no other. Returns the violations, and the ends of the items. */
async function play(name: string, trouble: Partial<FleetTrouble>) {
  const quiet = {
    items: ITEMS,
    service: 'well',
    throttle: null,
    resolve: null,
    mishaps: [],
  } as const;
  const fleet = { ...CALM_FLEET, ...trouble };
  return simulate({ ...drawFleetSchedule(1, name), ...quiet, concurrency: 4, fleet });
}

const moments = (kinds: readonly FleetEvent[]): FleetEvent[] =>
  [320, 340, 360, 400, 700, 1000, 1300].flatMap((atMs) =>
    kinds.map((event) => ({ ...event, atMs })),
  );

const TROUBLES: Record<string, Partial<FleetTrouble>> = {
  'workers die': {
    events: moments([
      { kind: 'kill', atMs: 0, worker: 0, forMs: 200 },
      { kind: 'kill', atMs: 0, worker: 1, forMs: 200 },
    ]),
  },
  'workers stand still until nobody waits for them': {
    events: moments([
      { kind: 'pause', atMs: 0, worker: 0, forMs: 120_000 },
      { kind: 'pause', atMs: 0, worker: 1, forMs: 30_000 },
    ]),
  },
  'the bus forgets everything': { events: moments([{ kind: 'forget', atMs: 0 }]) },
  'the bus gives calls to a second worker': { events: moments([{ kind: 'rollback', atMs: 0 }]) },
  'nobody reaches the bus': { events: moments([{ kind: 'outage', atMs: 0, forMs: 20_000 }]) },
  'nobody reaches the bus for five minutes': {
    events: [{ atMs: 250, kind: 'outage', forMs: 300_000 }],
  },
  'messages are lost and doubled': { loss: 0.3, doubles: 0.5, maxDelayMs: 1000 },
};
const NAMES = ['delete', 'copy-local', 'addon/remove_bg', 'metadata', 'upload', 'upload in parts'];

for (const [what, trouble] of Object.entries(TROUBLES)) {
  test.each(NAMES)(`${what}: nothing is lost or done twice: %s`, async (name) => {
    const { violations, ends, items } = await play(name, trouble);
    expect(violations).toEqual([]);
    expect((ends['done'] ?? 0) + (ends['in-doubt'] ?? 0)).toBe(items);
  });
}

test('an item in doubt is done when the answer of its worker, which stood still, comes late', async () => {
  const events = [300, 310].map((atMs, worker): FleetEvent => {
    return { atMs, kind: 'pause', worker, forMs: 60_000 };
  });
  const { violations, ends } = await play('addon/remove_bg', { events });
  expect(violations).toEqual([]);
  expect(ends).toMatchObject({ done: ITEMS, 'in-doubt': 0 });
});

test('whatever happens to a fleet, its process and the service, nothing is lost or done twice', async () => {
  const violations: string[] = [];
  for (let seed = 1; seed <= 40; seed += 1) {
    const result = await simulate(drawFleetSchedule(seed));
    violations.push(...result.violations.map((text) => `seed ${seed}: ${text}`));
  }
  expect(violations).toEqual([]);
});
