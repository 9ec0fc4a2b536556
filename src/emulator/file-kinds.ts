/** Which files a listing shows (api 3.1); a removed file is never stored. */
export type FileKind = 'existing' | 'stored' | 'unstored' | 'removed' | 'none';

/** How many files of a project are in each state; purged ones are in none. */
export interface FileCounts {
  readonly stored: number;
  readonly unstored: number;
  readonly removed: number;
}

/** The `total` of a listing: all of its kind, whatever the cursor (api 1.7). */
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
