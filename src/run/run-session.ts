import { DEFAULT_API_VERSION } from '../core/api-version.ts';
import { createRedactor } from '../core/redact-secrets.ts';
import type { RunId } from '../core/run.ts';
import { runJob } from '../engine/run-job.ts';
import type { RunStop } from '../engine/run-stop.ts';
import { AnswerTimes } from '../engine/service-state/answer-times.ts';
import type { Job } from '../job/job-schema.ts';
import type { Catalog } from '../ledger/catalog.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PlanKeys } from '../ledger/plan-keys.ts';
import type { Reserve } from '../ledger/reserve.ts';
import type { JobCode } from '../operations/own-facts.ts';
import { findRejects } from '../state/find-rejects.ts';
import { createDurationStore } from '../state/learned-durations.ts';
import type { OtherWorks } from '../state/other-works.ts';
import type { RateShare } from '../state/rate-share.ts';
import { statePaths } from '../state/state-paths.ts';
import { createConcurrency } from './adaptive-concurrency.ts';
import { askAndWait, askPerson } from './ask-person.ts';
import { CdnHosts } from './cdn-host-watch.ts';
import { checkReach } from './check-reach.ts';
import { loadJobCode } from './code-of-run.ts';
import { startDurationLimit } from './duration-limit.ts';
import { createSweeps } from './find-sweep-items.ts';
import { createRunHooks } from './item-hooks.ts';
import { createSelection, createSteps } from './job-parts.ts';
import type { JobProject } from './job-projects.ts';
import { joinFleet } from './join-fleet.ts';
import { LiveControl } from './live-control.ts';
import { markActive } from './mark-active.ts';
import { createStorages, openJobBuckets, type Storages } from './open-buckets.ts';
import {
  openServices,
  type ProjectServices,
  saveRates,
  withRateSaving,
} from './project-services.ts';
import { RunCosts } from './run-costs.ts';
import { nameSteps, readEndFacts } from './run-end.ts';
import { selectPlanned } from './run-plan.ts';
import type { RunContext, RunEnd } from './run-request.ts';
import { RunSamples } from './run-samples.ts';
import { createGuards, createSettings } from './run-settings.ts';
import { createSourceContext } from './source-context.ts';
import { readSourceQuery, type SourceQuery } from './source-query.ts';
import { Traffic } from './traffic.ts';
import { createTwoClocks } from './two-clocks.ts';
import { settleInventory } from './use-inventory.ts';

/** The resources that a process needs to work on a run. */
export interface Session {
  readonly context: RunContext;
  readonly runStop: RunStop;
  readonly control: LiveControl;
  readonly services: ProjectServices;
  readonly traffic: Traffic;
  readonly costs: RunCosts;
  readonly cdnHosts: CdnHosts;
  /** The job with the facts about its loaded code. */
  readonly job: Job;
  readonly code: JobCode;
  readonly storages: Storages;
  /** The query of the job's URLs; null if the job has none. */
  readonly query: SourceQuery | null;
}

/** Opens the projects of a run, checks their keys, and finds out the service's time. */
export async function openSession(
  given: Job,
  opening: {
    context: RunContext;
    projects: readonly JobProject[];
    runStop: RunStop;
    catalog: Catalog | null;
    shares: ReadonlyMap<string, RateShare>;
    /** Null for a plan. */
    run: RunId | null;
    joinedAt: number;
    /** The ledger of a resumed run. A new run has none yet. */
    ledger?: Ledger;
  },
): Promise<Session> {
  const { context, runStop, catalog } = opening;
  const query = readSourceQuery(given, context);
  const secrets = query?.secrets ?? [];
  context.onSecrets?.(secrets);
  await context.checkJob?.(given);
  checkReach(given, context.connection);
  const { job, code } = await loadJobCode(given, context);
  const control = new LiveControl({ ...opening, job, table: catalog?.controls ?? null });
  const storages = createStorages({ context, runStop, control }, opening.run);
  await openJobBuckets(job, storages).catch((error: unknown) => {
    control.close();
    throw error;
  });
  const traffic = new Traffic();
  const cdnHosts = new CdnHosts();
  const costs = new RunCosts(job, { runStop, traffic });
  if (opening.ledger !== undefined) costs.saveTo(opening.ledger);
  const budget = job.limits.requests;
  const opened = openServices(opening.projects, {
    ...opening,
    control,
    cdnHosts,
    secrets,
    apiVersion: job.apiVersion ?? DEFAULT_API_VERSION,
    mayRequest() {
      if (budget !== undefined && traffic.requests >= budget) {
        const message = `The budget of ${budget} requests (limits.requests) is spent.`;
        runStop.stop({ kind: 'budget', message });
        return false;
      }
      const may = costs.mayRequest();
      const count = (isAllowed: boolean) => {
        if (isAllowed) traffic.countRequest(1);
        return isAllowed;
      };
      return typeof may === 'boolean' ? count(may) : may.then(count);
    },
    onUnsent() {
      costs.unsent();
      traffic.countRequest(-1);
    },
    onAnswer: ({ throttled }) => {
      if (throttled) traffic.countThrottled();
    },
  });
  opened.catch(() => control.close());
  const services = await opened;
  const facts = { traffic, costs, cdnHosts, job, code, query };
  return { context, runStop, control, services, storages, ...facts };
}

