import type { JsonObject } from '../core/json.ts';
import type { Job } from '../job/job-schema.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { RunItem } from '../ledger/run-items.ts';
import { backupPlace } from '../operations/backup-options.ts';
import { INTENT_KEY } from '../operations/operation-context.ts';
import { Deletes } from '../report/deleted-files.ts';
import type { BucketPlace } from '../s3/bucket-place.ts';
import type { DeletedFile } from '../sources/earlier-runs.ts';
import { createReportedStep } from '../state/read-reported-run.ts';

/** A step that deletes files, each after a backup to a bucket. */
export interface BackedUpDelete {
  readonly id: string;
  readonly job: Job;
  /** Index of the step that made the backups. */
  readonly backupIndex: number;
  readonly place: BucketPlace;
  /** Name of the project in the job; undefined for the default project. */
  readonly project: string | undefined;
}

/** The steps of a job that delete files after a backup to a bucket. */
export function backedUpDeletes(job: Job): BackedUpDelete[] {
  return job.steps.flatMap((step) => {
    if (step.uses !== 'delete' || 'code' in step || step.with.backup === undefined) return [];
    const { backup } = step.with;
    const place = backupPlace(backup);
    const backupIndex = job.steps.findIndex(({ id }) => id === backup.step);
    if (place === null || backupIndex < 0) return [];
    return [{ id: step.id, job, backupIndex, place, project: step.project }];
  });
}

/** The files that some steps deleted for the items, each with its backup in a bucket such as `s3://attic`. */
export function* deletedWithBackup(
  reader: LedgerReader,
  items: Iterable<RunItem>,
  { steps, bucket }: { readonly steps: readonly BackedUpDelete[]; readonly bucket: string },
): Generator<DeletedFile> {
  const [first] = steps;
  if (first === undefined) return;
  const { job } = first;
  const reported = job.steps.map((step) => createReportedStep(step, job.steps, reader.cdnHosts()));
  const deletes = new Deletes(reported, reader);
  for (const item of items) {
    for (const { file, step: id, facts } of deletes.of(item)) {
      const step = steps.find((one) => one.id === id);
      const backup = step === undefined ? null : readBackup(item, step, bucket);
      if (backup === null) continue;
      const { filename = null, metadata = null, tags = null } = facts ?? {};
      yield {
        file,
        backup,
        facts: { filename, metadata: metadata && ownMetadata(metadata), tags },
      };
    }
  }
}

/** The object that the backup step wrote for an item, or that an earlier run wrote; null if it is not in the bucket. */
function readBackup(
  { outcomes }: RunItem,
  { backupIndex }: BackedUpDelete,
  bucket: string,
): DeletedFile['backup'] | null {
  const { url, size, etag }: JsonObject =
    outcomes.find(({ step }) => step === backupIndex)?.result ?? {};
  const isThere = typeof url === 'string' && url.startsWith(`${bucket}/`);
  if (!isThere || typeof size !== 'number') return null;
  const key = url.slice(bucket.length + 1);
  return { key, size, etag: typeof etag === 'string' && etag !== '' ? etag : null };
}

/** The metadata without the tag of an earlier import: the new file gets a tag of its own. */
function ownMetadata(metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { [INTENT_KEY]: _earlier, ...own } = metadata;
  return own;
}
