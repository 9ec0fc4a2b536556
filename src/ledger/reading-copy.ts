import { constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of a database and its log, in its own temporary folder. */
export interface ReadingCopy {
  readonly path: string;
  remove(): void;
}

/**
 * Copies a database and its log from a read-only folder to a temporary folder, where SQLite can read them. If
 * the file system supports it, the copy shares the disk space of the original.
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
