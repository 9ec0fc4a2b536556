import { constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of a database and its log, in a folder of its own. */
export interface ReadingCopy {
  readonly path: string;
  remove(): void;
}

/**
 * Copies a database that nobody writes (its folder takes no writes) to where its log can be read.
 * The copy shares the blocks of the original where the disk can do that.
 */
export function copyForReading(path: string): ReadingCopy {
  const directory = mkdtempSync(join(tmpdir(), 'ucbulk-read-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const copy = join(directory, 'copy.db');
  try {
    copyFileSync(path, copy, constants.COPYFILE_FICLONE);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
  } catch (error) {
    remove();
    throw error;
  }
  return { path: copy, remove };
}
