import { join } from 'node:path';
import { errorMessage } from '../core/error-message.ts';
import type { PassedOver } from '../core/passed-over.ts';
import type { Files, FolderEntry } from '../core/world.ts';
import { shown, unusable } from './rejections.ts';
import type { RejectedRow } from './source.ts';

/** A file below a folder. */
interface LocalFile {
  /** Below the folder, with slashes. */
  readonly relativePath: string;
  /** Absolute. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Ms since 1970. */
  readonly modifiedAt: number;
}

/** What a walk finds: files in order, and what it can't take. */
export type Found =
  | { readonly kind: 'file'; readonly file: LocalFile }
  | { readonly kind: 'rejected'; readonly row: RejectedRow }
  | { readonly kind: keyof PassedOver };

/** How a folder is walked. */
export interface FolderWalk {
  readonly files: Files;
  /** Absolute. */
  readonly root: string;
  readonly followLinks: boolean;
  /** True for an entry that is left out, and a folder's whole content with it. */
  readonly excludes: (entry: { readonly name: string; readonly relativePath: string }) => boolean;
}

/**
 * All files below a folder, in the order of their names level by level, after the one at `after`
 * (its relative path). A folder's names are in memory, not the tree's. Links are left out, or
 * followed where no folder above is reached again; pipes, sockets and devices never are files.
 */
export function walkFolder(walk: FolderWalk, after: string | null): AsyncGenerator<Found> {
  const resume = after === null ? [] : after.split('/');
  return walkLevel(walk, { names: [], above: new Set(), resume });
}

interface Level {
  /** Of this folder, from the root on. */
  readonly names: readonly string[];
  /** Real paths of the folders above. */
  readonly above: ReadonlySet<string>;
  /** Names of the last file that was seen, from this level on; empty where nothing was. */
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
  const entries = await entriesOf(walk, folder, level);
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
  const facts = await walk.files.factsOf(path, 'follow').catch(reasonOf);
  if (typeof facts === 'string') return yield rejected(level.names, facts);
  if (facts.kind === 'folder') return yield* walkLevel(walk, level);
  if (facts.kind !== 'file') return;
  const { size, modifiedAt } = facts;
  yield { kind: 'file', file: { relativePath: level.names.join('/'), path, size, modifiedAt } };
}

/** A root that can't be read ends the walk; a folder below it is left out and told. */
async function entriesOf(
  { files }: FolderWalk,
  folder: string,
  { names }: Level,
): Promise<{ readonly list: FolderEntry[] } | { readonly fault: string }> {
  try {
    return { list: await files.listFolder(folder) };
  } catch (error) {
    if (names.length > 0) return { fault: `can't be read: ${reasonOf(error)}.` };
    throw unusable('no_folder', `The folder ${folder} can't be read: ${reasonOf(error)}`, error);
  }
}

/** In the order of code units, the same on every machine; without what comes before the last one seen. */
function remaining(entries: readonly FolderEntry[], resume: readonly string[]): FolderEntry[] {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const [last] = resume;
  if (last === undefined) return sorted;
  return sorted.filter(({ name }) => name > last || (name === last && resume.length > 1));
}

function rejected(names: readonly string[], reason: string): Found {
  return { kind: 'rejected', row: { place: shown(names.join('/')), reason } };
}

function reasonOf(error: unknown): string {
  return errorMessage(error);
}
