import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocumentPlace } from './rewrite-document.ts';

/** What was found; a folder that can't be listed is a failure to be told. */
export type FoundDocument = DocumentPlace | { readonly path: string; readonly message: string };

/** Folders whose files are not the user's own to edit: a changed object of a repository is a broken one. */
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);
const TEMPORARY = /^\.ucbulk-.+\.tmp$/;

/** The files named, and all files below the folders named; links are not followed. In order of names. */
export async function* findDocuments(
  paths: readonly string[],
  { backup }: { readonly backup: string | null },
): AsyncGenerator<FoundDocument> {
  for (const path of paths) {
    if (await isFolder(path)) yield* below(path, backup);
    else yield { path, isNamed: true };
  }
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
    for (const entry of entries) {
      if (entry.isFile() && isDocument(entry.name, backup)) {
        yield { path: join(next, entry.name), isNamed: false };
      }
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

function isDocument(name: string, backup: string | null): boolean {
  return !TEMPORARY.test(name) && !(backup !== null && name.endsWith(backup));
}
