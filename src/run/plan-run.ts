import type { ItemKey } from '../core/item.ts';
import { chunkSizeOf } from '../engine/chunk-answers.ts';
import { checkSelection } from '../engine/guards.ts';
import { Halt } from '../engine/halt.ts';
import { selectItems } from '../engine/selection.ts';
import type { Job } from '../job/job-schema.ts';
import { loopingListing } from '../ledger/page-table.ts';
import { checkList } from './check-list.ts';
import { checkProject } from './check-project.ts';
import { guardsOf, selectionOf, stepsOf } from './job-parts.ts';
import { projectsOf } from './job-projects.ts';
import type { OpenProject } from './project-services.ts';
import type { RunContext } from './run-request.ts';
import { haltFor, openSession, type Session } from './run-session.ts';
import { sourcePlace } from './source-of.ts';
import { withCleanup } from './with-cleanup.ts';

/** What a run would do, counted. */
export interface Plan {
  readonly listed: number;
  readonly selected: number;
  readonly pages: number;
  /** Requests that a run would need, without retries and re-checks. */
  readonly requestsEstimate: number;
  /** The first selected items, to look at. */
  readonly sample: readonly ItemKey[];
  /** Why a run would stop before its first step, in words; null where none of its guards would. */
  readonly guard: string | null;
  /** The projects that a run would work on, the default one first. */
  readonly projects: readonly PlannedProject[];
}

/** A project by its name in the job, and by its key. */
export interface PlannedProject {
  /** null for the default project. */
  readonly name: string | null;
  readonly publicKey: string;
}

const SAMPLE_SIZE = 10;

/** Walks the source and counts; sends nothing that writes and leaves nothing behind. */
export function planRun(job: Job, context: RunContext): Promise<Plan> {
  return withCleanup(async (defer) => {
    checkProject(job, context.connection);
    const halt = new Halt();
    defer(haltFor(context, halt));
    const projects = projectsOf(job, context);
    await checkList(job, context.world.files);
    const session = await openSession(job, {
      context,
      projects,
      halt,
      catalog: null,
      shares: new Map(),
    });
    defer(() => session.services.close());
    return countSelection(job, session);
  });
}

async function countSelection(job: Job, { context, halt, services }: Session): Promise<Plan> {
  const source = services.of(job.source.project);
  const selection = selectionOf(
    job,
    sourcePlace(context, source, null),
    source.service.serverNow(),
  );
  const plan = { listed: 0, selected: 0, pages: 0 };
  const sample: ItemKey[] = [];
  let known: ReadonlySet<ItemKey> = new Set();
  let cursor: string | null = null;
  const walked = new Set<string | null>();
  do {
    if (walked.has(cursor)) throw loopingListing(cursor);
    walked.add(cursor);
    halt.signal.throwIfAborted();
    const page = await selection.source.readPage(cursor, halt.signal);
    const items = selectItems(page.candidates, selection, known);
    sample.push(...items.slice(0, SAMPLE_SIZE - sample.length).map(({ key }) => key));
    plan.listed += page.candidates.length;
    plan.selected += items.length;
    plan.pages += 1;
    known = new Set(page.candidates.map(({ key }) => key));
    cursor = page.next;
  } while (cursor !== null);
  const perStep = stepsOf(job, services, { context, run: 'plan', earlier: null }).map(
    ({ operation }) => Math.ceil(plan.selected / chunkSizeOf(operation)),
  );
  const requestsEstimate =
    services.all.length + plan.pages + perStep.reduce((sum, requests) => sum + requests, 0);
  const guard = checkSelection(guardsOf(job), plan);
  return { ...plan, requestsEstimate, sample, guard, projects: services.all.map(plannedProject) };
}

function plannedProject({ name, connection }: OpenProject): PlannedProject {
  return { name: name ?? null, publicKey: connection.publicKey };
}
