import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocumentPlace } from './rewrite-document.ts';

/** What was found; a folder that can't be listed is a failure to be told, a backup is to be left as it is. */
export type FoundDocument =
  | DocumentPlace
  | { readonly path: string; readonly message: string }
  | { readonly path: string; readonly isBackup: true };

/** Folders whose files are not the user's own to edit: a changed object of a repository is a broken one. */
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);
/** What programs and people put after the name of an old document; beside it stands the new one. */
const BACKUP_SUFFIXES = ['.bak', '.backup', '.orig', '.old', '~'];
/** True for a suffix by which backups are known without being told. */
export function isKnownSuffix(suffix: string): boolean {
  return BACKUP_SUFFIXES.includes(suffix);
}

const TEMPORARY = /^\.ucbulk-.+\.tmp$/;

/**
 * The files named, and all files below the folders named; links are not followed. In order of
 * names. Backups of documents are told as such: a second rewrite would take what the first kept.
 */
export async function* findDocuments(
  paths: readonly string[],
  { backup }: { readonly backup: string | null },
): AsyncGenerator<FoundDocument> {
  for (const path of paths) {
    if (await isFolder(path)) yield* below(path, backup);
    else if (await isBackupBeside(path, backup)) yield { path, isBackup: true };
    else yield { path, isNamed: true };
  }
}

/** A shell's `docs/*` names the backups too. */
async function isBackupBeside(path: string, backup: string | null): Promise<boolean> {
  for (const document of documentsOf(path, backup)) {
    try {
      if ((await lstat(document)).isFile()) return true;
    } catch {
      // it is not there: then this is no backup of it
    }
  }
  return false;
}

/** The documents that a file of this name could be the backup of. */
function documentsOf(name: string, backup: string | null): string[] {
  const suffixes = backup === null ? BACKUP_SUFFIXES : [backup, ...BACKUP_SUFFIXES];
  return suffixes
    .filter((suffix) => name.endsWith(suffix))
    .map((suffix) => name.slice(0, -suffix.length));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch {
    return false; // whoever opens it finds out why
  }
}

async function* below(folder: string, backup: string | null): AsyncGenerator<FoundDocument> {
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entries = await entriesOf(next);
    if (entries instanceof Error) {
      yield { path: next, message: entries.message };
      continue;
    }
    const files = entries.filter((entry) => entry.isFile() && !TEMPORARY.test(entry.name));
    const names = new Set(files.map(({ name }) => name));
    for (const name of names) {
      const path = join(next, name);
      const isGiven = backup !== null && name.endsWith(backup);
      const isBackup = isGiven || documentsOf(name, backup).some((other) => names.has(other));
      yield isBackup ? { path, isBackup } : { path, isNamed: false };
    }
    const folders = entries.filter((entry) => entry.isDirectory() && !LEFT_OUT.has(entry.name));
    for (const { name } of folders.reverse()) open.push(join(next, name));
  }
}

async function entriesOf(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}
