import { constants, createReadStream, createWriteStream, type Dirent, type Stats } from 'node:fs';
import {
  access,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { specialFile } from '../core/special-file.ts';
import type { Files, PathFacts } from '../core/world.ts';

const CHUNK_BYTES = 64 * 1024;

/**
 * Creates the access to the disk of this machine. Only the owner can read new files, because names of files
 * may be private.
 */
export function createSystemFiles(): Files {
  return {
    async readText(path) {
      await refuseSpecial(path);
      return readFile(path, 'utf8');
    },
    async writeText(path, text) {
      await refuseSpecial(path);
      await writeFile(path, text, { mode: 0o600, flush: true });
    },
    exists: pathExists,
    makeDirectory,
    remove: (path) => rm(path, { force: true }),
    async *readBytes(path, start) {
      await refuseSpecial(path);
      // Names no start position if it is 0, because a pipe has no positions.
      const from = start === 0 ? {} : { start };
      yield* createReadStream(path, { ...from, highWaterMark: CHUNK_BYTES });
    },
    async writeBytes(path, chunks, signal) {
      await refuseSpecial(path);
      await pipeline(chunks, createWriteStream(path, { mode: 0o600, flush: true }), { signal });
    },
    async rename(from, to) {
      await rename(from, to);
      await syncFolder(dirname(to));
    },
    async writeFrom(path, offset, bytes) {
      await refuseSpecial(path);
      const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      try {
        await file.truncate(offset);
        await file.write(bytes, 0, bytes.length, offset);
        await file.sync();
      } finally {
        await file.close();
      }
    },
    readInput: () => process.stdin,
    async listFolder(path) {
      const entries = await readdir(path, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, kind: entryKind(entry) }));
    },
    async factsOf(path, links) {
      const facts = await (links === 'follow' ? stat(path) : lstat(path));
      const kind = entryKind(facts);
      return { kind, size: kind === 'file' ? facts.size : 0, modifiedAt: facts.mtimeMs };
    },
    realPath: (path) => realpath(path),
  };
}

/**
 * Paths of pipes that are already open in this process, such as `/dev/stdin`. The shell passes such a path
 * for `<(…)` too.
 */
const OPEN_PIPES = /^\/(dev\/(stdin|fd\/\d+)|proc\/(self|\d+)\/fd\/\d+)$/;

/**
 * Throws for named pipes and devices. Opening a named pipe would wait for a writer, and a device may never
 * end.
 */
async function refuseSpecial(path: string): Promise<void> {
  if (OPEN_PIPES.test(path)) return;
  // If the file does not exist, nothing is reported here. The caller opens the file afterwards, and that
  // reports it.
  const facts = await stat(path).catch(() => null);
  const what = facts === null ? null : specialFile(facts);
  if (what !== null) throw new Error(`it is ${what}, not a file`);
}

/**
 * Error codes that ucbulk ignores when it opens and syncs a folder. They occur on Windows, on some network
 * disks, and if the process may not read the folder.
 */
const UNSYNCABLE_CODES = ['EACCES', 'EINVAL', 'EISDIR', 'ENOSYS', 'ENOTSUP', 'EPERM'];

/**
 * Creates a folder and the missing folders above it. Does not use Node's recursive `mkdir`, because that
 * never returns if an existing folder does not allow new folders (for example `/proc`).
 */
async function makeDirectory(path: string): Promise<void> {
  const above = dirname(path);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && !(await pathExists(above))) {
      await makeDirectory(above);
      await makeDirectory(path);
      return;
    }
    if (errorCode(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
  // Syncs the folder above, even if the new folder already existed: the process that created it may have died
  // before the sync.
  await syncFolder(above);
}

/**
 * Syncs a folder: after this, the names of the files and folders in it survive a power failure. SQLite syncs
 * the folder of its own files, but not the folders above.
 */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    if (!UNSYNCABLE_CODES.includes(errorCode(error))) throw error;
  }
}

async function pathExists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function entryKind(entry: Dirent | Stats): PathFacts['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error));
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
