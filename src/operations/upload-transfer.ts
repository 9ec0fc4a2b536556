import type { FileUuid } from '../core/file-uuid.ts';
import type { Outcome } from '../core/outcome.ts';
import type { SearchApi } from '../uploadcare/search-api.ts';
import type { UploadSettings } from '../uploadcare/upload-calls.ts';
import type { UploadClient } from '../uploadcare/upload-client.ts';
import type { LocalFile, LocalFiles } from './local-files.ts';

/** The APIs and files that uploads need. */
export interface UploadDependencies {
  readonly upload: Pick<UploadClient, 'direct' | 'multipart' | 'uploaded'>;
  readonly search: SearchApi;
  readonly files: LocalFiles;
  /** Server time, ms. */
  readonly serverNow: () => number;
}

/** The upload of one file. */
export interface Transfer {
  readonly file: LocalFile;
  readonly settings: UploadSettings;
  /** True if ucbulk reads the new file to check its size. */
  readonly verify: boolean;
}

/** The content type that ucbulk sends for all uploads. The service detects the real type itself. */
export const CONTENT_TYPE = 'application/octet-stream';

/**
 * The outcome of an upload. The item fails if the service reports another size than was sent; `size` is null
 * if the reported size is unknown.
 */
export function uploaded(
  file: Pick<LocalFile, 'size'>,
  made: { readonly uuid: FileUuid; readonly size: number | null; readonly sha256: string | null },
): Outcome {
  const { uuid, size, sha256 } = made;
  if (size !== null && size !== file.size) {
    const message = `${file.size} bytes were sent, but the file of the service has ${size} bytes: ${uuid}. Look at the file, then delete it`;
    return { kind: 'failed', failure: { code: 'size_mismatch', message } };
  }
  return {
    kind: 'done',
    result: { file: uuid, size: file.size, ...(sha256 !== null && { sha256 }) },
  };
}
