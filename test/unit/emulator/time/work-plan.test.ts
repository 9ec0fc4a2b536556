import { expect, test } from 'vitest';
import { DueTasks } from '../../../../src/emulator/time/due-tasks.ts';
import { WorkPlanner } from '../../../../src/emulator/time/work-plan.ts';
import { setup } from '../emulator-caller.ts';

test('durations are log-normal around the median, and the same for the same seed', () => {
  const plans = (seed: number) => {
    const planner = new WorkPlanner(seed, { convert_video: { medianMs: 10_000, sigma: 0.5 } });
    return Array.from({ length: 2001 }, (_, n) => planner.plan('convert_video', n).duration / 1000);
  };
  const durations = plans(1);
  expect(plans(1)).toEqual(durations);
  expect(plans(2)).not.toEqual(durations);
  const sorted = durations.toSorted((a, b) => a - b);
  expect(sorted[1000]).toBeGreaterThan(9000);
  expect(sorted[1000]).toBeLessThan(11_000);
  // Two in three within one sigma of the logarithm.
  const within = durations.filter((one) => Math.abs(Math.log(one / 10_000)) < 0.5).length;
  expect(within / durations.length).toBeCloseTo(0.683, 1);
});

test('outcomes come in the shares asked for', () => {
  const shares = { failedShare: 0.1, cancelledShare: 0.1, endlessShare: 0.1, lostShare: 0.1 };
  const planner = new WorkPlanner(1, { remove_bg: shares });
  const counts = new Map<string, number>();
  for (let number = 0; number < 5000; number += 1) {
    const { outcome } = planner.plan('remove_bg', number);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  for (const outcome of ['failed', 'cancelled', 'endless', 'lost']) {
    expect((counts.get(outcome) ?? 0) / 5000).toBeCloseTo(0.1, 1);
  }
  expect((counts.get('done') ?? 0) / 5000).toBeCloseTo(0.6, 1);
});

test('tasks run in order of their time, those of one time in the order they came', () => {
  const tasks = new DueTasks();
  const ran: string[] = [];
  const times = [50, 10, 40, 10, 30, 20, 10];
  for (const [place, at] of times.entries()) tasks.add(at, () => ran.push(`${at}/${place}`));
  tasks.add(20, (at) => tasks.add(at + 5, () => ran.push('added')));
  tasks.run(40);
  expect(ran).toEqual(['10/1', '10/3', '10/6', '20/5', 'added', '30/4', '40/2']);
  expect(tasks.length).toBe(1);
});

test('work is steered while it runs, and a bad setting is refused with its name', () => {
  const { call, json } = setup();
  const post = (body: object) => call('/_emulator/work', { method: 'POST', body });
  expect(post({ local_copy: { endlessShare: 1 } }).status).toBe(200);
  expect(json('/_emulator/work', { method: 'POST', body: { copy: {} } })).toMatchObject({
    error: expect.stringContaining('Unknown kind of work `copy`'),
  });
  expect(post({ remove_bg: { failedShare: 2 } }).status).toBe(400);
  expect(post({ remove_bg: { speed: 2 } }).status).toBe(400);
});
