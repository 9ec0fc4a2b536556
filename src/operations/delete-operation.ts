import type { FilesApi } from '../uploadcare/files-api.ts';
import { batchOutcomes, uuidsOf } from './batch-outcomes.ts';
import type { BatchOperation } from './operation.ts';

/**
 * Deletes files: 100 a request, safe to repeat. A file that is missing was deleted by us if an
 * earlier request of ours may have reached the service, else by somebody before us.
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
      const answer = await files.deleteBatch(uuidsOf(items), permit);
      return batchOutcomes(items, answer, {
        isDone: (file) => file.removedAt !== null,
        missing: (item) =>
          item.openSends > 0 ? { kind: 'done' } : { kind: 'skipped', reason: 'gone' },
      });
    },
  };
}
