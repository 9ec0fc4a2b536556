/** A file as the service knows it. Times are microseconds since 1970; objects are JSON text. */
export interface EmulatedFile {
  readonly uuid: string;
  readonly uploadedAt: number;
  readonly storedAt: number | null;
  readonly removedAt: number | null;
  readonly name: string;
  /**
   * The name in `original_file_url` if it is not the sanitised one, as with converted documents.
   */
  readonly urlName?: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** Null while the service processes the file (api 2.1). */
  readonly isImage: boolean | null;
  readonly isReady: boolean;
  /**
   * Conversion path to the UUID of its result, e.g. of a document; `null` for most
   * (rb.rest_file_list_load).
   */
  readonly variations: string;
  readonly contentInfo: string;
  readonly metadata: string;
  readonly appdata: string;
  /** A JSON array (api 5); absent if the file never had any. */
  readonly tags?: string;
}

/** The kinds of files that a listing can select (api 3.1). A removed file is never stored. */
export type FileKind = 'existing' | 'stored' | 'unstored' | 'removed' | 'none';

/** The number of files of a project in each state. Purged files are not counted. */
export interface FileCounts {
  readonly stored: number;
  readonly unstored: number;
  readonly removed: number;
}

/** The `total` of a listing: all files of its kind, independent of the cursor (api 1.7). */
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
