import { expectPolls } from '../engine/service-state/expected-polls.ts';
import type { DurationStore } from '../engine/service-state/job-durations.ts';
import type { EngineStep } from '../engine/tasks/step-items.ts';
import type { Job } from '../job/job-schema.ts';
import { type Step, stepOperation } from '../job/step-schemas.ts';
import type { StepRequest } from '../operations/descriptor.ts';
import type { Operation } from '../operations/operation.ts';
import { skipsCompletedWork } from '../state/other-works.ts';

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

/** The polls of a step's remote jobs. */
export interface PlannedPolls {
  readonly endpoint: string;
  /** Expected number of polls if all items reach the step. */
  readonly expected: number;
  /** Expected number of polls of one job. */
  readonly perJob: number;
  /** Half of the jobs are expected to end within this time, ms. */
  readonly medianMs: number;
  /** `learned`: from the jobs of earlier runs. `typical`: a guess, because no run has measured any. */
  readonly basis: 'learned' | 'typical';
}

/** The expected work of one step of a run. */
export interface PlannedStep {
  readonly id: string;
  readonly uses: string;
  /** Name of the step's project in the job; null for the default project. */
  readonly project: string | null;
  readonly items: CountRange;
  /** Requests that are not polls. */
  readonly requests: readonly PlannedRequests[];
  readonly polls: PlannedPolls | null;
  /** Number of deletes that the step may cause; 0 if it deletes nothing. */
  readonly deletes: number;
  /** Maximum number of paid executions, and the name of the budget; null if the step is free. */
  readonly paid: { readonly name: string; readonly most: number } | null;
}

/** A read that shows whether somebody has already done the work of a step on a file. */
const DONE_BEFORE: StepRequest = { endpoint: 'GET /files/{uuid}/' };

/** Plans the work of each step. An `if` may leave out items, so the steps from it on have no least number. */
export function planSteps(
  job: Job,
  steps: readonly EngineStep[],
  { items, durations }: { readonly items: CountRange; readonly durations: DurationStore },
): PlannedStep[] {
  return steps.flatMap((engineStep, index) => {
    const step = job.steps[index];
    if (step === undefined) return [];
    // An item may be skipped or may fail at an earlier step.
    const reachesAll = index === 0 && step.if === undefined && !skipsCompletedWork(step);
    const count = { least: reachesAll ? items.least : 0, most: items.most };
    return [planStep(step, { engineStep, index, items: count, durations })];
  });
}

function planStep(step: Step, { engineStep, index, items, durations }: StepFacts): PlannedStep {
  const { operation } = engineStep;
  const requests = requestsOfStep(step);
  return {
    id: step.id,
    uses: step.uses,
    project: step.project ?? null,
    items,
    requests: byEndpoint(requests.filter(({ isPoll }) => isPoll !== true).map(planRequest(items))),
    polls: planPolls(requests, operation, { most: items.most, durations }),
    deletes: operation.destructive ? items.most : 0,
    paid: planPaid(engineStep, index, items.most),
  };
}

interface StepFacts {
  readonly engineStep: EngineStep;
  readonly index: number;
  readonly items: CountRange;
  readonly durations: DurationStore;
}

/** The payments of a step. A run pays only once for the same work, even if several steps do this work. */
function planPaid({ paid, work }: EngineStep, index: number, most: number): PlannedStep['paid'] {
  return paid === null || (work ?? index) !== index ? null : { name: paid.name, most };
}

/** Expected number of requests for one item, in all steps together. */
export function requestsPerItem(steps: readonly PlannedStep[], items: number): number {
  return items === 0 ? 0 : totalRequests(steps) / items;
}

/** Number of requests of all steps if every item passes every step. */
export function totalRequests(steps: readonly PlannedStep[]): number {
  return steps
    .flatMap(({ requests, polls }) => [...requests.map(({ most }) => most), polls?.expected ?? 0])
    .reduce((total, number) => total + number, 0);
}

function requestsOfStep(step: Step): StepRequest[] {
  const operation = stepOperation(step);
  const looksFirst = skipsCompletedWork(step) && operation.doneBefore !== undefined;
  const requests = operation.requests(step.with).filter(({ times }) => times !== 0);
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

function planPolls(
  requests: readonly StepRequest[],
  operation: Operation,
  { most, durations }: { readonly most: number; readonly durations: DurationStore },
): PlannedPolls | null {
  const poll = requests.find(({ isPoll }) => isPoll);
  if (poll === undefined || operation.shape !== 'remote') return null;
  const learned = durations.learned(operation.job.name);
  const { polls, medianMs } = expectPolls(operation.job, learned);
  return {
    endpoint: poll.endpoint,
    expected: Math.ceil(most * polls),
    perJob: Math.round(polls * 100) / 100,
    medianMs: Math.round(medianMs),
    basis: learned === null ? 'typical' : 'learned',
  };
}
