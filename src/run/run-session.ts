import { DEFAULT_API_VERSION } from '../core/api-version.ts';
import type { ConfirmAnswer, ConsentQuestion } from '../core/consent.ts';
import { present } from '../core/present.ts';
import { createRedactor } from '../core/redact-secrets.ts';
import { needsConsent } from '../engine/consent.ts';
import { runJob } from '../engine/run-job.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { EngineStep } from '../engine/tasks/step-items.ts';
import type { Job } from '../job/job-schema.ts';
import type { Catalog } from '../ledger/catalog.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Reserve } from '../ledger/reserve.ts';
import { createDurationStore } from '../state/learned-durations.ts';
import type { OtherWorks } from '../state/other-works.ts';
import type { RateShare } from '../state/rate-share.ts';
import { createConcurrency, mostInFlight } from './adaptive-concurrency.ts';
import { CdnHosts } from './cdn-host-watch.ts';
import { startDurationLimit } from './duration-limit.ts';
import { createGuards, createSelection, createSettings, createSteps } from './job-parts.ts';
import type { JobProject } from './job-projects.ts';
import {
  openServices,
  type ProjectServices,
  saveRates,
  withRateSaving,
} from './project-services.ts';
import { readEndFacts } from './run-end.ts';
import type { RunContext, RunEnd } from './run-request.ts';
import { createSourceContext } from './source-context.ts';
import { createTwoClocks, type TwoClocks } from './two-clocks.ts';

/** The resources that a process needs to work on a run. */
export interface Session {
  readonly context: RunContext;
  readonly runStop: RunStop;
  readonly services: ProjectServices;
  readonly traffic: Traffic;
  readonly cdnHosts: CdnHosts;
}

/** Counts the requests of this process. As soon as the run has a ledger, the counts are saved there. */
export class Traffic {
  requests = 0;
  throttled = 0;
  #ledger: Ledger | null = null;

  /** Adds the counts so far to the ledger, and later ones as requests are sent. */
  saveTo(ledger: Ledger): void {
    this.#ledger = ledger;
    ledger.countTraffic({ requests: this.requests, throttled: this.throttled });
  }

  /** Adds 1 for a request that is about to be sent, or -1 if it was not sent after all. */
  countRequest(change: 1 | -1): void {
    this.requests += change;
    this.#ledger?.countTraffic({ requests: change, throttled: 0 });
  }

  /** Counts one answer with status 429. */
  countThrottled(): void {
    this.throttled += 1;
    this.#ledger?.countTraffic({ requests: 0, throttled: 1 });
  }
}

/** Stops the run when `drain` or `abort` aborts; returns a function that removes the listeners. */
export function stopOnSignals(
  { drain, abort, stoppedBy }: RunContext,
  runStop: RunStop,
): () => void {
  const stop = () => runStop.stop({ kind: 'user', by: stoppedBy?.() ?? null });
  const signals = [drain, abort];
  for (const signal of signals) {
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  }
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', stop);
  };
}

/** Opens the projects of a run, checks their keys, and finds out the service's time. */
export async function openSession(
  job: Job,
  opening: {
    context: RunContext;
    projects: readonly JobProject[];
    runStop: RunStop;
    catalog: Catalog | null;
    shares: ReadonlyMap<string, RateShare>;
  },
): Promise<Session> {
  const { context, runStop } = opening;
  const traffic = new Traffic();
  const cdnHosts = new CdnHosts();
  const budget = job.limits.requests;
  const services = await openServices(opening.projects, {
    ...opening,
    cdnHosts,
    apiVersion: job.apiVersion ?? DEFAULT_API_VERSION,
    maxRate: context.rate ?? job.limits.rate,
    mayRequest() {
      if (budget !== undefined && traffic.requests >= budget) {
        const message = `The budget of ${budget} requests (limits.requests) is spent.`;
        runStop.stop({ kind: 'budget', message });
        return false;
      }
      traffic.countRequest(1);
      return true;
    },
    onUnsent: () => traffic.countRequest(-1),
    onAnswer: ({ throttled }) => {
      if (throttled) traffic.countThrottled();
    },
  });
  return { context, runStop, services, traffic, cdnHosts };
}

