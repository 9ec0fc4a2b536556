import { blockSchema, stepFile } from '../job/job-value-schemas.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import { batchOutcomes, itemUuids } from './batch-outcomes.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';
import { seenAs } from './expected-effect.ts';
import type { BatchOperation } from './operation.ts';

/**
 * Creates the operation that deletes files, 100 per request. It does no harm to send a delete twice. If a
 * file is missing, there are two cases. If we sent a delete for it earlier, this delete may have removed the
 * file, and the item is done. Otherwise somebody else removed the file, and the item is skipped.
 */
export function deleteOperation(files: FilesApi): BatchOperation {
  return {
    kind: 'delete',
    shape: 'batch',
    chunkSize: 100,
    destructive: true,
    changesListing: true,
    doubt: { class: 'idempotent' },
    async runChunk(items, permit) {
      const answer = await files.deleteBatch(itemUuids(items), permit);
      return batchOutcomes(items, answer, {
        isDone: (file) => file.removedAt !== null,
        done: ({ readFacts }) => ({ kind: 'done', ...(readFacts && { readDeleted: readFacts }) }),
        missing: (item) =>
          item.openSends > 0 ? { kind: 'done' } : { kind: 'skipped', reason: 'gone' },
      });
    },
  };
}

/** Deletes files. */
export const deleteFile = defineOperation({
  kind: 'delete',
  options: blockSchema(stepFile),
  optionsText: 'The file to act on',
  takes: PROJECT_FILES,
  isRepeatable: true,
  skipIfDone: null,
  isIrreversible: () => true,
  describe: () => 'deletes them (irreversible), 100 per request',
  expectedEffect: () => seenAs('it is gone'),
  listedEffect: (_options, { file }) => [{ uuid: file, isGone: true }],
  requests: () => [{ endpoint: 'DELETE /files/storage/', items: 100 }],
  docs: {
    request: '`DELETE /files/storage/`',
    perRequest: '100',
    result: '–',
    lostAnswer: 'sent again',
  },
  create: (_options, { client }) => deleteOperation(client.files),
});
