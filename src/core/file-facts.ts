import type { FileUuid } from './file-uuid.ts';

/**
 * The facts about a file that filters, reports and steps use. Times are ms since 1970, UTC. The service may
 * leave out the fields in `UNCERTAIN_FIELDS`. They are then null, which means unknown. An empty text, list or
 * object is a known value. A time of null is a known value too: for example, the file is not stored.
 */
export interface FileFacts {
  readonly uuid: FileUuid;
  readonly filename: string | null;
  /** Size in bytes. */
  readonly size: number;
  readonly mimeType: string | null;
  readonly isImage: boolean | null;
  readonly isReady: boolean;
  readonly uploadedAt: number;
  readonly storedAt: number | null;
  readonly removedAt: number | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly tags: readonly string[] | null;
  /**
   * URL of the original file. Null if the file is removed or not ready. Absent if the service left it out.
   */
  readonly url?: string | null;
}

/** The fields of a file that an answer of the service may leave out. */
export const UNCERTAIN_FIELDS = ['filename', 'mimeType', 'isImage', 'metadata', 'tags'] as const;

/** The name of a field in `UNCERTAIN_FIELDS`. */
export type UncertainField = (typeof UNCERTAIN_FIELDS)[number];
