import type { EffectCount } from '../core/effect-count.ts';
import { present } from '../core/present.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import { countEffects } from '../engine/consent.ts';
import { RunStop } from '../engine/run-stop.ts';
import type { EngineStep } from '../engine/tasks/step-items.ts';
import { checkSelection } from '../engine/walk/guards.ts';
import type { Selection } from '../engine/walk/selection.ts';
import type { UsedInventory } from '../inventory/inventory-age.ts';
import type { Job } from '../job/job-schema.ts';
import { sourceDescriptor } from '../job/source-schemas.ts';
import { Catalog, findCatalogFault } from '../ledger/catalog.ts';
import { planCost } from '../plans/planned-cost.ts';
import { createDurationStore } from '../state/learned-durations.ts';
import { statePaths } from '../state/state-paths.ts';
import { checkList } from './check-list.ts';
import { checkProject } from './check-project.ts';
import { type CountedPage, countSelection } from './count-selection.ts';
import { explainEarlyStop } from './early-stop.ts';
import { ExpiryWatch } from './expiry-watch.ts';
import { createSelection, createSteps } from './job-parts.ts';
import { resolveProjects } from './job-projects.ts';
import { type FindOtherResults, openOtherResults } from './other-results.ts';
import type { Plan, PlannedPaid, PlannedProject } from './plan.ts';
import { BucketRequestPlan } from './plan-bucket-requests.ts';
import { DoneBeforePlan } from './plan-done-before.ts';
import { chooseRate, planDuration, planSchedule, waitForJobs } from './plan-pace.ts';
import { planSteps, requestsPerItem, totalRequests } from './plan-steps.ts';
import type { OpenProject } from './project-services.ts';
import { warnOfLowLimit } from './run-costs.ts';
import type { RunContext } from './run-request.ts';
import { closeSession, openSession, type Session } from './run-session.ts';
import { createGuards } from './run-settings.ts';
import { findSince } from './since.ts';
import { createSourceContext } from './source-context.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { createTwoClocks } from './two-clocks.ts';
import { findInventory } from './use-inventory.ts';

/**
 * Lists the source and counts the items. Sends no request that changes something and none for a single file,
 * and leaves no files on the disk. `onPage` receives the items of each page.
 */
export function planRun(
  job: Job,
  context: RunContext,
  onPage?: (page: CountedPage) => void | Promise<void>,
): Promise<Plan> {
  return withCleanup(async (defer) => {
    checkProject(job, context.connection);
    warnOfLowLimit(job, context);
    const runStop = new RunStop();
    defer(stopOnSignals(context, runStop));
    const projects = resolveProjects(job, context);
    await checkList(job, { files: context.world.files, inputPath: null }, runStop.signal);
    const place = { path: statePaths(context.stateDirectory), projects, world: context.world };
    const inventory = await findInventory(job, place, runStop.signal);
    const catalog = await openCatalog(context);
    defer(() => catalog?.close());
    const opening = { context, projects, runStop, catalog, shares: new Map(), run: null };
    const start = { job, clock: context.world.clock, runStop, resumed: null, isRepeatable: true };
    const session = await explainEarlyStop(start, openSession(job, { ...opening, joinedAt: 0 }));
    defer(() => closeSession(session));
    const others = openOtherResults({ run: null, job }, context);
    defer(() => others.close());
    const found = { catalog, inventory, findOthers: others.find };
    return createPlan(session, { ...found, ...present({ onPage }) });
  });
}

/** Opens the catalog if it exists and is good. Does not create or repair it. */
export async function openCatalog({
  world,
  stateDirectory,
}: Pick<RunContext, 'world' | 'stateDirectory'>): Promise<Catalog | null> {
  const { catalog } = statePaths(stateDirectory);
  if (!(await world.files.exists(catalog)) || findCatalogFault(catalog) !== null) return null;
  return Catalog.open(catalog, () => undefined);
}

