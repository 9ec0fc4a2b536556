import type { FileUuid } from './file-uuid.ts';

/** What filters, reports and steps know of a file. Times are ms since 1970, UTC. */
export interface FileFacts {
  readonly uuid: FileUuid;
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  readonly mimeType: string;
  readonly isImage: boolean | null;
  readonly isReady: boolean;
  readonly uploadedAt: number;
  readonly storedAt: number | null;
  readonly removedAt: number | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Of the original; null where the file is removed or not ready, absent where nothing tells. */
  readonly url?: string | null;
}
