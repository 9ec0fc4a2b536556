import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// src/binary/own-files.ts has the same functions for the single binary. config/build-binary.mjs puts it in the place of
// this module.

// The path is the same from src/package and from dist/chunks.
const ROOT = new URL('../../', import.meta.url);

/** The absolute path of a file of this package, such as `jobs/remove-backgrounds.yaml`. */
export function ownFile(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}

/** Reads a text file of this package. */
export function readOwnText(path: string): string {
  return readFileSync(ownFile(path), 'utf8');
}

/** Lists the names of the files in a folder of this package. */
export function listOwnFiles(folder: string): string[] {
  return readdirSync(ownFile(folder));
}

/** The file that the thread of `ucbulk serve` runs. */
export function threadFile(): string {
  return ownFile('dist/serve/backend-worker.js');
}

/** The arguments with which Node starts this program, before those of the user. */
export function startArguments(process: {
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
}): string[] {
  return [...process.execArgv, process.argv[1] ?? ''];
}

/** Imports a module by the absolute path of its file. */
export function importFile(path: string): Promise<unknown> {
  return import(pathToFileURL(path).href);
}

/** Describes what to do if the native part of SQLite can't be loaded. */
export function sqliteRepair(): string {
  const manifest = createRequire(import.meta.url).resolve('better-sqlite3/package.json');
  const folder = dirname(dirname(dirname(manifest)));
  return `Run \`npm rebuild better-sqlite3\` in ${folder} with this Node, or use the Node it was installed with.`;
}
