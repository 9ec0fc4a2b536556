import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY_DISK = '/dev/shm';
const ENOUGH_BYTES = 1024 ** 3;

/**
 * The parent of the folders of tests: in memory if the system has enough of it. A sync of a disk takes
 * milliseconds, and the tests need thousands. A kill -9 takes nothing from either.
 */
export const TEMP_ROOT = hasMemoryDisk() ? MEMORY_DISK : tmpdir();

function hasMemoryDisk(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK);
    return bavail * bsize > ENOUGH_BYTES;
  } catch {
    return false;
  }
}
