import type { EffectCount } from '../core/effect-count.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import { countEffects } from '../engine/consent.ts';
import { RunStop } from '../engine/run-stop.ts';
import { chunkSize } from '../engine/send/execute-task.ts';
import { checkSelection } from '../engine/walk/guards.ts';
import type { Job } from '../job/job-schema.ts';
import { createConcurrency, mostInFlight } from './adaptive-concurrency.ts';
import { checkList } from './check-list.ts';
import { checkProject } from './check-project.ts';
import { countSelection, type SelectionCount } from './count-selection.ts';
import { createGuards, createSelection, createSteps } from './job-parts.ts';
import { resolveProjects } from './job-projects.ts';
import type { OpenProject } from './project-services.ts';
import type { RunContext } from './run-request.ts';
import { openSession, type Session, stopOnSignals } from './run-session.ts';
import { createSourceContext } from './source-context.ts';
import { createTwoClocks } from './two-clocks.ts';

/** The number of deletes, payments and requests that a run would have. */
export interface Plan extends SelectionCount {
  /**
   * Estimated number of requests of a run. It does not include retries and the checks of pages before
   * deletes. It includes only one poll for each remote job.
   */
  readonly requestsEstimate: number;
  /** True if a step polls remote jobs. The run then needs more polls than `requestsEstimate` includes. */
  readonly followsJobs: boolean;
  /**
   * The deletes and payments for which a run would ask for confirmation, with their highest possible numbers.
   */
  readonly effects: readonly EffectCount[];
  /** The purchases of the run's paid steps. */
  readonly paid: readonly PlannedPaid[];
  /** Describes the guard that would stop the run before its first step; null if there is none. */
  readonly guard: string | null;
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

/**
 * Lists the source and counts the items. Sends no request that changes something, and leaves no files on the
 * disk.
 */
export function planRun(job: Job, context: RunContext): Promise<Plan> {
  return withCleanup(async (defer) => {
    checkProject(job, context.connection);
    const runStop = new RunStop();
    defer(stopOnSignals(context, runStop));
    const projects = resolveProjects(job, context);
    await checkList(job, { files: context.world.files, inputPath: null }, runStop.signal);
    const session = await openSession(job, {
      context,
      projects,
      runStop,
      catalog: null,
      shares: new Map(),
    });
    defer(() => session.services.close());
    return createPlan(job, session);
  });
}

async function createPlan(job: Job, { context, runStop, services }: Session): Promise<Plan> {
  const source = services.of(job.source.project);
  const steps = createSteps(job, services, { context, run: 'plan', others: null });
  const time = { service: services.clock, machine: context.world.clock };
  const selection = createSelection(job, createSourceContext(context, source, null), {
    now: createTwoClocks(steps, time).now(null),
    readsAtOnce: createConcurrency({
      most: mostInFlight(job, context),
      needed: () => services.neededInFlight(),
      answered: () => services.answered(),
      clock: context.world.clock,
    }),
  });
  const count = await countSelection(selection, {
    signal: runStop.signal,
    listener: context.listener ?? (() => undefined),
    countsAll: job.guard.maxShare !== undefined,
  });
  const requests = steps.map(({ operation }) => {
    const polls = operation.shape === 'remote' ? count.selected : 0;
    return Math.ceil(count.selected / chunkSize(operation)) + polls;
  });
  const effects = countEffects(steps, count.selected);
  return {
    ...count,
    requestsEstimate: services.all.length + count.pages + count.reads + sum(requests),
    followsJobs: steps.some(({ operation }) => operation.shape === 'remote'),
    effects,
    paid: effects.flatMap(plannedPaid),
    guard: checkSelection(createGuards(job), { ...count, effects }),
    projects: services.all.map(plannedProject),
  };
}

function plannedPaid({ kind, name, count, limit }: EffectCount): PlannedPaid[] {
  return kind === 'pay' ? [{ name, most: count, limit }] : [];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function plannedProject({ name, connection }: OpenProject): PlannedProject {
  return { name: name ?? null, publicKey: connection.publicKey };
}
