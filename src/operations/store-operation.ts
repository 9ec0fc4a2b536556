import { blockSchema, stepFile } from '../job/job-value-schemas.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import { batchOutcomes, itemUuids } from './batch-outcomes.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';
import type { BatchOperation } from './operation.ts';

/**
 * Creates the operation that stores files permanently, 100 per request. It does no harm to send a request
 * twice. If a file is missing, its item is skipped as `expired`, because the service deletes unstored files
 * after 24 hours.
 */
export function storeOperation(files: FilesApi): BatchOperation {
  return {
    kind: 'store',
    shape: 'batch',
    chunkSize: 100,
    destructive: false,
    changesListing: true,
    doubt: { class: 'idempotent' },
    async runChunk(items, permit) {
      const answer = await files.storeBatch(itemUuids(items), permit);
      return batchOutcomes(items, answer, {
        isDone: (file) => file.storedAt !== null,
        missing: () => ({ kind: 'skipped', reason: 'expired' }),
      });
    },
  };
}

/** The operation that stores files permanently. */
export const store = defineOperation({
  kind: 'store',
  options: blockSchema(stepFile),
  optionsText: 'The file to act on',
  takes: PROJECT_FILES,
  isRepeatable: true,
  skipIfDone: null,
  describe: () => 'stores them, 100 per request',
  listedEffect: (_options, { file }) => [{ uuid: file, isStored: true }],
  requests: () => [{ endpoint: 'PUT /files/storage/', items: 100 }],
  docs: {
    request: '`PUT /files/storage/`',
    perRequest: '100',
    result: '–',
    lostAnswer: 'sent again',
  },
  create: (_options, { client }) => storeOperation(client.files),
});
