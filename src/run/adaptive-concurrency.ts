import type { Job } from '../job/job-schema.ts';
import type { Reserve } from '../ledger/reserve.ts';
import { reserveBytes } from '../state/ledger-reserve.ts';
import type { RunContext } from './run-request.ts';

/**
 * Number of requests in flight at the start of a run. Later, the number follows the rate and the latency, but
 * never falls below this.
 */
export const FIRST_CONCURRENCY = 8;
const MOST_CONCURRENCY = 600; // 1000 requests/s at a latency of 400 ms, with the spare
const SPARE = 1.5; // requests beyond rate × latency wait at the gate, so that no slot stays unused

/**
 * The maximum number of requests in flight. The user's value comes first, then the job's, then the default.
 */
export function mostInFlight(job: Job, context: RunContext): number {
  return context.concurrency ?? job.limits.concurrency ?? MOST_CONCURRENCY;
}

/** The inputs for the decision how many requests may be in flight. */
interface ConcurrencyOptions {
  readonly most: number;
  /** Number of requests that must be in flight now to use the whole rate limit. */
  readonly needed: () => number;
  /**
   * Reserved disk space. It must have room for the answers of all requests in flight. Absent if nothing is
   * recorded.
   */
  readonly reserve?: Reserve;
}

/**
 * Returns a function that computes how many requests may be in flight now. The number follows the rate and
 * the latency, because too few requests at once would leave a part of the rate limit unused. It stays within
 * the number of answers for which disk space can be reserved.
 */
export function createConcurrency({ most, needed, reserve }: ConcurrencyOptions): () => number {
  const first = Math.min(FIRST_CONCURRENCY, most);
  let recordable = first;
  return () => {
    const wanted = Math.min(most, Math.max(first, Math.ceil(needed() * SPARE)));
    if (wanted > recordable && (reserve?.growTo(reserveBytes(wanted)) ?? true)) recordable = wanted;
    return Math.min(wanted, recordable);
  };
}