/** Closes the gates of a session, and stops reading what people ask of the run. */
export async function closeSession({ services, control }: Session): Promise<void> {
  control.close();
  await services.close();
}

/** Works on the run until it ends or stops. Returns how it ended. */
export async function workOnRun(
  session: Session,
  work: {
    ledger: Ledger;
    catalog: Catalog;
    others: OtherWorks;
    reserve: Reserve;
    /** The items of the run's plan; null if the run has its own selection. */
    planKeys: PlanKeys | null;
    resumed: boolean;
  },
): Promise<RunEnd> {
  const { context, runStop, control, services, storages } = session;
  const { traffic, costs, cdnHosts, job, code, query } = session;
  const { ledger, catalog, resumed } = work;
  const { world } = context;
  const startedAt = world.clock.monotonic();
  traffic.saveTo(ledger);
  cdnHosts.saveTo(ledger);
  costs.saveTo(ledger);
  const { runId, createdAt } = ledger.run.get();
  const others = { works: work.others, startedAt: createdAt };
  const fleet = await joinFleet({ ...session, job, run: runId });
  const place = { context, run: runId, code, storages, others, fleet, query };
  const steps = createSteps(job, services, place);
  const clocks = createTwoClocks(steps, { service: services.clock, machine: world.clock });
  const samples = new RunSamples(session, ledger);
  markActive({ ledger, job, runStop, clocks, samples });
  const run = ledger.run.get();
  context.listener({ kind: 'run-started', run: runId, resumed, counts: ledger.items.counts() });
  const settings = createSettings(job, context);
  const concurrency = createConcurrency({
    most: () => control.maxInFlight(),
    needed: () => Math.max(services.neededInFlight(), fleet?.capacity() ?? 0),
    answered: () => services.answered(),
    clock: world.clock,
    reserve: work.reserve,
  });
  const saving = { catalog, context, cap: () => control.maxRate() };
  const listed = { run: run.runId, since: ledger.listingSince.get()?.from ?? null };
  const source = services.of(job.source.project);
  const own = createSelection(
    job,
    createSourceContext(context, source, { ...listed, code, ...storages }),
    {
      now: clocks.now(run.asOf),
      readsAtOnce: concurrency,
    },
  );
  const selection = selectPlanned(own, { keys: work.planKeys, ledger, clock: world.clock });
  const answerTimes = new AnswerTimes();
  const hooks = createRunHooks(context, job.steps);
  const dispose = startDurationLimit(job.limits.duration, { ...world, runStop });
  const ended = runJob({
    ledger,
    selection,
    steps,
    guards: createGuards(job),
    settings,
    concurrency,
    sweeps: createSweeps(job, {
      ledger: statePaths(context.stateDirectory).ledger(runId),
      services,
      projects: services.all,
      signal: runStop.signal,
    }),
    clock: world.clock,
    serverNow: () => services.clock.now(),
    isClockUntrusted: () => services.clock.isUntrusted(),
    clocksFault: () => clocks.fault(),
    random: world.random,
    answerTimes,
    durations: createDurationStore(context, catalog),
    crash: world.crash,
    runStop,
    abort: context.abort,
    receiveLate: fleet && ((settle) => fleet.receiveLate(settle)),
    listener: withRateSaving(services, saving),
    hooks,
    inTurn: (claim) => work.others.inTurn(claim, runStop.signal),
    redact: createRedactor([
      ...services.all.map(({ connection }) => connection.secretKey),
      ...(query?.secrets ?? []),
    ]),
    confirm: (question) => askPerson(session, { ...work, job, question, steps }),
    async confirmCanary(report, wasAsked) {
      const asking = { ...report, run: runId, jobName: run.jobName, wasAsked };
      const { confirmCanary } = context;
      if (confirmCanary === undefined) return 'unanswered';
      return askAndWait(context, () => confirmCanary(asking, runStop.signal));
    },
  });
  const { state, counts } = await ended
    .finally(dispose)
    .finally(() => hooks?.end())
    .finally(() => samples.end())
    .finally(() => fleet?.leave());
  if (state === 'finished') await cdnHosts.askForMissing(services.all, world.clock);
  saveRates(services, saving);
  costs.end();
  return {
    run: run.runId,
    jobName: run.jobName,
    state,
    counts,
    stop: state === 'finished' ? null : runStop.reason,
    ...readEndFacts(job, ledger, { ...run, samples: ledger.activity.samples() }),
    answerTimes: nameSteps(job, answerTimes.summary()),
    rejects: findRejects(statePaths(context.stateDirectory), runId),
    inventory: await settleInventory(ledger.run.get(), context),
    requests: traffic.requests,
    requestsOfRun: ledger.run.get().requests,
    throttled: traffic.throttled,
    elapsedMs: world.clock.monotonic() - startedAt,
  };
}
