import { blockSchema, stepFile } from '../job/job-value-schemas.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import { backupPlace, backupSchema } from './backup-options.ts';
import { batchOutcomes, itemUuids } from './batch-outcomes.ts';
import {
  backupExpressions,
  type CheckBackups,
  checkCopies,
  createBucketCheck,
} from './check-backups.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';
import { seenAs } from './expected-effect.ts';
import type { BatchOperation, BatchOutcomes } from './operation.ts';

/**
 * Creates the operation that deletes files, 100 per request. It does no harm to send a delete twice. If a
 * file is missing, there are two cases. If we sent a delete for it earlier, this delete may have removed the
 * file, and the item is done. Otherwise somebody else removed the file, and the item is skipped.
 */
export function deleteOperation(
  files: FilesApi,
  checkBackups: CheckBackups | null = null,
): BatchOperation {
  return {
    kind: 'delete',
    shape: 'batch',
    chunkSize: 100,
    destructive: true,
    changesListing: true,
    doubt: { class: 'idempotent' },
    async runChunk(items, permit) {
      const refused: BatchOutcomes = (await checkBackups?.(items, permit.signal)) ?? new Map();
      const safe = items.filter(({ key }) => !refused.has(key));
      if (safe.length === 0) return refused;
      const answer = await files.deleteBatch(itemUuids(safe), permit);
      const outcomes = batchOutcomes(safe, answer, {
        isDone: (file) => file.removedAt !== null,
        done: ({ readFacts }) => ({ kind: 'done', ...(readFacts && { readDeleted: readFacts }) }),
        missing: (item) =>
          item.openSends > 0 ? { kind: 'done' } : { kind: 'skipped', reason: 'gone' },
      });
      return new Map([...refused, ...outcomes]);
    },
  };
}

/** Deletes files. */
export const deleteFile = defineOperation({
  kind: 'delete',
  options: blockSchema({
    ...stepFile,
    backup: backupSchema
      .optional()
      .describe(
        'Bucket or storage to which each file is copied first; a file without a checked copy is not deleted',
      ),
  }),
  optionsText: 'The file to act on, and a backup',
  takes: PROJECT_FILES,
  isRepeatable: true,
  skipIfDone: null,
  isIrreversible: () => true,
  describe: ({ backup }) =>
    `deletes them (irreversible), 100 per request${backup === undefined ? '' : ', each only if its backup is there'}`,
  bucketPlace: ({ backup }) => (backup === undefined ? null : backupPlace(backup)),
  ownExpressions: ({ backup }) =>
    backup?.step === undefined ? [] : backupExpressions(backup.step),
  expectedEffect: () => seenAs('it is gone'),
  listedEffect: (_options, { file }) => [{ uuid: file, isGone: true }],
  requests: () => [{ endpoint: 'DELETE /files/storage/', items: 100 }],
  bucketRequests: ({ backup }) => (backup?.url === undefined ? {} : { HEAD: 1 }),
  docs: {
    request: '`DELETE /files/storage/`',
    perRequest: '100',
    result: '–',
    lostAnswer: 'sent again',
  },
  create: ({ backup }, { client, openBucket }) => {
    if (backup === undefined) return deleteOperation(client.files);
    const place = backupPlace(backup);
    if (place === null) return deleteOperation(client.files, checkCopies);
    if (openBucket === undefined) throw new Error('This program can open no buckets');
    return deleteOperation(
      client.files,
      createBucketCheck(() => openBucket(place)),
    );
  },
});
