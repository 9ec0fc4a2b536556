import { type ApiVersion, DEFAULT_API_VERSION } from '../core/api-version.ts';
import { jobPriority } from '../core/priority.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import type { Files } from '../core/world.ts';
import { RunStop, type StopReason } from '../engine/run-stop.ts';
import type { Job } from '../job/job-schema.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { RunRecord } from '../ledger/run-table.ts';
import { withOpenReader, withReader } from '../ledger/with-reader.ts';
import { findRejects } from '../state/find-rejects.ts';
import { openOtherWorks } from '../state/other-works.ts';
import { createStateDirectory, type StatePaths, statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { mostInFlight } from './adaptive-concurrency.ts';
import { checkSameRun } from './check-same-run.ts';
import { explainEarlyStop } from './early-stop.ts';
import {
  type JobProject,
  jobVariables,
  resolveProjects,
  withPublicKeys,
  withStoredKeys,
} from './job-projects.ts';
import { jobToResume } from './job-to-resume.ts';
import { joinInWindow } from './join-projects.ts';
import { notePriceChange } from './run-costs.ts';
import { readEndFacts } from './run-end.ts';
import { reopenPlan } from './run-plan.ts';
import type { RunContext, RunEnd } from './run-request.ts';
import { closeSession, openSession, workOnRun } from './run-session.ts';
import { chooseOnConflict } from './run-settings.ts';
import { jobIdentity, runToResume } from './run-to-resume.ts';
import { RunWaits } from './run-waits.ts';
import { watchWindow } from './run-window.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { afterStop, beginWaiting, StoppedWaiting, waitForWindow } from './waiting-run.ts';

/** A run whose locks this process holds and whose ledger it has opened. Nothing was sent yet. */
export interface OpenedRun {
  readonly ledger: Ledger;
  /** Path of the ledger. */
  readonly path: string;
  readonly job: Job;
  readonly projects: readonly JobProject[];
  /** Waits for the window of the job, or throws if it is closed and the caller does not wait. */
  readonly enterWindow: () => Promise<void>;
}

/**
 * Resumes a run. `changed` is a new version of the job file, which may change guards and limits. If `run` is null, the
 * run is chosen: the newest unfinished run with the same job name and project as `changed`, or, without `changed`, the
 * only unfinished run. Returns the recorded end of a finished run. For a declined run, throws a `refused` error.
 */
export function resumeRun(
  wanted: RunId | null,
  caller: RunContext,
  changed?: Job,
): Promise<RunEnd> {
  return resumeReopened(wanted, caller, changed);
}

/** Like `resumeRun`. `reopen` first makes items pending again, or throws if it changes nothing. */
export function resumeReopened(
  wanted: RunId | null,
  caller: RunContext,
  changed?: Job,
  reopen?: (opened: OpenedRun) => Promise<void>,
): Promise<RunEnd> {
  return resume(wanted, caller, changed, reopen).catch((error: unknown) => {
    if (!(error instanceof StoppedWaiting)) throw error;
    return readStoppedEnd(statePaths(caller.stateDirectory), error.run, error.reason);
  });
}

function resume(
  wanted: RunId | null,
  caller: RunContext,
  changed: Job | undefined,
  reopen: ((opened: OpenedRun) => Promise<void>) | undefined,
): Promise<RunEnd> {
  const waits = new RunWaits();
  const context = waits.watching(caller);
  return withCleanup(async (defer) => {
    const { world, connection, limits } = context;
    const paths = await createStateDirectory(context.stateDirectory, world.files);
    const ofJob = changed === undefined ? null : jobIdentity(changed, connection);
    const run = await runToResume(wanted, context, ofJob);
    const kept = readRecord(paths, run);
    const isEnd = (end: RunEnd | null): end is RunEnd => end !== null && reopen === undefined;
    if (isEnd(kept.finished)) return kept.finished;
    checkSameRun(kept.record, run, connection);
    const storedRunJob = storedJob(kept.record);
    const wantedJob = changed ?? storedRunJob;
    const waiting = await beginWaiting(run, wantedJob, { paths, context, defer });
    const joining = waiting?.context ?? context;
    const projects = resolveProjects(withStoredKeys(changed, storedRunJob), context);
    const onConflict = chooseOnConflict(wantedJob, context);
    const most = mostInFlight(wantedJob, context);
    const priority = jobPriority(wantedJob);
    const place = { paths, run, projects, onConflict, priority, most, defer };
    const membership = await joinInWindow(wantedJob, joining, { ...place, resumed: run }).catch(
      (error: unknown) => {
        throw afterStop(error, run, waiting?.runStop);
      },
    );
    const { catalog, reserve, shares } = membership;
    const joinedAt = waiting?.since ?? membership.joinedAt;
    waiting?.end();
    // While this process waited for the lock, another process may have finished the run.
    const { finished } = readRecord(paths, run);
    if (isEnd(finished)) return finished;
    const ledger = Ledger.open(paths.ledger(run), {
      clock: world.clock,
      crash: world.crash,
      maxPages: limits?.ledgerMaxPages,
      reserve,
    });
    limits?.onOpen?.(() => ledger.close());
    defer(async () => {
      await world.crash('checkpoint');
      ledger.close();
    });
    const planKeys = await reopenPlan(ledger, { paths, run, files: world.files, defer });
    const job = await jobToResume(ledger, changed && withPublicKeys(changed, projects), {
      paths,
      files: world.files,
      acceptsChangedCode: context.acceptsChangedCode,
    });
    const enterWindow = () => waitForWindow(job, run, { context, catalog, joinedAt });
    await reopen?.({ ledger, job, path: paths.ledger(run), projects, enterWindow });
    const runStop = new RunStop();
    defer(stopOnSignals(context, runStop));
    waits.saveTo(ledger, runStop, context);
    const { clock } = world;
    const { listener } = context;
    const others = openOtherWorks({ job, paths, clock, catalog, connection, run, listener });
    context.limits?.onOpen?.(() => others.close());
    defer(() => others.close());
    notePriceChange(storedRunJob, job, context);
    const opening = { context, projects, runStop, run, joinedAt, catalog, shares, ledger };
    await enterWindow();
    defer(watchWindow(job, { clock, runStop }));
    const start = { job, clock, runStop, resumed: run, isRepeatable: true };
    const session = await explainEarlyStop(start, openSession(job, opening));
    defer(() => closeSession(session));
    return workOnRun(session, { ledger, catalog, others, reserve, planKeys, resumed: true });
  });
}

/**
 * Checks a changed job and its keys, and throws the errors that `resumeRun` would throw. Sends and changes
 * nothing. For a finished run, every job is valid: `resumeRun` would only read such a run.
 */
export async function checkChangedJob(
  run: RunId,
  changed: Job,
  context: Pick<RunContext, 'stateDirectory' | 'connection' | 'env'> & { readonly files: Files },
): Promise<void> {
  const paths = statePaths(context.stateDirectory);
  const { record, finished } = readRecord(paths, run);
  if (finished !== null) return;
  checkSameRun(record, run, context.connection);
  const projects = resolveProjects(withStoredKeys(changed, storedJob(record)), context);
  await withOpenReader(paths.ledger(run), async (reader) => {
    const { files } = context;
    await jobToResume(reader, withPublicKeys(changed, projects), { paths, files });
  });
}

/**
 * The names of the environment variables that a resume reads. The job file may have used further variables for
 * other values; these are not included.
 */
export function variablesOfRun(run: RunId, stateDirectory: string): string[] {
  const { record } = readRecord(statePaths(stateDirectory), run);
  return jobVariables(storedJob(record));
}

/** The version of the REST API with which a run started. */
export function apiVersionOfRun(run: RunId, stateDirectory: string): ApiVersion {
  const { record } = readRecord(statePaths(stateDirectory), run);
  return storedJob(record).apiVersion ?? DEFAULT_API_VERSION;
}

/** Throws a `refused` error if a run was declined. Sends and changes nothing. */
export function checkNotDeclined(run: RunId, stateDirectory: string): void {
  readRecord(statePaths(stateDirectory), run);
}

/**
 * Reads the record of a run, and the end of the run if it is finished. Needs no keys, takes no lock and sends
 * nothing. Throws a `refused` error if the run was declined, because a later `--yes` for another run must not
 * replace the answer "no".
 */
function readRecord(
  paths: StatePaths,
  run: RunId,
): { readonly record: RunRecord; readonly finished: RunEnd | null } {
  return withReader(paths.ledger(run), (reader) => {
    const record = reader.begun();
    if (record.state === 'declined') throw declinedRun(record);
    if (record.state === 'abandoned') throw abandonedRun(record);
    return {
      record,
      finished: record.state === 'finished' ? readEnd(record, reader, paths) : null,
    };
  });
}

/** The end of a run if somebody stopped the process while it waited to continue the run. */
function readStoppedEnd(paths: StatePaths, run: RunId, stop: StopReason): RunEnd {
  return withReader(paths.ledger(run), (reader) => {
    return { ...readEnd(reader.begun(), reader, paths), state: 'interrupted', stop };
  });
}

function declinedRun({ runId, jobName, jobFile }: RunRecord): UserError {
  return new UserError(
    'refused',
    `Run ${runId} (${jobName}) was declined: somebody answered no to its question. This is final. Nothing was sent. To do it after all, start a new run: \`ucbulk run ${jobFile ?? 'FILE'}\`.`,
  );
}

function abandonedRun({ runId, jobName, jobFile }: RunRecord): UserError {
  return new UserError(
    'refused',
    `Run ${runId} (${jobName}) was abandoned with \`ucbulk abandon\`. This is final. Nothing was sent. To do the rest, start a new run: \`ucbulk run ${jobFile ?? 'FILE'}\`.`,
  );
}

function readEnd(record: RunRecord, reader: LedgerReader, paths: StatePaths): RunEnd {
  return {
    run: record.runId,
    jobName: record.jobName,
    state: record.state,
    counts: reader.items.counts(),
    stop: null,
    rejects: findRejects(paths, record.runId),
    inventory: null,
    ...readEndFacts(storedJob(record), reader, { ...record, samples: reader.samples() }),
    answerTimes: [],
    requests: 0,
    requestsOfRun: record.requests,
    throttled: 0,
    elapsedMs: 0,
  };
}
