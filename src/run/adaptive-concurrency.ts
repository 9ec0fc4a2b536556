import type { Clock } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import type { Reserve } from '../ledger/reserve.ts';
import { reserveBytes } from '../state/ledger-reserve.ts';
import type { RunContext } from './run-request.ts';

/** Number of requests in flight at the start of a run. A fast or slow service needs more, not fewer. */
export const FIRST_CONCURRENCY = 8;
const MOST_CONCURRENCY = 600; // 1000 requests/s at a latency of 400 ms, with the spare
const SPARE = 1.5; // requests beyond rate × latency wait at the gate, so that no slot stays unused
const GROWTH = 2; // for one trial
const USEFUL = 1.1; // a trial must bring at least so many times the answers per second
const CHANGED = 0.7; // of the answers per second before the trial
const TRIAL_MS = 500; // and at least one answer for each request in flight
const REST_MS = 30_000; // after a useless trial

/** The maximum number of requests in flight: the lowest of the user's, the job's and the default. */
export function mostInFlight(
  job: Pick<Job, 'limits'>,
  context: Pick<RunContext, 'concurrency'>,
): number {
  const given = [context.concurrency, job.limits.concurrency].filter((most) => most !== undefined);
  return given.length === 0 ? MOST_CONCURRENCY : Math.min(...given);
}

/** The inputs of the decision how many requests are in flight. */
interface ConcurrencyOptions {
  /** Maximum number of requests in flight, now. */
  readonly most: () => number;
  /** Requests in flight that use the whole rate limit, now. */
  readonly needed: () => number;
  /** Number of answers so far. */
  readonly answered: () => number;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Must have room for the answers of all requests in flight. Absent if nothing is recorded. */
  readonly reserve?: Reserve;
}

/**
 * Returns the number of requests that may be in flight now. It follows the rate and the latency, because too
 * few requests at once would leave a part of the limit unused. Each growth is a trial: if twice as many
 * requests at once bring no more answers, the service or this machine is busy, and the number goes back.
 */
export function createConcurrency(options: ConcurrencyOptions): () => number {
  const { most, needed, answered, clock, reserve } = options;
  let allowed = FIRST_CONCURRENCY;
  let period = { at: clock.monotonic(), answered: answered() };
  /** The state before the current trial; null if there is no trial. */
  let before: { readonly allowed: number; readonly throughput: number } | null = null;
  let restUntil = Number.NEGATIVE_INFINITY;

  const grow = (wanted: number, throughput: number) => {
    const larger = Math.min(wanted, GROWTH * allowed);
    if (reserve?.growTo(reserveBytes(larger)) === false) {
      restUntil = clock.monotonic() + REST_MS;
      return;
    }
    before = { allowed, throughput };
    allowed = larger;
  };
  const judge = (wanted: number, now: number, throughput: number) => {
    const gain = before === null ? 1 : throughput / before.throughput;
    // Far fewer answers than before mean a pause or slower answers, and say nothing about the trial.
    const isUseless = gain < USEFUL && gain > CHANGED;
    if (before !== null && isUseless) {
      allowed = before.allowed;
      restUntil = now + REST_MS;
    }
    before = null;
    if (wanted > allowed && now >= restUntil) grow(wanted, throughput);
  };
  return () => {
    const wanted = Math.min(most(), Math.max(FIRST_CONCURRENCY, Math.ceil(needed() * SPARE)));
    const now = clock.monotonic();
    const count = answered() - period.answered;
    if (now - period.at >= TRIAL_MS && count >= allowed) {
      judge(wanted, now, (count * 1000) / (now - period.at));
      period = { at: now, answered: answered() };
    }
    return Math.min(wanted, allowed);
  };
}
