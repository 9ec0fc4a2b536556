import { lstat } from 'node:fs/promises';
import { UserError } from '../core/user-error.ts';
import { type AtomicFile, createAtomicFile } from './atomic-file.ts';
import { errorCode, writeFailure } from './write-failure.ts';

const BATCH_CHARACTERS = 64 * 1024;

/** Joins short texts into texts of about 64 KB, because many small writes are slow. */
export function* batches(texts: Iterable<string>): Generator<string> {
  let batch = '';
  for (const text of texts) {
    batch += text;
    if (batch.length < BATCH_CHARACTERS) continue;
    yield batch;
    batch = '';
  }
  if (batch !== '') yield batch;
}

/**
 * Writes a report to a file. If the write fails, an existing file stays unchanged; it never contains a part
 * of the report. Only the owner may read a new file, unless it `isPublic`.
 */
export async function writeTexts(
  texts: Iterable<string>,
  target: {
    readonly path: string;
    readonly id: string;
    readonly signal: AbortSignal;
    /** True if everybody on this machine may read the file. */
    readonly isPublic?: boolean;
  },
): Promise<void> {
  let file: AtomicFile | null = null;
  try {
    file = await createAtomicFile({ ...target, mode: await modeFor(target) });
    for (const batch of batches(texts)) {
      target.signal.throwIfAborted();
      await file.write(Buffer.from(batch, 'utf8'));
    }
    await file.commit();
  } catch (error) {
    throw writeFailure(target.path, error);
  } finally {
    await file?.discard();
  }
}

async function modeFor({ path, isPublic }: { path: string; isPublic?: boolean }): Promise<number> {
  try {
    const facts = await lstat(path);
    if (facts.isFile()) return facts.mode;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return isPublic ? 0o644 : 0o600;
    throw error;
  }
  throw new UserError(
    'usage',
    `${path} exists and is not a file. Name a file as the target of a report.`,
  );
}
