import { expectPolls } from '../engine/service-state/expected-polls.ts';
import type { DurationStore } from '../engine/service-state/job-durations.ts';
import type { EngineStep } from '../engine/tasks/step-items.ts';
import type { Job } from '../job/job-schema.ts';
import { givenKind } from '../job/source-schemas.ts';
import {
  type CountRange,
  countStepWork,
  requestsOfStep,
  type StepWork,
} from '../plans/planned-work.ts';

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
export interface PlannedStep extends StepWork {
  readonly polls: PlannedPolls | null;
}

/** Plans the work of each step. */
export function planSteps(
  job: Job,
  steps: readonly EngineStep[],
  { items, durations }: { readonly items: CountRange; readonly durations: DurationStore },
): PlannedStep[] {
  return countStepWork(job, items).map((work, index) => ({
    ...work,
    polls: planPolls(job, { index, step: steps[index] }, { most: work.items.most, durations }),
  }));
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

function planPolls(
  { source, steps }: Job,
  { index, step: engineStep }: { readonly index: number; readonly step: EngineStep | undefined },
  { most, durations }: { readonly most: number; readonly durations: DurationStore },
): PlannedPolls | null {
  const step = steps[index];
  const requests = step === undefined ? [] : requestsOfStep(step, givenKind(source));
  const poll = requests.find(({ isPoll }) => isPoll);
  const operation = engineStep?.operation;
  if (poll === undefined || operation?.shape !== 'remote') return null;
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
