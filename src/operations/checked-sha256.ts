import { createHash } from 'node:crypto';
import { ClassifiedError, canceled } from '../core/failure.ts';
import { changedFile, type LocalFile, unreadable } from './local-files.ts';
import type { UploadSession } from './upload-session.ts';

/**
 * Reads a file again and returns its SHA-256. The hash can't be calculated during the upload, because parts
 * are sent in any order, and maybe by an earlier process. Throws an error if a part is not the same as when
 * it was sent.
 */
export async function checkedSha256(
  file: LocalFile,
  sent: { readonly session: UploadSession; readonly digests: ReadonlyMap<number, string> },
  drain: AbortSignal,
): Promise<string> {
  const { session, digests } = sent;
  const whole = createHash('sha256');
  for (const place of session.urls.keys()) {
    const part = createHash('md5');
    for await (const chunk of readable(file, place * session.partSize, session.partSize)) {
      if (drain.aborted) throw canceled('The run is stopping');
      part.update(chunk);
      whole.update(chunk);
    }
    if (part.digest('hex') !== digests.get(place)) throw changedFile(file.path);
  }
  return whole.digest('hex');
}

/** Reads a file and returns its SHA-256. */
export async function readSha256(file: LocalFile, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readable(file, 0, file.size)) {
    if (signal.aborted) throw canceled('The run is stopping');
    hash.update(chunk);
  }
  return hash.digest('hex');
}

async function* readable(file: LocalFile, from: number, length: number) {
  try {
    yield* file.part(from, length).open();
  } catch (error) {
    throw error instanceof ClassifiedError ? error : unreadable(file.path, error);
  }
}
