import type { Connection } from '../core/connection.ts';
import { errorMessage } from '../core/error-message.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import { Halt } from '../engine/run-stop.ts';
import { describeJobChange, jobFingerprint } from '../job/job-fingerprint.ts';
import type { Job } from '../job/job-schema.ts';
import { Ledger } from '../ledger/ledger.ts';
import { LedgerReader } from '../ledger/ledger-reader.ts';
import type { RunRecord } from '../ledger/run-table.ts';
import { findRun } from '../state/find-run.ts';
import { openOtherWorks } from '../state/other-works.ts';
import { createStateDirectory, type StatePaths, statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import {
  findNewestRun,
  findUnfinishedRuns,
  type JobIdentity,
  onlyRun,
  type UnfinishedRun,
} from '../state/unfinished-runs.ts';
import { settingsOf } from './job-parts.ts';
import { projectsOf, projectVariables, withKeptKeys, withPublicKeys } from './job-projects.ts';
import { joinProjects } from './join-projects.ts';
import { endFacts } from './run-end.ts';
import type { RunContext, RunEnd } from './run-request.ts';
import { haltFor, openSession, workOnRun } from './run-session.ts';
import { RunWaits } from './run-waits.ts';

/**
 * Resumes a run. null means the only unfinished one, or with `changed` the newest unfinished one of
 * that job: of the same name and project. `changed` is the job file as it is now: it may change
 * guards and limits. A finished run is only read. Throws a `refused` error for a declined run.
 */
export function resumeRun(
  wanted: RunId | null,
  caller: RunContext,
  changed?: Job,
): Promise<RunEnd> {
  const waits = new RunWaits();
  const context = waits.watching(caller);
  return withCleanup(async (defer) => {
    const { world, connection, limits } = context;
    const paths = await createStateDirectory(context.stateDirectory, world.files);
    const ofJob = changed === undefined ? null : identityOf(changed, connection);
    const run = await runToResume(wanted, context, ofJob);
    const kept = readKept(paths, run);
    if (kept.finished !== null) return kept.finished;
    checkSameRun(kept.record, run, connection);
    const keptJob = storedJob(kept.record);
    const wantedJob = changed ?? keptJob;
    const projects = projectsOf(withKeptKeys(changed, keptJob), context);
    const onConflict = context.onConflict ?? wantedJob.concurrency?.onConflict ?? 'fail';
    const { concurrency } = settingsOf(wantedJob, context);
    const place = { paths, run, projects, onConflict, concurrency, defer };
    const { catalog, reserve, shares } = await joinProjects(context, place);
    // Who waited for the run may find that there is nothing left to do.
    const { finished } = readKept(paths, run);
    if (finished !== null) return finished;
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
    const record = ledger.run.get();
    const job = resumedJob(record, changed && withPublicKeys(changed, projects));
    const halt = new Halt();
    defer(haltFor(context, halt));
    waits.keepIn(ledger, halt, context);
    const { clock } = world;
    const { listener } = context;
    const others = openOtherWorks({ job, paths, clock, catalog, connection, run, listener });
    context.limits?.onOpen?.(() => others.close());
    defer(() => others.close());
    const session = await openSession(job, { context, projects, halt, catalog, shares });
    defer(() => session.services.close());
    return workOnRun(session, { ledger, job, catalog, others, resumed: true });
  });
}

/** The run that `resumeRun` would resume; `job`: whose newest unfinished run is meant without an id. */
export async function runToResume(
  wanted: RunId | null,
  context: Pick<RunContext, 'stateDirectory' | 'world' | 'log'>,
  job: JobIdentity | null,
): Promise<RunId> {
  const { files } = context.world;
  if (wanted !== null) return findRun(statePaths(context.stateDirectory), files, wanted);
  const runs = await unfinishedRuns(context);
  return job === null ? onlyRun(runs) : findNewestRun(runs, job);
}

/** What tells the runs of a job from those of others. */
export function identityOf({ name }: Job, { publicKey }: Connection): JobIdentity {
  return { jobName: name, publicKey };
}

/** The runs that can be resumed, newest first; a ledger that can't be read is passed over with a warning. */
export function unfinishedRuns({
  stateDirectory,
  world,
  log,
}: Pick<RunContext, 'stateDirectory' | 'world' | 'log'>): Promise<UnfinishedRun[]> {
  return findUnfinishedRuns(statePaths(stateDirectory), world.files, (run, error) =>
    log('warn', { run }, passedOverWords(error)),
  );
}

/**
 * Throws what `resumeRun` would throw at a changed job and its keys; sends and changes nothing. A
 * finished run is only read, and any job will do.
 */
export function checkChangedJob(
  run: RunId,
  changed: Job,
  context: Pick<RunContext, 'stateDirectory' | 'connection' | 'env'>,
): void {
  const { record, finished } = readKept(statePaths(context.stateDirectory), run);
  if (finished !== null) return;
  checkSameRun(record, run, context.connection);
  const projects = projectsOf(withKeptKeys(changed, storedJob(record)), context);
  resumedJob(record, withPublicKeys(changed, projects));
}

/** The variables that the keys of a run's projects are in; its job may have read more. */
export function variablesOfRun(run: RunId, stateDirectory: string): string[] {
  const { record } = readKept(statePaths(stateDirectory), run);
  return projectVariables(storedJob(record));
}

/** Throws a `refused` error for a declined run; sends and changes nothing. */
export function checkNotDeclined(run: RunId, stateDirectory: string): void {
  readKept(statePaths(stateDirectory), run);
}

function passedOverWords(error: unknown): string {
  return `Passed over, its ledger can't be read: ${errorMessage(error)}`;
}

/**
 * A finished run needs no keys, no lock and no request: its ledger says how it ended. A declined run
 * is refused: a later `--yes` that was meant for another run must not overrule the no.
 */
function readKept(
  paths: StatePaths,
  run: RunId,
): { readonly record: RunRecord; readonly finished: RunEnd | null } {
  const reader = LedgerReader.open(paths.ledger(run));
  try {
    const record = reader.begun();
    if (record.state === 'declined') throw declinedRun(record);
    return { record, finished: record.state === 'finished' ? endOf(record, reader) : null };
  } finally {
    reader.close();
  }
}

function declinedRun({ runId, jobName, jobFile }: RunRecord): UserError {
  return new UserError(
    'refused',
    `Run ${runId} (${jobName}) was declined: somebody answered no to what it was about to do. That is final. Nothing was sent. Start a new run to do it after all: \`ucbulk run ${jobFile ?? 'FILE'}\`.`,
  );
}

function endOf(record: RunRecord, reader: LedgerReader): RunEnd {
  return {
    run: record.runId,
    jobName: record.jobName,
    state: record.state,
    counts: reader.items.counts(),
    stop: null,
    ...endFacts(storedJob(record), reader, record),
    requests: 0,
    throttled: 0,
    elapsedMs: 0,
  };
}

function checkSameRun(record: RunRecord, run: RunId, connection: Connection): void {
  if (record.runId !== run) {
    throw new UserError(
      'configuration',
      `The ledger of run ${run} is that of run ${record.runId}. Nothing was sent. Put the right file back.`,
    );
  }
  if (record.publicKey !== connection.publicKey) {
    throw new UserError(
      'configuration',
      `Run ${run} belongs to project ${record.publicKey}, but the keys are for another one. Nothing was sent. Set the keys of ${record.publicKey}.`,
    );
  }
  if (record.restOrigin !== connection.restOrigin) {
    throw new UserError(
      'configuration',
      `Run ${run} works at ${record.restOrigin}, but the API base is ${connection.restOrigin}. Nothing was sent. Set UPLOADCARE_REST_API_BASE=${record.restOrigin}.`,
    );
  }
}

function resumedJob(record: RunRecord, changed: Job | undefined): Job {
  const job = storedJob(record);
  if (changed === undefined) return job;
  // Not the fingerprint of the ledger: an earlier version made it of the names of its time.
  if (jobFingerprint(changed) === jobFingerprint(job)) return changed;
  const lines = describeJobChange(job, changed).map((line) => `  ${line}`);
  throw new UserError(
    'usage',
    `The job file has changed since run ${record.runId} began:\n${lines.join('\n')}\nNothing was sent. Start a new run of it, or resume without the job file.`,
  );
}
