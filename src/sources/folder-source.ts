import { resolve } from 'node:path';
import * as z from 'zod';
import { NONE_PASSED_OVER, type PassedOver } from '../core/passed-over.ts';
import type { Files } from '../core/world.ts';
import { compileExclude, compilePathGlob } from '../filters/path-glob.ts';
import { blockSchema, flagSchema, pathGlobsSchema } from '../job/job-value-schemas.ts';
import { defineSource } from './descriptor.ts';
import { type FolderWalk, type Found, walkFolder } from './folder-walk.ts';
import { onBadRowSchema, pathSchema } from './list-options.ts';
import { type OnBadRow, Rejections } from './rejections.ts';
import type { Candidate, Source, SourcePage } from './source.ts';

/** Options of a local folder. */
export interface FolderOptions {
  /** Absolute path of the folder. */
  readonly path: string;
  readonly followLinks: boolean;
  /** `fail`: an entry that can't be read stops the run. `skip`: such entries are left out. */
  readonly onBadRow: OnBadRow;
  /** Selects entries to skip: a file, or a folder with its whole content. By default, no entry is skipped. */
  readonly excludes?: FolderWalk['excludes'];
  /** Selects files by their path below the folder. By default, all files are selected. */
  readonly accepts?: (relativePath: string) => boolean;
}

const PAGE_FILES = 1000;

/**
 * Finds the local files to upload. The key of an item is its path below the folder. A resume continues at the
 * cursor. All pages of a process continue the same walk through the folders, so that no folder is read again
 * for each page.
 */
export function folderSource(options: FolderOptions, files: Files): Source {
  const { path: root, followLinks, onBadRow } = options;
  const { accepts = () => true, excludes = () => false } = options;
  const walk = { files, root, followLinks, excludes };
  let open: { readonly at: string; readonly found: AsyncGenerator<Found> } | null = null;
  return {
    kind: 'folder',
    uniqueKeys: true,
    async readPage(cursor, signal) {
      const found = open !== null && open.at === cursor ? open.found : walkFolder(walk, cursor);
      open = null;
      const page = await readFiles(found, { accepts, onBadRow }, signal);
      if (page.next !== null) open = { at: page.next, found };
      return page;
    },
  };
}

async function readFiles(
  found: AsyncGenerator<Found>,
  { accepts, onBadRow }: Pick<Required<FolderOptions>, 'accepts' | 'onBadRow'>,
  signal: AbortSignal,
): Promise<SourcePage> {
  const candidates: Candidate[] = [];
  const rejections = new Rejections();
  const passed = { ...NONE_PASSED_OVER };
  while (candidates.length < PAGE_FILES) {
    signal.throwIfAborted();
    const { value, done } = await found.next();
    if (done) break;
    if (value.kind === 'rejected') rejections.add(value.row);
    else if (value.kind !== 'file') passed[value.kind] += 1;
    else if (accepts(value.file.relativePath)) {
      const { relativePath: key, path, size, modifiedAt } = value.file;
      candidates.push({ key, facts: null, details: { path, size, modifiedAt } });
    }
  }
  checkReadable(rejections, onBadRow);
  const last = candidates.length < PAGE_FILES ? undefined : candidates.at(-1);
  const parts = { ...rejections.asPagePart(), ...passedPart(passed) };
  return { candidates, ...parts, next: last?.key ?? null };
}

function checkReadable(rejections: Rejections, onBadRow: OnBadRow): void {
  if (rejections.count === 0 || onBadRow === 'skip') return;
  throw rejections.toFailure('Fix the folder, or set onUnreadable: skip.');
}

/** The part of a page that counts entries that were skipped on purpose; empty if there are none. */
function passedPart(passedOver: PassedOver): Pick<SourcePage, 'passedOver'> {
  return passedOver.excluded + passedOver.links === 0 ? {} : { passedOver };
}

/**
 * Names of files that nobody wants to upload: dot files, and files that Windows, Office and macOS create for
 * themselves.
 */
const JUNK = [
  '.*',
  'Thumbs.db',
  'ehthumbs*.db',
  'desktop.ini',
  '$RECYCLE.BIN',
  'System Volume Information',
  '~$*',
  '__MACOSX',
  'Icon\r',
] as const;

const folderOptions = blockSchema({
  path: pathSchema('the path of a folder').describe(
    'The folder, relative to the folder of the job file',
  ),
  match: pathGlobsSchema
    .optional()
    .describe('Only files whose path below the folder matches; all if absent'),
  exclude: z
    .union([z.array(z.never()).max(0), pathGlobsSchema], {
      error: 'a glob such as *.tmp, a list of globs, or []',
    })
    .default([...JUNK])
    .describe(
      'Files and folders to leave out, by name or by path below the folder; [] for none. A folder is left out with its content',
    ),
  followLinks: flagSchema
    .default(false)
    .describe('Follow symbolic links, except those that lead to a folder above themselves'),
  onUnreadable: onBadRowSchema.describe(
    "fail: a file or folder that can't be read stops the run; skip: ucbulk reports it and leaves it out",
  ),
});

type FolderJobOptions = z.output<typeof folderOptions>;

function toFolderOptions(options: FolderJobOptions): FolderOptions {
  const { path, match, exclude, followLinks, onUnreadable } = options;
  const globs = match?.map(compilePathGlob);
  const excluded = exclude.map(compileExclude);
  return {
    path,
    followLinks,
    onBadRow: onUnreadable,
    excludes: (entry) => excluded.some((matches) => matches(entry)),
    ...(globs !== undefined && {
      accepts: (relativePath: string) => globs.some((matches) => matches(relativePath)),
    }),
  };
}

function describeFolder({ path, match, exclude, followLinks }: FolderJobOptions): string {
  const which = match === undefined ? 'all files' : `the files that match ${match.join(' or ')}`;
  const without = exclude.length === 0 ? '' : `, without ${exclude.join(', ')}`;
  return `Takes ${which} below ${path}${without}${followLinks ? ', links followed' : ''}`;
}

/** The source `folder`: local files. */
export const folder = defineSource({
  kind: 'folder',
  options: folderOptions,
  summary: 'Local files (for `upload`)',
  gives: () => 'path',
  tellsFacts: 'never',
  lists: 'none',
  selects: true,
  describe: describeFolder,
  withAbsolutePath: (options, base) => ({ ...options, path: resolve(base, options.path) }),
  create: (options, { files }) => folderSource(toFolderOptions(options), files),
});
