import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../core/user-error.ts';
import { errorCode, writeFailure } from './write-failure.ts';

/** A file of a new folder. */
interface NewFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Writes files to a new folder. The folder has a temporary name until it is complete. If a write fails, nothing is
 * left. Only the owner may read the folder.
 */
export async function writeFolder(
  files: AsyncIterable<NewFile>,
  {
    path,
    id,
    signal,
  }: { readonly path: string; readonly id: string; readonly signal: AbortSignal },
): Promise<void> {
  const temporary = join(dirname(path), `.ucbulk-${id}.tmp`);
  let isMade = false;
  try {
    await checkAbsent(path);
    await mkdir(temporary, { mode: 0o700 });
    isMade = true;
    for await (const { name, text } of files) {
      signal.throwIfAborted();
      await writeSafely(join(temporary, name), text);
    }
    await rename(temporary, path);
    isMade = false;
  } catch (error) {
    throw writeFailure(path, error);
  } finally {
    if (isMade) await rm(temporary, { recursive: true, force: true });
  }
}

async function writeSafely(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Throws if the path exists: a gallery never mixes with other files. */
async function checkAbsent(path: string): Promise<void> {
  try {
    await lstat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  throw new UserError(
    'usage',
    `${path} exists already, and nothing was written. Remove it, or name a folder that does not exist.`,
  );
}
