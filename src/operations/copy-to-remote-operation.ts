import type { Outcome } from '../core/outcome.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import type { EachOperation } from './operation.ts';

/** The options of a `copy-to-remote` step. */
export interface CopyToRemoteSettings {
  /** Name of the custom storage, as the project knows it. */
  readonly target: string;
  readonly pattern: string;
  readonly makePublic: boolean;
  /** True where the pattern may give two files one name. */
  readonly allowNameCollisions: boolean;
}

/**
 * Copies a file into the project's own bucket; one request an item. With the UUID in its name, a
 * repeated request tells by itself that the object is ours. Without it nothing can tell whose
 * object is there, so a lost answer is in doubt.
 */
export function copyToRemoteOperation(
  files: FilesApi,
  settings: CopyToRemoteSettings,
): EachOperation {
  const { target, pattern, makePublic } = settings;
  return {
    kind: 'copy-to-remote',
    shape: 'each',
    destructive: false,
    changesListing: false,
    doubt: settings.allowNameCollisions
      ? { class: 'undetectable' }
      : { class: 'detectable', probe: 'replay' },
    async runItem(item, permit): Promise<Outcome> {
      const source = item.key as FileUuid;
      const copy = await files.remoteCopy({ source, target, pattern, makePublic }, permit);
      const isOurs = copy.kind === 'copied' || item.openSends > 0;
      if (!isOurs) return { kind: 'skipped', reason: 'exists' };
      return copy.url === null ? { kind: 'done' } : { kind: 'done', result: { url: copy.url } };
    },
  };
}
