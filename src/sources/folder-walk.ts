import { join } from 'node:path';
import { errorMessage } from '../core/error-message.ts';
import type { PassedOver } from '../core/passed-over.ts';
import type { Files, FolderEntry } from '../core/world.ts';
import { quoteForMessage, unusable } from './rejections.ts';
import type { RejectedRow } from './source.ts';

/** A file below a folder. */
interface LocalFile {
  /** Path below the folder, with slashes on every system. */
  readonly relativePath: string;
  /** Absolute path of the file. */
  readonly path: string;
  /** Size in bytes. */
  readonly size: number;
  /** Time of the last change, ms since 1970. */
  readonly modifiedAt: number;
}

/** A result of the walk: a file, an entry that can't be read, or an entry that is skipped on purpose. */
export type Found =
  | { readonly kind: 'file'; readonly file: LocalFile }
  | { readonly kind: 'rejected'; readonly row: RejectedRow }
  | { readonly kind: keyof PassedOver };

/** The start of a walk, and the rule for the entries that it skips. */
export interface FolderWalk {
  readonly files: Files;
  /** Absolute path of the folder at which the walk starts. */
  readonly root: string;
  readonly followLinks: boolean;
  /** True if an entry must be skipped. A skipped folder is skipped with its whole content. */
  readonly excludes: (entry: { readonly name: string; readonly relativePath: string }) => boolean;
}

/**
 * Finds all files below a folder, sorted by name at each level, after the file with the relative path
 * `after`. Only the names of the current folders are in memory. Links are skipped, or followed if they do not
 * lead to a folder above themselves. Pipes, sockets and devices are never files to upload.
 */
export function walkFolder(walk: FolderWalk, after: string | null): AsyncGenerator<Found> {
  const resume = after === null ? [] : after.split('/');
  return walkLevel(walk, { names: [], above: new Set(), resume });
}

interface Level {
  /** Names of the folders on the path from the root to this folder. */
  readonly names: readonly string[];
  /** Real paths of all folders above this folder. */
  readonly above: ReadonlySet<string>;
  /**
   * The part of `after` from this level on: names on the path to the last file that an earlier walk returned.
   * Empty if there is none.
   */
  readonly resume: readonly string[];
}

async function* walkLevel(walk: FolderWalk, level: Level): AsyncGenerator<Found> {
  const { files, root } = walk;
  const folder = join(root, ...level.names);
  const real = await files.realPath(folder).catch(() => folder);
  if (level.above.has(real)) {
    yield rejected(level.names, 'is a link to a folder above it');
    return;
  }
  const entries = await listEntries(walk, folder, level);
  if ('fault' in entries) yield rejected(level.names, entries.fault);
  else {
    const above = new Set([...level.above, real]);
    for (const entry of remaining(entries.list, level.resume)) {
      const resume = entry.name === level.resume[0] ? level.resume.slice(1) : [];
      yield* walkEntry(walk, entry, { names: [...level.names, entry.name], above, resume });
    }
  }
}

async function* walkEntry(
  walk: FolderWalk,
  { kind, name }: FolderEntry,
  level: Level,
): AsyncGenerator<Found> {
  const path = join(walk.root, ...level.names);
  if (name.includes('\uFFFD')) return yield rejected(level.names, 'has a name that is not UTF-8');
  if (walk.excludes({ name, relativePath: level.names.join('/') })) {
    return yield { kind: 'excluded' };
  }
  if (kind === 'link' && !walk.followLinks) return yield { kind: 'links' };
  if (kind === 'folder') return yield* walkLevel(walk, level);
  const facts = await walk.files.factsOf(path, 'follow').catch(errorMessage);
  if (typeof facts === 'string') return yield rejected(level.names, facts);
  if (facts.kind === 'folder') return yield* walkLevel(walk, level);
  if (facts.kind !== 'file') return;
  const { size, modifiedAt } = facts;
  yield { kind: 'file', file: { relativePath: level.names.join('/'), path, size, modifiedAt } };
}

/**
 * Lists a folder. If the folder at which the walk starts can't be read, the walk ends. A folder below it that
 * can't be read is reported and skipped.
 */
async function listEntries(
  { files }: FolderWalk,
  folder: string,
  { names }: Level,
): Promise<{ readonly list: FolderEntry[] } | { readonly fault: string }> {
  try {
    return { list: await files.listFolder(folder) };
  } catch (error) {
    if (names.length > 0) return { fault: `can't be read: ${errorMessage(error)}.` };
    throw unusable(
      'no_folder',
      `The folder ${folder} can't be read: ${errorMessage(error)}`,
      error,
    );
  }
}

/**
 * Sorts entries by UTF-16 code units, which is the same order on every machine. Removes the entries that an
 * earlier walk has returned already.
 */
function remaining(entries: readonly FolderEntry[], resume: readonly string[]): FolderEntry[] {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const [last] = resume;
  if (last === undefined) return sorted;
  return sorted.filter(({ name }) => name > last || (name === last && resume.length > 1));
}

function rejected(names: readonly string[], reason: string): Found {
  return { kind: 'rejected', row: { place: quoteForMessage(names.join('/')), reason } };
}
