import type { Job } from '../job/job-schema.ts';
import { givenKind } from '../job/source-schemas.ts';
import { makerIndex, stepOperation } from '../job/step-schemas.ts';
import { skipsCompletedWork } from '../job/step-work.ts';
import { isSameVersion } from '../operations/bucket-object.ts';
import type { Candidate } from '../sources/source.ts';
import type { FindOtherResults } from './other-results.ts';

/** The items on which earlier runs did the work of a step, so that a run skips it. */
export interface PlannedDoneBefore {
  /** Id of the step. */
  readonly step: string;
  readonly items: number;
}

/**
 * Counts for each step the items whose work earlier runs did, by their ledgers alone. A run may still do the work, if the
 * file that an earlier run made is gone.
 */
export class DoneBeforePlan {
  readonly #find: FindOtherResults;
  readonly #counts: { readonly id: string; readonly index: number; items: number }[];

  constructor(job: Job, find: FindOtherResults) {
    this.#find = find;
    this.#counts = job.steps.flatMap((step, index) => {
      // The files of a later step are not known yet. An upload compares the bytes of local files, which a plan does not read.
      const isKnown =
        makerIndex(step, job.steps) === null && stepOperation(step).takes.kind !== 'path';
      const isObject = givenKind(job.source) === 'object';
      return skipsCompletedWork(step) && (isKnown || isObject)
        ? [{ id: step.id, index, items: 0 }]
        : [];
    });
  }

  /** Counts the items of a page. */
  add(items: readonly Candidate[]): void {
    if (items.length === 0) return;
    const keys = items.map(({ key }) => key);
    for (const count of this.#counts) {
      const results = this.#find(count.index, keys);
      if (results.size === 0) continue;
      for (const { key, details = null } of items) {
        const result = results.get(key);
        if (result !== undefined && isSameVersion({ key, details }, result)) count.items += 1;
      }
    }
  }

  /** The steps that skip items. */
  get steps(): PlannedDoneBefore[] {
    return this.#counts.flatMap(({ id, items }) => (items === 0 ? [] : [{ step: id, items }]));
  }
}
