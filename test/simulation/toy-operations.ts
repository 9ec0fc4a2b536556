import type { FileUuid } from '../../src/core/file-uuid.ts';
import type { Operation } from '../../src/operations/operation.ts';
import type { FilesApi } from '../../src/uploadcare/files-api.ts';

/** A copy that no later request can find. */
export function toyUndetectable(files: FilesApi): Operation {
  return {
    kind: 'toy-undetectable',
    shape: 'each',
    destructive: false,
    changesListing: false,
    doubt: { class: 'undetectable' },
    async runItem(item, permit) {
      const source = item.key as FileUuid;
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Uploadcare's own placeholder.
      const options = { source, target: 'backup', pattern: '${uuid}', makePublic: true };
      await files.remoteCopy(options, permit);
      return { kind: 'done' };
    },
  };
}

/** Stores one file with each request, and reads the file before a repeat. */
export function toyProbed(files: FilesApi): Operation {
  return {
    kind: 'toy-probed',
    shape: 'each',
    destructive: false,
    changesListing: true,
    doubt: {
      class: 'detectable',
      async probe(item, signal) {
        const facts = await files.fileInfo(item.key as FileUuid, signal);
        if (facts?.storedAt == null) return { kind: 'did-not-happen' };
        return { kind: 'happened', outcome: { kind: 'done' } };
      },
    },
    async runItem(item, permit) {
      await files.storeBatch([item.key as FileUuid], permit);
      return { kind: 'done' };
    },
  };
}
