import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Files } from '../core/world.ts';

/** The machine's disk. What we write is the owner's alone: names of files may be private. */
export function createSystemFiles(): Files {
  return {
    readText: (path) => readFile(path, 'utf8'),
    writeText: (path, text) => writeFile(path, text, { mode: 0o600 }),
    async exists(path) {
      try {
        await access(path);
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
    async makeDirectory(path) {
      await mkdir(path, { recursive: true, mode: 0o700 });
    },
    remove: (path) => rm(path, { force: true }),
  };
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(`${error.code}`)
  );
}
