import type { Connection } from '../core/connection.ts';
import { UserError } from '../core/user-error.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import type { World } from '../core/world.ts';
import { describeJobChange } from '../job/job-fingerprint.ts';
import type { Job } from '../job/job-schema.ts';
import { PlanKeys } from '../ledger/plan-keys.ts';
import { hashCandidate } from '../plans/entry-hash.ts';
import { type ReadPlan, readPlan } from '../plans/read-plan.ts';
import type { Candidate } from '../sources/source.ts';
import type { CountedPage } from './count-selection.ts';

/** The number of some items, and the keys of the first of them. */
export interface ComparedItems {
  readonly count: number;
  readonly examples: readonly string[];
}

/** The differences between an earlier plan and the selection of now. */
export interface PlanComparison {
  /** Path of the earlier plan, as the user gave it. */
  readonly file: string;
  readonly createdAt: string;
  /** Number of items that are the same in both. */
  readonly same: number;
  /** Items that the earlier plan does not have. */
  readonly added: ComparedItems;
  /** Items that are no longer selected, because they no longer match or no longer exist. */
  readonly gone: ComparedItems;
  /** Items that are still selected, but whose facts are different. */
  readonly changed: ComparedItems;
  /** The differences between the jobs, one per line. Empty if they are the same job. */
  readonly jobChanges: readonly string[];
}

const MAX_EXAMPLES = 10;

/**
 * Reads an earlier plan, and calls `use` with a function that takes the pages of the new plan. Returns the
 * result of `use` and the differences.
 */
export function withComparison<Result>(
  earlier: { readonly path: string; readonly file: string },
  { job, connection, world }: { job: Job; connection: Connection; world: Pick<World, 'files'> },
  use: (onPage: (page: CountedPage) => void) => Promise<Result>,
): Promise<{ readonly result: Result; readonly comparison: PlanComparison }> {
  return withCleanup(async (defer) => {
    const keys = PlanKeys.open();
    defer(() => keys.close());
    const plan = await readPlan({ files: world.files, ...earlier }, (items) => keys.add(items));
    checkPlanProject(plan, connection);
    const comparing = new Comparing(keys);
    const result = await use((page) => comparing.add([...page.selected, ...page.open]));
    return {
      result,
      comparison: {
        file: earlier.file,
        createdAt: plan.header.createdAt,
        ...comparing.end(),
        jobChanges: describeJobChange(plan.job, job),
      },
    };
  });
}

/** Throws a `UserError` if a plan belongs to another project or another service. */
export function checkPlanProject({ file, header }: ReadPlan, connection: Connection): void {
  if (header.project !== connection.publicKey) {
    throw new UserError(
      'configuration',
      `The plan ${file} belongs to project ${header.project}, but the keys are for another one. Nothing was sent. Set the keys of ${header.project}.`,
    );
  }
  if (header.restOrigin !== connection.restOrigin) {
    throw new UserError(
      'configuration',
      `The plan ${file} was made at ${header.restOrigin}, but the API base is ${connection.restOrigin}. Nothing was sent. Set UPLOADCARE_REST_API_BASE=${header.restOrigin}.`,
    );
  }
}

class Comparing {
  readonly #keys: PlanKeys;
  readonly #added = new Examples();
  readonly #changed = new Examples();
  #same = 0;

  constructor(keys: PlanKeys) {
    this.#keys = keys;
  }

  add(candidates: readonly Candidate[]): void {
    for (const candidate of candidates) {
      const { key } = candidate;
      const planned = this.#keys.find(key);
      if (planned === null) this.#added.add(key);
      else if (planned.hash !== hashCandidate(candidate)) this.#changed.add(key);
      else this.#same += 1;
    }
    this.#keys.meet(candidates.map(({ key }) => key));
  }

  end(): Pick<PlanComparison, 'same' | 'added' | 'gone' | 'changed'> {
    const gone = this.#keys.unmet(0, MAX_EXAMPLES).map(({ key }) => key);
    return {
      same: this.#same,
      added: this.#added.result(),
      gone: { count: this.#keys.countUnmet(), examples: gone },
      changed: this.#changed.result(),
    };
  }
}

class Examples {
  readonly #keys: string[] = [];
  #count = 0;

  add(key: string): void {
    this.#count += 1;
    if (this.#keys.length < MAX_EXAMPLES) this.#keys.push(key);
  }

  result(): ComparedItems {
    return { count: this.#count, examples: this.#keys };
  }
}
