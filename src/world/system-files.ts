import { createReadStream, createWriteStream, type Dirent, type Stats } from 'node:fs';
import {
  access,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { specialFile } from '../core/special-file.ts';
import type { Files, PathFacts } from '../core/world.ts';

const CHUNK_BYTES = 64 * 1024;

/** The machine's disk. What we write is the owner's alone: names of files may be private. */
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
    exists: isThere,
    makeDirectory,
    remove: (path) => rm(path, { force: true }),
    async *readBytes(path, start) {
      await refuseSpecial(path);
      // From the start without a place to begin at: a pipe has no places.
      const from = start === 0 ? {} : { start };
      yield* createReadStream(path, { ...from, highWaterMark: CHUNK_BYTES });
    },
    async writeBytes(path, chunks, signal) {
      await refuseSpecial(path);
      await pipeline(chunks, createWriteStream(path, { mode: 0o600, flush: true }), { signal });
    },
    readInput: () => process.stdin,
    async listFolder(path) {
      const entries = await readdir(path, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
    },
    async factsOf(path, links) {
      const facts = await (links === 'follow' ? stat(path) : lstat(path));
      const kind = kindOf(facts);
      return { kind, size: kind === 'file' ? facts.size : 0, modifiedAt: facts.mtimeMs };
    },
    realPath: (path) => realpath(path),
  };
}

/** Pipes that this process was given already open: `/dev/stdin`, `<(…)` of a shell. */
const GIVEN_PIPES = /^\/(dev\/(stdin|fd\/\d+)|proc\/(self|\d+)\/fd\/\d+)$/;

/** To open a named pipe is to wait for its other end, and a device may have no end. */
async function refuseSpecial(path: string): Promise<void> {
  if (GIVEN_PIPES.test(path)) return;
  const facts = await stat(path).catch(() => null); // whoever opens it says more
  const what = facts === null ? null : specialFile(facts);
  if (what !== null) throw new Error(`it is ${what}, not a file`);
}

/** What is thrown where a folder can't be opened or synced: Windows, some network disks, no right to read. */
const UNSYNCED = ['EACCES', 'EINVAL', 'EISDIR', 'ENOSYS', 'ENOTSUP', 'EPERM'];

/** Node's own recursive mkdir never returns where a folder can't be made in one that is there (`/proc`). */
async function makeDirectory(path: string): Promise<void> {
  const above = dirname(path);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && !(await isThere(above))) {
      await makeDirectory(above);
      await makeDirectory(path);
      return;
    }
    if (codeOf(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
  // Also where it was there: who made it may have died before this.
  await syncFolder(above);
}

/** A name is durable once its folder is: SQLite syncs the folder of its files, and none above. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    if (!UNSYNCED.includes(codeOf(error))) throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function kindOf(entry: Dirent | Stats): PathFacts['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
