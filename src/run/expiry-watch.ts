import { UNSTORED_LIFETIME_MS } from '../core/file-limits.ts';
import type { Candidate } from '../sources/source.ts';

/** Selected files that are not stored. The service deletes them some time after `UNSTORED_LIFETIME_MS`. */
export interface ExpiryRisk {
  /** Number of selected files that are not stored. */
  readonly unstored: number;
  /** Number of these files whose lifetime ends before the run is expected to reach them. */
  readonly atRisk: number;
  /** The earliest end of such a lifetime, ms since 1970; null if no selected file is unstored. */
  readonly firstEnd: number | null;
}

/** The facts from which the expected time of each item follows. */
interface ExpectedPace {
  /** Service time at the beginning of the listing, ms. */
  readonly now: number;
  /** Requests per second. */
  readonly rate: number;
  /** Expected number of requests for one item. */
  readonly requestsPerItem: number;
}

/**
 * Counts the unstored files that may expire before a run reaches them. It compares the end of each file's
 * lifetime with the expected time of the file's requests, in the order of the listing.
 */
export class ExpiryWatch {
  readonly #pace: ExpectedPace;
  #position = 0;
  #risk: ExpiryRisk = { unstored: 0, atRisk: 0, firstEnd: null };

  constructor(pace: ExpectedPace) {
    this.#pace = pace;
  }

  get risk(): ExpiryRisk {
    return this.#risk;
  }

  /** Adds the next selected items. `pages` is the number of pages that the whole listing probably has. */
  add(candidates: readonly Candidate[], pages: number): void {
    const { now, rate, requestsPerItem } = this.#pace;
    for (const { facts } of candidates) {
      this.#position += 1;
      if (facts === null || facts.storedAt !== null) continue;
      const requests = pages + this.#position * requestsPerItem;
      const reachedAt = now + (requests / rate) * 1000;
      const end = facts.uploadedAt + UNSTORED_LIFETIME_MS;
      this.#risk = {
        unstored: this.#risk.unstored + 1,
        atRisk: this.#risk.atRisk + (end < reachedAt ? 1 : 0),
        firstEnd: Math.min(end, this.#risk.firstEnd ?? end),
      };
    }
  }
}
