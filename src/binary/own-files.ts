import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { getAsset } from 'node:sea';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';

// The functions of src/package/own-files.ts for the single binary, which contains the files of the package as assets.
// A file that the system must open itself is extracted into a private folder first.

/** Extracts a file into the private cache folder of the user. Returns its path. */
export function ownFile(path: string): string {
  const content = Buffer.from(getAsset(path));
  const digest = sha256(content);
  // The name contains the hash, so that several versions of the binary can run at the same time.
  const name = `${digest.slice(0, 32)}-${basename(path)}`;
  const problems: string[] = [];
  for (const folder of cacheFolders()) {
    try {
      makePrivateFolder(folder);
      return extract(content, { digest, file: join(folder, name) });
    } catch (error) {
      problems.push(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(
    `ucbulk can't extract ${path}. Set XDG_CACHE_HOME to a folder that it can write. ${problems.join('; ')}`,
  );
}

/** Reads a text file of the binary. */
export function readOwnText(path: string): string {
  return getAsset(path, 'utf8');
}

/** Lists the names of the files in a folder of the binary. */
export function listOwnFiles(folder: string): string[] {
  const paths = JSON.parse(readOwnText('assets.json')) as string[];
  return paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => basename(path));
}

/** The file that the thread of `ucbulk serve` runs. */
export function threadFile(): string {
  return ownFile('backend-worker.cjs');
}

/** The binary starts itself without further arguments. */
export function startArguments(): string[] {
  return [];
}

/** Imports a module by the absolute path of its file. `import()` itself finds no files in a binary. */
export function importFile(path: string): Promise<unknown> {
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new Script('(url) => import(url)', { importModuleDynamically });
  const load = script.runInThisContext() as (url: string) => Promise<unknown>;
  return load(pathToFileURL(path).href);
}

/** Describes what to do if the native part of SQLite can't be loaded. */
export function sqliteRepair(): string {
  return 'Get the binary for this system, or install ucbulk with npm.';
}

function cacheFolders(): string[] {
  const { XDG_CACHE_HOME } = process.env;
  const cache =
    XDG_CACHE_HOME === undefined || XDG_CACHE_HOME === ''
      ? join(homedir(), '.cache')
      : XDG_CACHE_HOME;
  return [join(cache, 'ucbulk'), join(tmpdir(), `ucbulk-${userInfo().uid}`)];
}

/** Creates a folder that only this user can read. Throws if somebody else could have made it. */
function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  if (!lstatSync(folder).isDirectory()) throw new Error('it is not a folder');
  if (process.getuid !== undefined && uid !== process.getuid()) {
    throw new Error('it belongs to another user');
  }
  if ((mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

/** Writes the content if the file is missing or has another content. Returns the path of the file. */
function extract(
  content: Buffer,
  { digest, file }: { readonly digest: string; readonly file: string },
): string {
  if (hasContent(file, digest)) return file;
  const temporary = `${file}.${process.pid}`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, content, { mode: 0o700, flag: 'wx' });
  // Another process may extract the same file: both write the same content.
  renameSync(temporary, file);
  if (!hasContent(file, digest)) throw new Error(`${file} was changed while it was written`);
  return file;
}

function hasContent(file: string, digest: string): boolean {
  try {
    return lstatSync(file).isFile() && sha256(readFileSync(file)) === digest;
  } catch {
    return false;
  }
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
