import { join } from 'node:path';
import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import { type RunId, stateWithoutProcess } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files, World } from '../core/world.ts';
import { isDoneOnce } from '../job/step-work.ts';
import { takeLock } from '../ledger/process-lock.ts';
import { withReader } from '../ledger/with-reader.ts';
import {
  type CleanFacts,
  type CleanPolicy,
  findKeepReasons,
  findNeeders,
  fixedReasons,
  type KeepReason,
  neededBy,
  type UnreadableFacts,
} from './clean-policy.ts';
import { listRunIds, listRunIdsSync } from './find-run.ts';
import { findNextSince } from './last-success.ts';
import { isRunHeld } from './run-locks.ts';
import { RUN_FILE_ENDINGS, type StatePaths, statePaths } from './state-paths.ts';
import { storedJob } from './stored-job.ts';
import { isRunWaiting } from './waiting-lock.ts';

/** The result of `clean` for one run. */
export interface CleanedRun {
  readonly run: RunId;
  /** Null if the ledger can't be read. */
  readonly facts: CleanFacts | null;
  /** Why the ledger can't be read; null if it can. */
  readonly problem: string | null;
  /** Size of the run's files in bytes. */
  readonly bytes: number;
  /** Why the run is kept; empty if it was removed, or would be removed without a dry run. */
  readonly reasons: readonly KeepReason[];
}

/**
 * Removes the files of runs that no rule keeps. Yields a result for each run, newest first. Changes nothing if
 * `isDryRun` is true. Before it removes a run, it takes the lock of the run, reads the ledger again, and reads
 * the ledgers of runs that began meanwhile. So it never removes a run on which another process works, that has
 * changed, or that a new run needs.
 */
export async function* cleanRuns(
  stateDirectory: string,
  policy: CleanPolicy,
  { world, isDryRun }: { readonly world: World; readonly isDryRun: boolean },
): AsyncGenerator<CleanedRun> {
  const { files, clock } = world;
  const paths = statePaths(stateDirectory);
  const ids = await listRunIds(paths, files);
  // The sizes are read before the ledgers, because SQLite creates a file beside a ledger that it reads.
  const sizes = new Map<RunId, number>();
  for (const run of ids) sizes.set(run, await sizeOf(paths, run, files));
  const runs = ids.map((run) => readFacts(paths, run));
  const reasons = findKeepReasons(runs, policy, clock.now());
  for (const known of runs) {
    const { run } = known;
    const bytes = sizes.get(run) ?? 0;
    const found = reasons.get(run) ?? [];
    if (!('state' in known)) {
      yield { run, facts: null, problem: known.problem, bytes, reasons: found };
      continue;
    }
    const mayRemove = found.length === 0 && !isDryRun;
    const kept = mayRemove ? await removeRun(known, { paths, files, ids: new Set(ids) }) : found;
    if (kept !== 'gone') yield { run, facts: known, problem: null, bytes, reasons: kept };
  }
}

/** Removes a run. Returns why it was kept after all; `gone` if another process removed it meanwhile. */
async function removeRun(
  known: CleanFacts,
  {
    paths,
    files,
    ids,
  }: {
    readonly paths: StatePaths;
    readonly files: Files;
    /** The runs that existed when this `clean` decided which runs to keep. */
    readonly ids: ReadonlySet<RunId>;
  },
): Promise<KeepReason[] | 'gone'> {
  const { run } = known;
  const lock = takeLock(paths.runLock(run), 'alone', 0);
  if (lock === null) return ['running'];
  try {
    if (!(await files.exists(paths.ledger(run)))) {
      // The lock file is new: `takeLock` has just created it.
      await files.remove(paths.runLock(run));
      return 'gone';
    }
    const now = readFacts(paths, run);
    if (!('state' in now)) return ['unreadable'];
    // This process holds the lock of the run now, so no other process works on it.
    const fixed = fixedReasons({ ...now, isRunning: false });
    if (fixed.length > 0) return fixed;
    if (now.endedAt !== known.endedAt || now.failed !== known.failed) return ['changed'];
    const began = listRunIdsSync(paths).filter((id) => !ids.has(id));
    const needed = neededBy(now, findNeeders(began.map((id) => readFacts(paths, id))));
    if (needed.length > 0) return needed;
    for (const name of fileNames(paths, run)) await removeFile(name, files);
    return [];
  } finally {
    lock.release();
  }
}

async function removeFile(name: string, files: Files): Promise<void> {
  try {
    await files.remove(name);
  } catch (error) {
    throw notRemoved(name, error);
  }
}

function notRemoved(name: string, cause: unknown): UserError {
  return new UserError(
    'configuration',
    `${name} can't be removed: ${errorMessage(cause)}. Newer runs may have been removed, older ones were not. Make the folder writable, then run this again.`,
    { cause },
  );
}

function fileNames({ runs }: StatePaths, run: RunId): string[] {
  return RUN_FILE_ENDINGS.map((ending) => join(runs, `${run}${ending}`));
}

async function sizeOf(paths: StatePaths, run: RunId, files: Files): Promise<number> {
  const sizes = fileNames(paths, run).map(async (name) => {
    const facts = await files.factsOf(name, 'keep').catch(() => null);
    return facts?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function readFacts(paths: StatePaths, run: RunId): CleanFacts | UnreadableFacts {
  try {
    return readLedgerFacts(paths, run);
  } catch (error) {
    if (error instanceof UserError || error instanceof ClassifiedError) {
      return { run, problem: error.message };
    }
    throw error;
  }
}

function readLedgerFacts(paths: StatePaths, run: RunId): CleanFacts {
  const isRunning = isRunHeld(paths, run) || isRunWaiting(paths, run);
  return withReader(paths.ledger(run), (reader) => {
    const record = reader.begun();
    const { source, steps } = storedJob(record);
    const kept = steps.flatMap((step, index) => (isDoneOnce(step) ? [index] : []));
    const counts = reader.items.counts();
    return {
      run,
      jobName: record.jobName,
      publicKey: record.publicKey,
      state: isRunHeld(paths, run) ? record.state : stateWithoutProcess(record.state),
      isRunning,
      createdAt: record.createdAt,
      endedAt: record.endedAt,
      failed: counts.failed,
      inDoubt: counts['in-doubt'],
      hasPaidWork: reader.hasWork(kept),
      hasDeletes: reader.evidence.hasDeletes(),
      continuedBy:
        findNextSince(reader) === null
          ? null
          : [record.jobName, record.publicKey, record.restOrigin, record.fingerprint].join(' '),
      sourceRun: source.kind === 'run' ? source.run.id : null,
    };
  });
}
