import type { Random } from '../core/world.ts';
import { binOf, binStart, type DurationTable } from './duration-table.ts';

/** What a poll may cost beside a delay of a whole duration: more polls, less delay (decision 0009). */
const EAGERNESS = 12;
/** A poll comes at least so much later than the one before it, ms. */
const MIN_WAIT_MS = 250;
/** … and at least by this share of the job's age. */
const MIN_GROWTH = 1.1;
/** … and at no more than so many times it, where it has been asked about before. */
const MAX_GROWTH = 4;
/** No job is left alone for longer, ms; below what the work loop takes for a clock that was wrong. */
const MAX_WAIT_MS = 15 * 60_000;
/** Jobs that began together are not asked about together, and the table sees ends at all ages. */
const JITTER = 0.2;

/**
 * How long to wait until a job of this age is asked about (again), whole ms. Polls are as dense as
 * the square root of how likely the job is to end there: few before it can have ended, most
 * where most jobs end.
 */
export function pollDelay(table: DurationTable, ageMs: number, random: Random): number {
  const age = Math.max(0, ageMs);
  const wanted = nextAge(table, age, 1 - JITTER + 2 * JITTER * random()) - age;
  const least = Math.max(MIN_WAIT_MS, age * (MIN_GROWTH - 1));
  const most = Math.max(least, age > 0 ? age * (MAX_GROWTH - 1) : Number.POSITIVE_INFINITY);
  return Math.ceil(Math.min(Math.max(least, wanted), most, MAX_WAIT_MS));
}

/** The age by which so many polls are worth their while, from this one on. */
function nextAge(table: DurationTable, ageMs: number, polls: number): number {
  let left = polls;
  let age = Math.max(ageMs, binStart(0));
  for (let bin = binOf(age); ; bin += 1) {
    const density = Math.sqrt(EAGERNESS * table.hazard(bin));
    const end = binStart(bin + 1);
    const inBin = density * Math.max(0, Math.log(end / age));
    if (inBin >= left || end > ageMs + MAX_WAIT_MS) return age * Math.exp(left / density);
    left -= inBin;
    age = Math.max(age, end);
  }
}
