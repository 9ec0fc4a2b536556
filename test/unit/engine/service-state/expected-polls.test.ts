import { expect, test } from 'vitest';
import { DurationTable } from '../../../../src/engine/service-state/duration-table.ts';
import { expectPolls } from '../../../../src/engine/service-state/expected-polls.ts';
import { JobDurations } from '../../../../src/engine/service-state/job-durations.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const KIND = { name: 'kind', typicalMs: 5000 };

/** Polls jobs as a run does, until each has ended. Returns the mean number of polls of the last jobs. */
function measuredPolls(durationMs: (random: () => number) => number) {
  const random = seededRandom(7);
  const kept: unknown[] = [];
  const durations = new JobDurations(
    { learned: () => null, keep: (_, learned) => kept.push(learned) },
    random,
  );
  let polls = 0;
  const jobs = 1000;
  for (let job = 0; job < 2 * jobs; job += 1) {
    const endsAt = durationMs(random);
    let age = 0;
    for (;;) {
      const next = age + durations.pollDelay(KIND, age);
      if (job >= jobs) polls += 1;
      if (next >= endsAt) {
        durations.ended(KIND, age, next);
        break;
      }
      durations.ran(KIND, age, next);
      age = next;
    }
  }
  durations.keep();
  return { polls: polls / jobs, learned: kept.at(-1) };
}

test.each([
  ['short', (random: () => number) => 800 + 400 * random()],
  ['long', (random: () => number) => 60_000 * (0.5 + random())],
])('the expected polls of %s jobs are those that a run needs', (_, durationMs) => {
  const { polls, learned } = measuredPolls(durationMs);
  const expected = expectPolls(KIND, learned as { ended: number[]; exposed: number[] });
  expect(expected.polls / polls).toBeGreaterThan(0.85);
  expect(expected.polls / polls).toBeLessThan(1.2);
});

test('without learned durations, the guess is the typical duration', () => {
  const { medianMs, polls } = expectPolls(KIND, null);
  expect(medianMs).toBeGreaterThan(3000);
  expect(medianMs).toBeLessThan(9000);
  expect(polls).toBeGreaterThan(1);
});

test('survival multiplies over consecutive ages', () => {
  const table = new DurationTable(5000);
  const whole = table.survival(1000, 20_000);
  expect(table.survival(1000, 4000) * table.survival(4000, 20_000)).toBeCloseTo(whole, 6);
});
