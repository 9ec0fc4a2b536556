import type { EffectCount } from '../core/effect-count.ts';
import type { ItemKind } from '../core/item-kind.ts';
import { present } from '../core/present.ts';
import { countEffects } from '../engine/consent.ts';
import type { Job } from '../job/job-schema.ts';
import { paidName } from '../job/paid-names.ts';
import { priceIn } from '../job/price-list.ts';
import { givenKind } from '../job/source-schemas.ts';
import { isIrreversible, makerIndex, type Step, stepOperation } from '../job/step-schemas.ts';
import { firstStepWithWork, skipsCompletedWork } from '../job/step-work.ts';
import type { StepRequest } from '../operations/descriptor.ts';

/** A number that is known only between two limits. */
export interface CountRange {
  readonly least: number;
  readonly most: number;
}

/** The requests of a step to one endpoint. */
export interface PlannedRequests extends CountRange {
  /** Method and path, such as `PUT /files/storage/`. */
  readonly endpoint: string;
}

/** The work of one step that follows from the job and the number of items alone. */
export interface StepWork {
  readonly id: string;
  readonly uses: string;
  /** Name of the step's project in the job; null for the default project. */
  readonly project: string | null;
  readonly items: CountRange;
  /** Requests that are not polls. */
  readonly requests: readonly PlannedRequests[];
  /** Number of deletes that the step may cause; 0 if it deletes nothing. */
  readonly deletes: number;
  /** Maximum number of paid executions, and the name of the budget; null if the step is free. */
  readonly paid: { readonly name: string; readonly most: number } | null;
}

/** A search that shows whether somebody has already done the work of a step, or whether its results exist. */
const DONE_BEFORE: StepRequest = { endpoint: 'POST /files/search/', items: 100 };

/** Counts the work of each step. An `if` may leave out items, so the steps from it on have no least number. */
export function countStepWork(
  { source, steps }: Pick<Job, 'source' | 'steps'>,
  items: CountRange,
): StepWork[] {
  const given = givenKind(source);
  return steps.map((step, index) => {
    // An item may be skipped or may fail at an earlier step.
    const reachesAll = index === 0 && step.if === undefined && !skipsCompletedWork(step);
    const range = { least: reachesAll ? items.least : 0, most: items.most };
    const requests = requestsOfStep(step, given).filter(({ isPoll }) => isPoll !== true);
    const name = paidName(step);
    // A run pays only once for the same work, even if several steps do this work.
    const isRepeated = (firstStepWithWork(steps, index) ?? index) !== index;
    return {
      id: step.id,
      uses: step.uses,
      project: step.project ?? null,
      items: range,
      requests: byEndpoint(requests.map(planRequest(range))),
      deletes: isIrreversible(step) ? range.most : 0,
      paid: name === null || isRepeated ? null : { name, most: range.most },
    };
  });
}

/** Counts the deletes and payments of a job with so many items, as the question before a run counts them. */
export function countJobEffects(job: Job, items: number): EffectCount[] {
  const { steps, limits } = job;
  const effectSteps = steps.map((step, index) => {
    const name = paidName(step);
    return {
      operation: { kind: step.uses, destructive: isIrreversible(step) },
      paid:
        name === null
          ? null
          : { name, limit: limits.paid?.[name] ?? null, ...present({ price: priceIn(job, name) }) },
      work: firstStepWithWork(steps, index),
      fileFrom: makerIndex(step, steps),
    };
  });
  return countEffects(effectSteps, items);
}

/** The requests of a step, including its polls. `given`: kind of the items of the source. */
export function requestsOfStep(step: Step, given: ItemKind | null): StepRequest[] {
  const operation = stepOperation(step);
  const makesAgain = operation.paid === undefined && 'file' in (operation.makes ?? {});
  const looksFirst = skipsCompletedWork(step) && (operation.doneBefore !== undefined || makesAgain);
  const requests = operation.requests(step.with, given).filter(({ times }) => times !== 0);
  return looksFirst ? [DONE_BEFORE, ...requests] : [...requests];
}

function planRequest(items: CountRange): (request: StepRequest) => PlannedRequests {
  return ({ endpoint, items: size = 1, times = 1 }) => ({
    endpoint,
    least: Math.ceil(items.least / size) * times,
    most: Math.ceil(items.most / size) * times,
  });
}

/** Joins the requests to the same endpoint. */
function byEndpoint(requests: readonly PlannedRequests[]): PlannedRequests[] {
  const joined = new Map<string, PlannedRequests>();
  for (const { endpoint, least, most } of requests) {
    const known = joined.get(endpoint) ?? { least: 0, most: 0 };
    joined.set(endpoint, { endpoint, least: known.least + least, most: known.most + most });
  }
  return [...joined.values()];
}
