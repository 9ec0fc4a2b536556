import { isUnfinished, type RunId, stateWithoutProcess } from '../core/run.ts';
import type { Job } from '../job/job-schema.ts';
import { withReader } from '../ledger/with-reader.ts';
import { backupPlace } from '../operations/backup-options.ts';
import { endOfDelete } from '../report/deleted-things.ts';
import { bucketIdentity } from '../s3/bucket-place.ts';
import { bucketName } from '../s3/bucket-url.ts';
import { statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { type BackedUpDelete, backedUpDeletes, deletedWithBackup } from './deleted-with-backup.ts';

/** A step that deleted files after a backup. */
export interface ReviewedDelete extends BackedUpDelete {
  /** Identifies the bucket among all servers. */
  readonly bucket: string;
  /** Number of the deleted files whose backup is known. */
  readonly files: number;
}

/** The counts of what a restore of a run imports, and of what it can't import. */
export interface RestoreReview {
  readonly run: RunId;
  readonly job: Job;
  /** Public key of the run's default project. */
  readonly publicKey: string;
  /** The steps that deleted files after a backup to a bucket. */
  readonly steps: readonly ReviewedDelete[];
  /** Names of the storages of the project that have backups. */
  readonly targets: readonly string[];
  /** Files that the run deleted, and of which it made no backup in a bucket. */
  readonly without: number;
  /** Items whose outcome is unknown. Their files may be deleted. */
  readonly inDoubt: number;
}

/** Counts what a run deleted. `step`: only this step. Null if the run has not ended. */
export function reviewRestore(
  stateDirectory: string,
  run: RunId,
  step: string | undefined,
): RestoreReview | null {
  return withReader(statePaths(stateDirectory).ledger(run), (reader) => {
    const record = reader.begun();
    if (isUnfinished(stateWithoutProcess(record.state))) return null;
    const job = storedJob(record);
    const wanted = ({ id }: { readonly id: string }) => step === undefined || id === step;
    const deletes = job.steps
      .map((one, index) => ({ ...one, index }))
      .filter((one) => one.uses === 'delete' && wanted(one));
    let deleted = 0;
    for (const item of reader.runItems({})) {
      deleted += deletes.filter((one) => endOfDelete(one, item) === 'deleted').length;
    }
    const steps = backedUpDeletes(job)
      .filter(wanted)
      .map((one) => {
        const bucket = bucketName(one.place.url);
        const found = deletedWithBackup(reader, reader.runItems({}), { steps: [one], bucket });
        return { ...one, bucket: bucketIdentity(one.place), files: countAll(found) };
      });
    const targets = deletes.flatMap((one) => {
      if (one.uses !== 'delete' || 'code' in one || one.with.backup === undefined) return [];
      return backupPlace(one.with.backup) === null ? [one.with.backup.target ?? ''] : [];
    });
    return {
      run,
      job,
      publicKey: record.publicKey,
      steps,
      targets: [...new Set(targets)],
      without: deleted - steps.reduce((sum, { files }) => sum + files, 0),
      inDoubt: reader.items.counts()['in-doubt'],
    };
  });
}

function countAll(found: Iterable<unknown>): number {
  let count = 0;
  for (const _ of found) count += 1;
  return count;
}
