import type { Connection } from '../core/connection.ts';
import { errorMessage } from '../core/error-message.ts';
import type { RunId } from '../core/run.ts';
import { jobFingerprint } from '../job/job-fingerprint.ts';
import type { Job } from '../job/job-schema.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import { withReader } from '../ledger/with-reader.ts';
import { listRunIdsSync } from './find-run.ts';
import type { StatePaths } from './state-paths.ts';

/**
 * The listing may show a file some time after its upload. So a run begins this much before the start of the run
 * that it continues, ms.
 */
const LATE_FILES_MS = 3_600_000;

/** The last successful run of a job. */
export interface LastSuccess {
  readonly run: RunId;
  /** The next run lists the files that were uploaded after this time, ms. */
  readonly nextSince: number;
}

/** The result of a search for the last successful run. */
export interface SuccessSearch {
  /** Null if there is none, so that all files must be listed. */
  readonly found: LastSuccess | null;
  /** Runs of a job with the same name that has other conditions or steps. */
  readonly others: readonly RunId[];
  /** Runs whose ledgers can't be read, with the reasons. */
  readonly unreadable: readonly { readonly run: RunId; readonly why: string }[];
}

/**
 * Finds the last successful run of a job, newest first. A run that can't be read is left out: the files that it
 * decided about are then listed again, which does no harm.
 */
export function findLastSuccess(
  job: Job,
  place: {
    readonly paths: StatePaths;
    readonly connection: Pick<Connection, 'publicKey' | 'restOrigin'>;
  },
): SuccessSearch {
  const others: RunId[] = [];
  const unreadable: { run: RunId; why: string }[] = [];
  for (const run of listRunIdsSync(place.paths)) {
    try {
      const found = readSuccess(run, job, place);
      if (found === 'other') others.push(run);
      else if (found !== null) return { found, others, unreadable };
    } catch (error) {
      unreadable.push({ run, why: errorMessage(error) });
    }
  }
  return { found: null, others, unreadable };
}

function readSuccess(
  run: RunId,
  job: Job,
  { paths, connection }: Parameters<typeof findLastSuccess>[1],
): LastSuccess | 'other' | null {
  return withReader(paths.ledger(run), (reader) => {
    const record = reader.run.find();
    const isSameJob =
      record?.jobName === job.name &&
      record.publicKey === connection.publicKey &&
      record.restOrigin === connection.restOrigin;
    if (!isSameJob) return null;
    const nextSince = findNextSince(reader);
    if (nextSince === null) return null;
    return record.fingerprint === jobFingerprint(job) ? { run, nextSince } : 'other';
  });
}

/**
 * The upload time from which the next run of the same job must list files, ms. Null if the run was not
 * successful, or if its source has no `since`. A run that applied a plan left out files that the plan did not
 * have, so it has none.
 */
export function findNextSince(reader: LedgerReader): number | null {
  const listing = reader.listingSince.get();
  const record = reader.run.find();
  if (listing === null || record?.asOf == null) return null;
  const counts = reader.items.counts();
  const isUndecidable = reader.outcomes.reasons().some(({ reason }) => reason === 'undecidable');
  const isSuccess =
    record.state === 'finished' &&
    record.walkFinished &&
    counts.failed + counts['in-doubt'] === 0 &&
    !isUndecidable &&
    reader.plan.get() === null;
  if (!isSuccess) return null;
  const latest = record.asOf - LATE_FILES_MS;
  return Math.min(latest, (listing.openFrom ?? Number.POSITIVE_INFINITY) - 1);
}
