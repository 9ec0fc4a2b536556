import type { Job } from '../job/job-schema.ts';
import type { Reserve } from '../ledger/reserve.ts';
import { reserveBytes } from '../state/ledger-reserve.ts';
import type { RunContext } from './run-request.ts';

/** Number of requests in flight at the start of a run. A fast or slow service needs more, not fewer. */
export const FIRST_CONCURRENCY = 8;
const MOST_CONCURRENCY = 600; // 1000 requests/s at a latency of 400 ms, with the spare
const SPARE = 1.5; // requests beyond rate × latency wait at the gate, so that no slot stays unused

/** The maximum number of requests in flight: the user's, or the job's, or the default. */
export function mostInFlight(job: Job, context: RunContext): number {
  return context.concurrency ?? job.limits.concurrency ?? MOST_CONCURRENCY;
}

/** The inputs of the decision how many requests are in flight. */
interface ConcurrencyOptions {
  readonly most: number;
  /** Requests in flight that use the whole rate limit, now. */
  readonly needed: () => number;
  /** Must have room for the answers of all requests in flight. Absent if nothing is recorded. */
  readonly reserve?: Reserve;
}

/**
 * Returns the number of requests that may be in flight now. It follows the rate and the latency, because too
 * few requests at once would leave a part of the limit unused.
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
