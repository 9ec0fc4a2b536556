import type { FileUuid } from '../core/file-uuid.ts';
import type { ItemKey } from '../core/item.ts';
import type { ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import type { DeletedFileFacts, ObjectDetails } from '../s3/object-details.ts';

/** Selects items of an earlier run. */
export interface EarlierRunOptions {
  readonly run: string;
  readonly states: readonly ItemState[];
}

/** Selects files that an earlier run made. */
export interface MadeFilesOptions {
  readonly run: string;
  /** Id of the step that made them; absent for all steps. */
  readonly step?: string | undefined;
}

/** Files that an earlier run made for some of its items. */
interface MadeFiles {
  readonly files: readonly FileUuid[];
  /** The `seq` of the last item that was read; null if there are no more. */
  readonly last: number | null;
}

/** Selects files that an earlier run deleted, and whose backup is in a bucket. */
export interface DeletedFilesOptions {
  readonly run: string;
  /** Id of the step that deleted them; absent for all steps. */
  readonly step?: string | undefined;
  /** Name of the bucket with the backups, such as `s3://attic`. */
  readonly bucket: string;
}

/** A deleted file and its backup. */
export interface DeletedFile {
  readonly file: string;
  readonly backup: Pick<ObjectDetails, 'key' | 'size' | 'etag'>;
  readonly facts: DeletedFileFacts;
}

/** An item of an earlier run. */
interface EarlierItem {
  readonly seq: number;
  readonly key: ItemKey;
  readonly details: JsonObject | null;
}

/** Reads the ledgers of earlier runs. */
export interface EarlierRuns {
  /** Reads items of a run in order: at most `limit` items, in one of `states`, with a `seq` above `after`. */
  readItems(
    options: EarlierRunOptions,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly EarlierItem[]>;
  /**
   * Reads the files that a run made for its items: for at most `limit` items, with a `seq` above `after`. Throws
   * a `UserError` if the run has not ended, or if it made no files in the project.
   */
  readMadeFiles(
    options: MadeFilesOptions,
    page: { readonly after: number; readonly limit: number },
  ): Promise<MadeFiles>;
  /**
   * Reads the files that a run deleted after a backup: for at most `limit` items, with a `seq` above `after`. Throws a
   * `UserError` if the run has not ended, or if it made no backups in a bucket.
   */
  readDeletedFiles(
    options: DeletedFilesOptions,
    page: { readonly after: number; readonly limit: number },
  ): Promise<{
    readonly files: readonly DeletedFile[];
    /** The `seq` of the last item that was read; null if there are no more. */
    readonly last: number | null;
  }>;
}
