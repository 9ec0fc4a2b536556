import type { FileUuid } from './file-uuid.ts';

/**
 * The facts about a file that filters, reports and steps use. Times are ms since 1970, UTC.
 *
 * null means unknown for the fields in `UNCERTAIN_FIELDS`: the service did not say. An empty text,
 * list or block is a known value, and so is null for a time.
 */
export interface FileFacts {
  readonly uuid: FileUuid;
  readonly filename: string | null;
  /** Bytes. */
  readonly size: number;
  readonly mimeType: string | null;
  readonly isImage: boolean | null;
  readonly isReady: boolean;
  readonly uploadedAt: number;
  readonly storedAt: number | null;
  readonly removedAt: number | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly tags: readonly string[] | null;
  /** The original's URL; null if the file is removed or not ready, absent if the service did not say. */
  readonly url?: string | null;
}

/** The fields of a file that an answer of the service may leave open. */
export const UNCERTAIN_FIELDS = ['filename', 'mimeType', 'isImage', 'metadata', 'tags'] as const;

/** One of `UNCERTAIN_FIELDS`. */
export type UncertainField = (typeof UNCERTAIN_FIELDS)[number];
