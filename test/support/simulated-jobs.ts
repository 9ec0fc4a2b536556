import type { JobDurations } from '../../src/engine/service-state/job-durations.ts';
import { seededRandom } from './seeded-random.ts';

/** What following jobs to their ends came to. */
export interface PollCosts {
  readonly pollsPerJob: number;
  /** Mean of the time from a job's end to the poll that saw it, in parts of the job's duration. */
  readonly relativeDelay: number;
}

/** Log-normal durations, ms, from a seed. */
export function logNormal(medianMs: number, sigma: number, seed = 1): () => number {
  const random = seededRandom(seed);
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return medianMs * Math.exp(sigma * radius * Math.cos(2 * Math.PI * random()));
  };
}

/** Jobs of the given durations, one after the other, asked about at a fixed interval. */
export function pollAtInterval(durations: readonly number[], intervalMs: number): PollCosts {
  return costsOf(durations, (ageMs) => ageMs + intervalMs);
}

/** The same, asked about when the schedule says, which learns from each answer. */
export function pollAsLearned(
  durations: readonly number[],
  learned: JobDurations,
  kind = { name: 'test', typicalMs: 8000 },
): PollCosts {
  return costsOf(
    durations,
    (ageMs) => ageMs + learned.pollDelay(kind, ageMs),
    (before, age, isRunning) => learned[isRunning ? 'ran' : 'ended'](kind, before, age),
  );
}

function costsOf(
  durations: readonly number[],
  nextPoll: (ageMs: number) => number,
  onAnswer: (before: number, age: number, isRunning: boolean) => void = () => undefined,
): PollCosts {
  let polls = 0;
  let delays = 0;
  for (const duration of durations) {
    let age = 0;
    while (age < duration) {
      const before = age;
      age = nextPoll(before);
      polls += 1;
      onAnswer(before, age, age < duration);
    }
    delays += (age - duration) / duration;
  }
  return { pollsPerJob: polls / durations.length, relativeDelay: delays / durations.length };
}