/** Works on the run until it ends or stops. Returns how it ended. */
export async function workOnRun(
  session: Session,
  work: {
    ledger: Ledger;
    job: Job;
    catalog: Catalog;
    others: OtherWorks;
    reserve: Reserve;
    resumed: boolean;
  },
): Promise<RunEnd> {
  const { context, runStop, services, traffic, cdnHosts } = session;
  const { ledger, job, catalog } = work;
  const source = services.of(job.source.project);
  const serverNow = () => services.clock.now();
  const { world } = context;
  const startedAt = world.clock.monotonic();
  traffic.saveTo(ledger);
  cdnHosts.saveTo(ledger);
  const { runId, createdAt } = ledger.run.get();
  const others = { works: work.others, startedAt: createdAt };
  const steps = createSteps(job, services, { context, run: runId, others });
  const clocks = createTwoClocks(steps, { service: services.clock, machine: world.clock });
  markActive({ ledger, job, runStop, clocks });
  const run = ledger.run.get();
  const { resumed } = work;
  context.listener({ kind: 'run-started', run: run.runId, resumed, counts: ledger.items.counts() });
  const settings = createSettings(job, context);
  const concurrency = createConcurrency({
    most: mostInFlight(job, context),
    needed: () => services.neededInFlight(),
    answered: () => services.answered(),
    clock: world.clock,
    reserve: work.reserve,
  });
  const saving = { catalog, context, cap: context.rate ?? job.limits.rate };
  const selection = createSelection(job, createSourceContext(context, source, run.runId), {
    now: clocks.now(run.asOf),
    readsAtOnce: concurrency,
  });
  const dispose = startDurationLimit(job.limits.duration, { clock: world.clock, runStop });
  const ended = runJob({
    ledger,
    selection,
    steps,
    guards: createGuards(job),
    settings,
    concurrency,
    clock: world.clock,
    serverNow,
    isClockUntrusted: () => services.clock.isUntrusted(),
    clocksFault: () => clocks.fault(),
    random: world.random,
    durations: createDurationStore(context, catalog),
    crash: world.crash,
    runStop,
    abort: context.abort,
    listener: withRateSaving(services, saving),
    inTurn: (claim) => work.others.inTurn(claim, runStop.signal),
    redact: createRedactor(services.all.map(({ connection }) => connection.secretKey)),
    confirm: (question) => confirm(session, { ...work, question, steps }),
    async confirmCanary(report, wasAsked) {
      const { runId, jobName } = run;
      return toAnswer(
        (await context.confirmCanary?.({ ...report, run: runId, jobName, wasAsked })) ??
          'unanswered',
      );
    },
  });
  const { state, counts } = await ended.finally(dispose);
  saveRates(services, saving);
  return {
    run: run.runId,
    jobName: run.jobName,
    state,
    counts,
    stop: state === 'finished' ? null : runStop.reason,
    ...readEndFacts(job, ledger, run),
    requests: traffic.requests,
    throttled: traffic.throttled,
    elapsedMs: world.clock.monotonic() - startedAt,
  };
}

/**
 * Records that a process works on the run. If the service's and the machine's clock agree, also records the
 * start of the run.
 */
function markActive(
  life: Pick<Session, 'runStop'> & { ledger: Ledger; job: Job; clocks: TwoClocks },
): void {
  const { ledger, job, runStop, clocks } = life;
  const fault = clocks.fault();
  if (fault !== null) runStop.stop({ kind: 'fatal', failure: fault });
  ledger.transaction(() => {
    ledger.run.setState('active', null, null);
    if (fault === null) ledger.run.setAsOf(clocks.now(null).earliest);
    ledger.run.setJob(job);
  });
}

async function confirm(
  { context, services }: Session,
  asked: {
    job: Job;
    steps: readonly EngineStep[];
    ledger: Ledger;
    question: ConsentQuestion;
  },
): Promise<ConfirmAnswer> {
  const { job, steps, ledger, question } = asked;
  if (!job.guard.confirm) return 'yes';
  const { runId, jobName } = ledger.run.get();
  const touched = job.steps.filter((_, index) => hasConsentEffect(steps[index]));
  const projects = [...new Set(touched.map(({ project }) => services.of(project)))];
  const answer = await context.confirm({
    ...question,
    run: runId,
    jobName,
    projects: projects.map(({ name, connection }) => ({
      publicKey: connection.publicKey,
      ...present({ name }),
    })),
  });
  return toAnswer(answer);
}

function toAnswer(answer: ConfirmAnswer | boolean): ConfirmAnswer {
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  return answer;
}

function hasConsentEffect(step: EngineStep | undefined): boolean {
  return step !== undefined && needsConsent(step);
}
