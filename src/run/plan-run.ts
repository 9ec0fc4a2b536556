import type { EffectCount } from '../core/effect-count.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import { countEffects } from '../engine/consent.ts';
import { Halt } from '../engine/run-stop.ts';
import { chunkSize } from '../engine/send/send-chunk.ts';
import { checkSelection } from '../engine/walk/guards.ts';
import type { Job } from '../job/job-schema.ts';
import { checkList } from './check-list.ts';
import { checkProject } from './check-project.ts';
import { countSelection, type SelectionCount } from './count-selection.ts';
import { guardsOf, selectionOf, settingsOf, stepsOf } from './job-parts.ts';
import { projectsOf } from './job-projects.ts';
import type { OpenProject } from './project-services.ts';
import type { RunContext } from './run-request.ts';
import { haltFor, openSession, type Session } from './run-session.ts';
import { sourcePlace } from './source-of.ts';
import { createTwoClocks } from './two-clocks.ts';

/** What a run would do, counted. */
export interface Plan extends SelectionCount {
  /** Requests that a run would need, without retries, re-checks and questions about jobs. */
  readonly requestsEstimate: number;
  /** True where jobs inside the service are asked about until they end: as often as they take. */
  readonly followsJobs: boolean;
  /** What a run would ask for: everything that cannot be undone or is paid for, at most. */
  readonly effects: readonly EffectCount[];
  /** What its paid steps would buy. */
  readonly paid: readonly PlannedPaid[];
  /** Why a run would stop before its first step, in words; null where none of its guards would. */
  readonly guard: string | null;
  /** The projects that a run would work on, the default one first. */
  readonly projects: readonly PlannedProject[];
}

/** What is paid for by the item. */
export interface PlannedPaid {
  /** As in a job's `limits.paid`. */
  readonly name: string;
  /** Items that may be paid for, without the limit. */
  readonly most: number;
  /** null where the job has no limit for it. */
  readonly limit: number | null;
}

/** A project by its name in the job, and by its key. */
export interface PlannedProject {
  /** null for the default project. */
  readonly name: string | null;
  readonly publicKey: string;
}

/** Walks the source and counts; sends nothing that writes and leaves nothing behind. */
export function planRun(job: Job, context: RunContext): Promise<Plan> {
  return withCleanup(async (defer) => {
    checkProject(job, context.connection);
    const halt = new Halt();
    defer(haltFor(context, halt));
    const projects = projectsOf(job, context);
    await checkList(job, { files: context.world.files, inputPath: null }, halt.signal);
    const session = await openSession(job, {
      context,
      projects,
      halt,
      catalog: null,
      shares: new Map(),
    });
    defer(() => session.services.close());
    return planOf(job, session);
  });
}

async function planOf(job: Job, { context, halt, services }: Session): Promise<Plan> {
  const source = services.of(job.source.project);
  const steps = stepsOf(job, services, { context, run: 'plan', others: null });
  const time = { service: services.clock, machine: context.world.clock };
  const selection = selectionOf(job, sourcePlace(context, source, null), {
    now: createTwoClocks(steps, time).now(null),
    readsAtOnce: settingsOf(job, context).concurrency,
  });
  const count = await countSelection(selection, halt.signal);
  const requests = steps.map(({ operation }) => Math.ceil(count.selected / chunkSize(operation)));
  const effects = countEffects(steps, count.selected);
  return {
    ...count,
    requestsEstimate: services.all.length + count.pages + count.reads + sum(requests),
    followsJobs: steps.some(({ operation }) => operation.shape === 'remote'),
    effects,
    paid: effects.flatMap(plannedPaid),
    guard: checkSelection(guardsOf(job), { ...count, effects }),
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
