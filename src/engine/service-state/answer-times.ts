/** Each bin is this much longer than the one before, so a percentile is at most 5 % too long or too short. */
const BIN_FACTOR = 1.1;
const BIN_LOG = Math.log(BIN_FACTOR);

/** How long the requests of a step waited for their answers. */
export interface StepAnswerTimes {
  /** Index of the step. */
  readonly step: number;
  /** Number of answered requests. A request for several items counts once. */
  readonly requests: number;
  /** Half of the requests had their answer within this time, ms. */
  readonly p50Ms: number;
  /** 95 % of the requests had their answer within this time, ms. */
  readonly p95Ms: number;
}

/**
 * Measures how long the requests of each step wait for their answers: from the last time that ucbulk sent a request
 * until its answer was complete. For an operation that only reads, the wait for the rate limit counts too. Polls of
 * remote jobs do not count. Memory use does not grow with the number of requests.
 */
export class AnswerTimes {
  readonly #bins = new Map<number, Map<number, number>>();

  /** Records an answered request of a step. */
  add(step: number, ms: number): void {
    const bins = this.#bins.get(step) ?? new Map<number, number>();
    const bin = Math.round(Math.log(Math.max(1, ms)) / BIN_LOG);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
    this.#bins.set(step, bins);
  }

  /** Returns the times of each step that had an answer, in the order of the steps. */
  summary(): StepAnswerTimes[] {
    return [...this.#bins]
      .sort(([one], [other]) => one - other)
      .map(([step, bins]) => {
        const requests = [...bins.values()].reduce((sum, count) => sum + count, 0);
        const within = (share: number) => percentile(bins, requests * share);
        return { step, requests, p50Ms: within(0.5), p95Ms: within(0.95) };
      });
  }
}

/** Returns the time within which this number of requests had their answers, ms. */
function percentile(bins: ReadonlyMap<number, number>, wanted: number): number {
  let seen = 0;
  let last = 0;
  for (const [bin, count] of [...bins].sort(([one], [other]) => one - other)) {
    last = bin;
    seen += count;
    if (seen >= wanted) break;
  }
  return Math.round(BIN_FACTOR ** last);
}
