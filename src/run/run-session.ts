import type { ConfirmAnswer, ConsentQuestion } from '../core/consent.ts';
import { present } from '../core/present.ts';
import { createRedactor } from '../core/redact-secrets.ts';
import { needsConsent } from '../engine/consent.ts';
import { runJob } from '../engine/run-job.ts';
import type { Halt } from '../engine/run-stop.ts';
import type { EngineStep } from '../engine/tasks/step-items.ts';
import type { Job } from '../job/job-schema.ts';
import type { Catalog } from '../ledger/catalog.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createDurationStore } from '../state/learned-durations.ts';
import type { OtherWorks } from '../state/other-works.ts';
import type { RateShare } from '../state/rate-share.ts';
import { CdnHosts } from './cdn-host-watch.ts';
import { startDurationLimit } from './duration-limit.ts';
import { guardsOf, selectionOf, settingsOf, stepsOf } from './job-parts.ts';
import type { JobProject } from './job-projects.ts';
import { keepingRates, openServices, type ProjectServices, saveRates } from './project-services.ts';
import { endFacts } from './run-end.ts';
import type { RunContext, RunEnd } from './run-request.ts';
import { sourcePlace } from './source-of.ts';
import { createTwoClocks, type TwoClocks } from './two-clocks.ts';

/** What one process needs to work on a run. */
export interface Session {
  readonly context: RunContext;
  readonly halt: Halt;
  readonly services: ProjectServices;
  readonly traffic: Traffic;
  readonly cdnHosts: CdnHosts;
}

/** Requests of this process, as they happen, and the ledger they are counted in once there is one. */
export class Traffic {
  requests = 0;
  throttled = 0;
  #ledger: Ledger | null = null;

  /** Counts in the ledger from now on, and what came before there was one. */
  keepIn(ledger: Ledger): void {
    this.#ledger = ledger;
    ledger.countTraffic({ requests: this.requests, throttled: this.throttled });
  }

  /** Counts one physical request. */
  countRequest(): void {
    this.requests += 1;
    this.#ledger?.countTraffic({ requests: 1, throttled: 0 });
  }

  /** Counts one 429. */
  countThrottled(): void {
    this.throttled += 1;
    this.#ledger?.countTraffic({ requests: 0, throttled: 1 });
  }
}

/** Passes the user's stop, polite or not, on to the halt; gives the way to let go again. */
export function haltFor({ drain, abort, stoppedBy }: RunContext, halt: Halt): () => void {
  const stop = () => halt.stop({ kind: 'user', by: stoppedBy?.() ?? null });
  const signals = [drain, abort];
  for (const signal of signals) {
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  }
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', stop);
  };
}

/** Opens the projects of a run: good keys, and the service's clock. */
export async function openSession(
  job: Job,
  opening: {
    context: RunContext;
    projects: readonly JobProject[];
    halt: Halt;
    catalog: Catalog | null;
    shares: ReadonlyMap<string, RateShare>;
  },
): Promise<Session> {
  const { context, halt } = opening;
  const traffic = new Traffic();
  const cdnHosts = new CdnHosts();
  const budget = job.limits.requests;
  const services = await openServices(opening.projects, {
    ...opening,
    cdnHosts,
    maxRate: context.rate ?? job.limits.rate,
    mayRequest() {
      if (budget !== undefined && traffic.requests >= budget) {
        const message = `The budget of ${budget} requests (limits.requests) is spent.`;
        halt.stop({ kind: 'budget', message });
        return false;
      }
      traffic.countRequest();
      return true;
    },
    onAnswer: ({ throttled }) => {
      if (throttled) traffic.countThrottled();
    },
  });
  return { context, halt, services, traffic, cdnHosts };
}

/** Works on the run until it ends or stops, and says how. */
export async function workOnRun(
  session: Session,
  work: { ledger: Ledger; job: Job; catalog: Catalog; others: OtherWorks; resumed: boolean },
): Promise<RunEnd> {
  const { context, halt, services, traffic, cdnHosts } = session;
  const { ledger, job, catalog } = work;
  const source = services.of(job.source.project);
  const serverNow = () => services.clock.now();
  const { world } = context;
  const startedAt = world.clock.monotonic();
  traffic.keepIn(ledger);
  cdnHosts.keepIn(ledger);
  const { runId, createdAt } = ledger.run.get();
  const others = { works: work.others, startedAt: createdAt };
  const steps = stepsOf(job, services, { context, run: runId, others });
  const clocks = createTwoClocks(steps, { service: services.clock, machine: world.clock });
  beginLife({ ledger, job, halt, clocks });
  const run = ledger.run.get();
  const { resumed } = work;
  context.listener({ kind: 'run-started', run: run.runId, resumed, counts: ledger.items.counts() });
  const settings = settingsOf(job, context);
  const kept = { catalog, context, cap: context.rate ?? job.limits.rate };
  const dispose = startDurationLimit(job.limits.duration, { clock: world.clock, halt });
  const { state, counts } = await runJob({
    ledger,
    selection: selectionOf(job, sourcePlace(context, source, run.runId), {
      now: clocks.now(run.asOf),
      readsAtOnce: settings.concurrency,
    }),
    steps,
    guards: guardsOf(job),
    settings,
    clock: world.clock,
    serverNow,
    isClockUntrusted: () => services.clock.isUntrusted(),
    clocksFault: () => clocks.fault(),
    random: world.random,
    durations: createDurationStore(context, catalog),
    crash: world.crash,
    halt,
    abort: context.abort,
    listener: keepingRates(services, kept),
    inTurn: (claim) => work.others.inTurn(claim, halt.signal),
    redact: createRedactor(services.all.map(({ connection }) => connection.secretKey)),
    confirm: (question) => confirm(session, { ...work, question, steps }),
  });
  dispose();
  saveRates(services, kept);
  return {
    run: run.runId,
    jobName: run.jobName,
    state,
    counts,
    stop: state === 'finished' ? null : halt.reason,
    ...endFacts(job, ledger, run),
    requests: traffic.requests,
    throttled: traffic.throttled,
    elapsedMs: world.clock.monotonic() - startedAt,
  };
}

/** Records that a process works on the run, and when it began if the clocks agree on that. */
function beginLife(
  life: Pick<Session, 'halt'> & { ledger: Ledger; job: Job; clocks: TwoClocks },
): void {
  const { ledger, job, halt, clocks } = life;
  const fault = clocks.fault();
  if (fault !== null) halt.stop({ kind: 'fatal', failure: fault });
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
  const touched = job.steps.filter((_, place) => isTouching(steps[place]));
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
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  return answer;
}

function isTouching(step: EngineStep | undefined): boolean {
  return step !== undefined && needsConsent(step);
}