async function createPlan(
  session: Session,
  {
    catalog,
    inventory,
    findOthers,
    onPage,
  }: {
    catalog: Catalog | null;
    inventory: UsedInventory | null;
    findOthers: FindOtherResults;
    onPage?: (page: CountedPage) => void | Promise<void>;
  },
): Promise<Plan> {
  const { context, runStop, services, storages, job, code } = session;
  const source = services.of(job.source.project);
  const steps = createSteps(job, services, {
    context,
    run: 'plan',
    code,
    storages,
    others: null,
    query: null,
  });
  const time = { service: services.clock, machine: context.world.clock };
  const paths = statePaths(context.stateDirectory);
  const since = findSince(job, { paths, context });
  const listing = { run: null, since: since?.from ?? null, code, ...storages };
  const selection = createSelection(job, createSourceContext(context, source, listing), {
    now: createTwoClocks(steps, time).now(null),
    readsAtOnce: () => 1,
  });
  const durations = catalog === null ? NO_DURATIONS : createDurationStore(context, catalog);
  const planned = (least: number, most: number) =>
    planSteps(job, steps, { items: { least, most }, durations });
  const rate = chooseRate(job, context, { project: source, catalog });
  const perItem = requestsPerItem(planned(ENOUGH, ENOUGH), ENOUGH);
  const expiry = new ExpiryWatch({
    now: services.clock.now(),
    rate: rate.perSecond,
    requestsPerItem: perItem,
  });
  const bucketPlan = new BucketRequestPlan(job);
  const doneBefore = new DoneBeforePlan(job, findOthers);
  const count = await countSelection(selection, {
    signal: runStop.signal,
    listener: context.listener,
    countsAll: job.guard.maxShare !== undefined,
    async onPage(page) {
      const items = [...page.selected, ...page.open];
      expiry.add(items, page.pagesExpected);
      bucketPlan.add(items);
      doneBefore.add(items);
      await onPage?.(page);
    },
  });
  const selectedAtMost = count.selected + count.open.count;
  const effects = countEffects(steps, selectedAtMost);
  const plannedSteps = planned(count.selected, selectedAtMost);
  // A run that uses an inventory lists its pages only before deletes.
  const listsPages =
    sourceDescriptor(job.source).lists === 'service' &&
    (inventory === null || steps.some(({ operation }) => operation.destructive));
  const listRequests = listsPages ? count.pages : 0;
  const requestsEstimate =
    services.all.length + listRequests + count.reads + totalRequests(plannedSteps);
  const { listed, selected } = count;
  const certain = checkSelection(createGuards(job), {
    selected,
    listed,
    effects: countEffects(steps, selected),
  });
  const lastJobMs = selectedAtMost === 0 ? 0 : waitForJobs(plannedSteps);
  return {
    ...count,
    selectedAtMost,
    steps: plannedSteps,
    requestsEstimate,
    followsJobs: steps.some(({ operation }) => operation.shape === 'remote'),
    readsPerFile: readsPerFile(job, selection),
    duration: planDuration(requestsEstimate, { rate, lastJobMs }),
    ...present({ schedule: planSchedule(job, context, { requestsEstimate, rate, lastJobMs }) }),
    expiry: needsFiles(steps) && expiry.risk.unstored > 0 ? expiry.risk : null,
    effects,
    paid: effects.flatMap(plannedPaid),
    ...present({ cost: planCost(job, { steps: plannedSteps, requests: requestsEstimate }) }),
    guard:
      certain ?? checkSelection(createGuards(job), { selected: selectedAtMost, listed, effects }),
    isGuardCertain: certain !== null,
    inventory,
    ...present({ since }),
    listRequests,
    doneBefore: doneBefore.steps,
    ...present({ bucketRequests: bucketPlan.total(count.pages) ?? undefined }),
    projects: services.all.map(plannedProject),
  };
}

function readsPerFile({ source: options }: Job, { source }: Selection): number | null {
  // A read shows a removed file too, so it can't tell which removed files the listing would contain.
  const listsRemoved = options.kind === 'files' && options.files.removed === true;
  if (source.lookUp === undefined || listsRemoved) return null;
  return source.stillFinds === undefined ? 1 : 2;
}

/** A number of items at which partly filled batches no longer influence the requests per item. */
const ENOUGH = 1_000_000;

const NO_DURATIONS = { learned: () => null, keep: () => undefined };

/** True if a step other than a delete needs the files of the source. */
function needsFiles(steps: readonly EngineStep[]): boolean {
  return steps.some(({ operation, fileFrom }) => !operation.destructive && fileFrom === null);
}

function plannedPaid({ kind, name, count, limit }: EffectCount): PlannedPaid[] {
  return kind === 'pay' ? [{ name, most: count, limit }] : [];
}

function plannedProject({ name, connection }: OpenProject): PlannedProject {
  return { name: name ?? null, publicKey: connection.publicKey };
}
