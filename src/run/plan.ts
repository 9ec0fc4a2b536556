import type { BucketRequests } from '../core/bucket-requests.ts';
import type { EffectCount } from '../core/effect-count.ts';
import type { ListingStart } from '../core/listing-start.ts';
import type { UsedInventory } from '../inventory/inventory-age.ts';
import type { PlannedCost } from '../plans/planned-cost.ts';
import type { RunSchedule } from '../state/run-schedule.ts';
import type { SelectionCount } from './count-selection.ts';
import type { ExpiryRisk } from './expiry-watch.ts';
import type { PlannedDoneBefore } from './plan-done-before.ts';
import type { PlannedDuration } from './plan-pace.ts';
import type { PlannedStep } from './plan-steps.ts';

/** The expected work of a run. */
export interface Plan extends SelectionCount {
  /** Maximum number of selected items: those that are certainly selected, and those that a run must read. */
  readonly selectedAtMost: number;
  readonly steps: readonly PlannedStep[];
  /**
   * Estimated number of requests of a run. It does not include retries, and it includes the expected number of
   * polls.
   */
  readonly requestsEstimate: number;
  /** Number of these requests that list pages of the source. 0 if its pages come from a bucket or a local file. */
  readonly listRequests: number;
  /** Maximum numbers of requests to buckets; absent if there are none. The provider of the bucket bills them. */
  readonly bucketRequests?: BucketRequests | undefined;
  /** The items whose work earlier runs did, for each step that skips such items and has any. */
  readonly doneBefore?: readonly PlannedDoneBefore[] | undefined;
  /** True if a step polls remote jobs, so that the number of requests depends on how long these jobs take. */
  readonly followsJobs: boolean;
  /**
   * Number of requests with which a run could look at one file of the selection, instead of listing the source
   * again. Null if the source can't do that.
   */
  readonly readsPerFile: number | null;
  readonly duration: PlannedDuration;
  /** When the run may work and would end; absent if the job has no window, deadline and timetable. */
  readonly schedule?: RunSchedule;
  /**
   * The unstored files that may expire before the run reaches them. Null if the source gives no upload times,
   * or if the job only deletes.
   */
  readonly expiry: ExpiryRisk | null;
  /**
   * The deletes and payments for which a run would ask for confirmation, with their highest possible numbers.
   */
  readonly effects: readonly EffectCount[];
  /** The purchases of the run's paid steps. */
  readonly paid: readonly PlannedPaid[];
  /** The cost of the run: at most for steps, an estimate for requests. Absent if the job has no prices. */
  readonly cost?: PlannedCost | undefined;
  /** Describes the guard that would stop the run before its first step; null if there is none. */
  readonly guard: string | null;
  /** False if the guard stops the run only if enough of the undecided files are selected. */
  readonly isGuardCertain: boolean;
  /** The inventory from which the plan was made; null if the source is another one. */
  readonly inventory: UsedInventory | null;
  /** The start of the listing; absent if the source has no `since`. */
  readonly since?: ListingStart;
  /** The projects of the run, the default one first. */
  readonly projects: readonly PlannedProject[];
}

/** A paid operation with its maximum number of items. */
export interface PlannedPaid {
  /** Name of the operation, as in `limits.paid` of a job. */
  readonly name: string;
  /** Maximum number of items that the run would pay for if the job had no limit. */
  readonly most: number;
  /** The job's limit for the operation; null if there is none. */
  readonly limit: number | null;
}

/** A project, with its name in the job and its key. */
export interface PlannedProject {
  /** null for the default project. */
  readonly name: string | null;
  readonly publicKey: string;
}
