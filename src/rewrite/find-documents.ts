import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoundFile } from './rewrite-document.ts';

/** A file to rewrite, a folder that can't be read, or a backup that must not be changed. */
export type FoundDocument =
  | FoundFile
  | { readonly path: string; readonly message: string }
  | { readonly path: string; readonly isBackup: true };

/**
 * Names of folders that are skipped. People do not edit the files in them, and a change in `.git` would
 * damage the repository.
 */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);
/**
 * Endings of the names of backups. Programs and people add them to the old version of a document that they
 * keep beside the new one.
 */
const BACKUP_SUFFIXES = ['.bak', '.backup', '.orig', '.old', '~'];
/**
 * True if a file with this ending is always a backup. Other endings mark backups only if the user passes
 * them.
 */
export function isKnownSuffix(suffix: string): boolean {
  return BACKUP_SUFFIXES.includes(suffix);
}

const TEMPORARY = /^\.ucbulk-.+\.tmp$/;

/**
 * Finds the files and folders that the user named, and all files below these folders, sorted by name. Does
 * not follow links. The result marks backups, which must not be rewritten: they contain the documents as they
 * were before the first rewrite.
 */
export async function* findDocuments(
  paths: readonly string[],
  { backup }: { readonly backup: string | null },
): AsyncGenerator<FoundDocument> {
  for (const path of paths) {
    if (await isFolder(path)) yield* walkFolder(path, backup);
    else if (await isBackupBeside(path, backup)) yield { path, isBackup: true };
    else yield { path, isNamed: true };
  }
}

/**
 * True if a file that the user named is the backup of a document in the same folder. A user may name backups
 * by accident: the shell expands `docs/*` to all files.
 */
async function isBackupBeside(path: string, backup: string | null): Promise<boolean> {
  for (const document of originalNames(path, backup)) {
    try {
      if ((await lstat(document)).isFile()) return true;
    } catch {
      // This document does not exist, so the file is not its backup.
    }
  }
  return false;
}

/** Names of the documents of which a file with this name could be the backup. */
function originalNames(name: string, backup: string | null): string[] {
  const suffixes = backup === null ? BACKUP_SUFFIXES : [backup, ...BACKUP_SUFFIXES];
  return suffixes
    .filter((suffix) => name.endsWith(suffix))
    .map((suffix) => name.slice(0, -suffix.length));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch {
    return false; // the error is reported when the file is opened
  }
}

async function* walkFolder(folder: string, backup: string | null): AsyncGenerator<FoundDocument> {
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entries = await listEntries(next);
    if (entries instanceof Error) {
      yield { path: next, message: entries.message };
      continue;
    }
    const files = entries.filter((entry) => entry.isFile() && !TEMPORARY.test(entry.name));
    const names = new Set(files.map(({ name }) => name));
    for (const name of names) {
      const path = join(next, name);
      const isGiven = backup !== null && name.endsWith(backup);
      const isBackup = isGiven || originalNames(name, backup).some((other) => names.has(other));
      yield isBackup ? { path, isBackup } : { path, isNamed: false };
    }
    const folders = entries.filter(
      (entry) => entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name),
    );
    for (const { name } of folders.reverse()) open.push(join(next, name));
  }
}

async function listEntries(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}
