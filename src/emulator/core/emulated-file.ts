/**
 * One file with everything that the service stores about it. Times are in microseconds since 1970. Fields
 * with objects, such as `metadata`, hold JSON text.
 */
export interface EmulatedFile {
  readonly uuid: string;
  readonly uploadedAt: number;
  readonly storedAt: number | null;
  readonly removedAt: number | null;
  readonly name: string;
  /**
   * The name at the end of `original_file_url`. Absent for most files: the emulator then computes it from
   * `name` (see `sanitisedName`). Converted documents have a name here that differs from the computed one.
   */
  readonly urlName?: string;
  readonly mimeType: string;
  /** Size in bytes. */
  readonly size: number;
  /** Null while the service still processes the file (docs/uploadcare-api.md 2.1). */
  readonly isImage: boolean | null;
  readonly isReady: boolean;
  /**
   * JSON text of an object that maps the path of a conversion to the UUID of its result. The text is `null`
   * for most files (recording `rb.rest_file_list_load`).
   */
  readonly variations: string;
  readonly contentInfo: string;
  readonly metadata: string;
  readonly appdata: string;
  /** The tags as the text of a JSON array (docs/uploadcare-api.md 5). Absent if the file never had a tag. */
  readonly tags?: string;
}

/**
 * The kinds of files that a listing can select (docs/uploadcare-api.md 3.1). `existing` files are stored or
 * unstored, and not removed. A removed file never counts as stored. `none` selects no file.
 */
export type FileKind = 'existing' | 'stored' | 'unstored' | 'removed' | 'none';

/**
 * The number of files of a project in each state. Purged files, which have disappeared completely, are not
 * counted.
 */
export interface FileCounts {
  readonly stored: number;
  readonly unstored: number;
  readonly removed: number;
}

/**
 * The `total` of a listing: the number of all files of this kind, whichever page is requested
 * (docs/uploadcare-api.md 1.7).
 */
export function countOf(kind: FileKind, counts: FileCounts): number {
  switch (kind) {
    case 'existing':
      return counts.stored + counts.unstored;
    case 'stored':
    case 'unstored':
    case 'removed':
      return counts[kind];
    case 'none':
      return 0;
  }
}
