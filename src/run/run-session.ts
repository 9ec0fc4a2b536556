import type { Halt } from '../engine/halt.ts';
import { runJob } from '../engine/run-job.ts';
import type { Job } from '../job/job-schema.ts';
import type { Catalog } from '../ledger/catalog.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { guardsOf, selectionOf, settingsOf, stepsOf } from './job-parts.ts';
import { openService, type Service } from './open-service.ts';
import type { RunContext, RunEnd } from './run-request.ts';
import { sourcePlace } from './source-of.ts';

/** What one process needs to work on a run. */
export interface Session {
  readonly context: RunContext;
  readonly halt: Halt;
  readonly service: Service;
  readonly traffic: Traffic;
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

/** A learned rate older than this says little about today's. */
const RATE_FRESH_MS = 7 * 24 * 3_600_000;

/** Passes the user's stop, polite or not, on to the halt; gives the way to let go again. */
export function haltFor({ drain, abort }: RunContext, halt: Halt): () => void {
  const stop = () => halt.stop({ kind: 'user' });
  const signals = [drain, abort];
  for (const signal of signals) {
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  }
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', stop);
  };
}

/** Opens the service for a run and asks it for the project: good keys, and the service's clock. */
export async function openSession(
  job: Job,
  opening: { context: RunContext; halt: Halt; catalog: Catalog | null },
): Promise<Session> {
  const { context, halt, catalog } = opening;
  const traffic = new Traffic();
  const budget = job.limits.requests;
  const service = openService({
    context,
    halt,
    maxRate: context.rate ?? job.limits.rate,
    learnedRate: learnedRate(context, catalog),
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
  try {
    await service.client.project.info(halt.signal);
  } catch (error) {
    await service.close();
    throw error;
  }
  return { context, halt, service, traffic };
}

/** Works on the run until it ends or stops, and says how. */
export async function workOnRun(
  session: Session,
  work: { ledger: Ledger; job: Job; catalog: Catalog; resumed: boolean },
): Promise<RunEnd> {
  const { context, halt, service, traffic } = session;
  const { ledger, job, catalog } = work;
  const { world } = context;
  const startedAt = world.clock.monotonic();
  traffic.keepIn(ledger);
  ledger.transaction(() => {
    ledger.run.setState('active', null, null);
    ledger.run.setAsOf(service.serverNow());
    ledger.run.setJob(job);
  });
  const run = ledger.run.get();
  context.listener({ kind: 'run-started', run: run.runId, resumed: work.resumed });
  const stopTimer = startDurationLimit(session, job.limits.duration);
  const { state, counts } = await runJob({
    ledger,
    selection: selectionOf(
      job,
      sourcePlace(context, service.client, run.runId),
      run.asOf ?? service.serverNow(),
    ),
    steps: stepsOf(job, { ...service, files: world.files, run: run.runId }, context),
    guards: guardsOf(job),
    settings: settingsOf(job, context),
    clock: world.clock,
    serverNow: () => service.serverNow(),
    random: world.random,
    crash: world.crash,
    halt,
    abort: context.abort,
    listener: context.listener,
    redact: (text) => text.replaceAll(context.connection.secretKey, '[secret key]'),
    confirm: (question) => confirm(session, { job, ...question }, ledger),
  });
  stopTimer();
  saveRate(session, catalog);
  return {
    run: run.runId,
    jobName: run.jobName,
    state,
    counts,
    stop: state === 'finished' ? null : halt.reason,
    reasons: ledger.outcomes.reasons(),
    requests: traffic.requests,
    throttled: traffic.throttled,
    elapsedMs: world.clock.monotonic() - startedAt,
  };
}

function learnedRate({ connection, world }: RunContext, catalog: Catalog | null) {
  const learned = catalog?.learnedRate(connection) ?? null;
  if (learned === null || world.clock.now() - learned.learnedAt > RATE_FRESH_MS) return undefined;
  return learned.rate;
}

/** The rate is a hint for the next run: that it can't be kept must not hide how this one ended. */
function saveRate({ context, service }: Session, catalog: Catalog): void {
  try {
    catalog.saveRate(context.connection, service.gate.state().rate, context.world.clock.now());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.log('warn', { error: why }, 'the learned rate could not be kept');
  }
}

function startDurationLimit({ context, halt }: Session, limitMs: number | undefined): () => void {
  if (limitMs === undefined) return () => undefined;
  const ended = new AbortController();
  void context.world.clock
    .sleep(limitMs, ended.signal)
    .then(() => halt.stop({ kind: 'duration', message: 'The run used its limits.duration.' }))
    .catch(() => undefined);
  return () => ended.abort();
}

async function confirm(
  { context }: Session,
  question: { job: Job; operation: string; items: number },
  ledger: Ledger,
): Promise<boolean> {
  if (!question.job.guard.confirm) return true;
  const { runId, jobName, publicKey } = ledger.run.get();
  const { operation, items } = question;
  return context.confirm({ run: runId, jobName, publicKey, operation, items });
}
