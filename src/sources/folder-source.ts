import { NONE_PASSED_OVER, type PassedOver } from '../core/passed-over.ts';
import type { Files } from '../core/world.ts';
import { type FolderWalk, type Found, walkFolder } from './folder-walk.ts';
import { type OnBadRow, Rejections } from './rejections.ts';
import type { Candidate, Source, SourcePage } from './source.ts';

/** Options of a local folder. */
export interface FolderOptions {
  /** Absolute. */
  readonly path: string;
  readonly followLinks: boolean;
  /** Unreadable entries stop the walk or are skipped. */
  readonly onBadRow: OnBadRow;
  /** Selects skipped entries: a file, or a folder with its whole content; default: none. */
  readonly excludes?: FolderWalk['excludes'];
  /** Selects files by their path below the folder; default: all. */
  readonly accepts?: (relativePath: string) => boolean;
}

const PAGE_FILES = 1000;

/**
 * Local files to upload; each key is the path below the folder. The walk resumes at its cursor. The
 * pages of one process share one walk, so that folders are not listed again for each page.
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

/** The part of a page about skipped entries; empty if there are none. */
function passedPart(passedOver: PassedOver): Pick<SourcePage, 'passedOver'> {
  return passedOver.excluded + passedOver.links === 0 ? {} : { passedOver };
}
