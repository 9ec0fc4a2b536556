import type { FileUuid } from '../core/file-uuid.ts';
import type { Outcome } from '../core/outcome.ts';
import type { SearchApi } from '../uploadcare/search-api.ts';
import type { UploadSettings } from '../uploadcare/upload-calls.ts';
import type { UploadClient } from '../uploadcare/upload-client.ts';
import type { LocalFile, LocalFiles } from './local-files.ts';

/** What uploading needs beside its options. */
export interface UploadPlace {
  readonly upload: Pick<UploadClient, 'direct' | 'multipart' | 'uploaded'>;
  readonly search: SearchApi;
  readonly files: LocalFiles;
  /** Server time, ms. */
  readonly serverNow: () => number;
}

/** One file, and what is said of it. */
export interface Transfer {
  readonly file: LocalFile;
  readonly settings: UploadSettings;
  /** Whether the service is asked for its size in the end. */
  readonly verify: boolean;
}

/** The service looks at the bytes itself; the name's ending is all that we know. */
export const CONTENT_TYPE = 'application/octet-stream';

/** The end of an upload: done, unless the service has another number of bytes than were sent; `size` is null where it did not say. */
export function uploaded(
  file: Pick<LocalFile, 'size'>,
  made: { readonly uuid: FileUuid; readonly size: number | null; readonly sha256: string | null },
): Outcome {
  const { uuid, size, sha256 } = made;
  if (size !== null && size !== file.size) {
    const message = `${file.size} bytes were sent, and the service made a file of ${size} bytes of them: ${uuid}. Look at it, and delete it`;
    return { kind: 'failed', failure: { code: 'size_mismatch', message } };
  }
  return {
    kind: 'done',
    result: { file: uuid, size: file.size, ...(sha256 !== null && { sha256 }) },
  };
}
