import { ScratchMap } from '../ledger/scratch-map.ts';
import { isFileUrl } from '../report/cdn-hosts.ts';
import { followMoves } from '../report/follow-moves.ts';
import {
  type Move,
  type MoveSettings,
  type MoveTarget,
  moves,
  noMoveCounts,
  selectTarget,
} from '../report/moves.ts';
import { readPictureSize, type SizeNames } from '../report/picture-sizes.ts';
import type { ReportedRun } from '../report/run-items.ts';
import { normalizeUrl, possibleOriginals, simpleHost } from './normalize-url.ts';
import { reverseMap } from './reverse-map.ts';

/**
 * The new value for each old reference. An old UUID gets a new UUID, or the URL of a copy in a bucket. The
 * URL of an imported file gets the URL of the new file.
 */
export interface Replacements {
  readonly entries: number;
  /**
   * Number of items for which the run made something new, but whose steps are not all complete. References to
   * these items do not change.
   */
  readonly unsettled: number;
  /** Number of items whose new file the run deleted later. References to them do not change. */
  readonly deleted: number;
  /** Number of new files that came from several old files, so that their way back is not clear. */
  readonly ambiguous: number;
  readonly hasUrls: boolean;
  /** The replacement for a UUID: the new UUID, or the URL of a copy in a bucket. Null if there is none. */
  findFile(uuid: string): string | null;
  /**
   * The new URL for an old URL. The old URL may be written with or without a scheme and in any percent
   * encoding. Each character of `url` is one byte. Null if there is no new URL.
   */
  findUrl(url: string): string | null;
  /**
   * The new URL for the URL of a smaller version of a picture. It has an operation that makes this version. Null if
   * the user does not want it, or if there is none.
   */
  findSized(url: string): string | null;
  /**
   * True if the URL shows a resized version of a picture that has a new URL. Its name then contains a size,
   * or it has a query.
   */
  isSized(url: string): boolean;
  close(): void;
}

/** Writes the map of a run (from old to new references) to a temporary file, in which a search is fast. */
export function openReplacements(run: ReportedRun, settings: MapSettings): Replacements {
  const seen: MapCounts = { entries: 0, unsettled: 0, deleted: 0, ambiguous: 0 };
  const hosts = new Set<string>();
  const forward = ScratchMap.of(readEntries(run, settings, { seen, hosts }));
  const map = settings.reverse ? reverseMap(run, settings, { seen, hosts, forward }) : forward;
  return {
    ...seen,
    hasUrls: hosts.size > 0,
    findFile: (uuid) =>
      settings.reverse ? map.get(uuid.toLowerCase()) : followMoves(map, uuid.toLowerCase()),
    ...urlLookups((url) => map.get(url), hosts, settings.sizes),
    close: () => map.close(),
  };
}

type MapCounts = Record<'entries' | 'unsettled' | 'deleted' | 'ambiguous', number>;

interface MapSettings extends MoveSettings {
  readonly to: MoveTarget | undefined;
  /** True to lead from the new files back to the old ones. */
  readonly reverse: boolean;
  /** The names of smaller versions of pictures that get a new URL too. */
  readonly sizes?: SizeNames | undefined;
}

function* readEntries(
  run: ReportedRun,
  settings: MapSettings,
  { seen, hosts }: { readonly seen: MapCounts; readonly hosts: Set<string> },
): Generator<readonly [string, string]> {
  const counts = noMoveCounts();
  for (const move of moves(run, settings, counts)) {
    const target = selectTarget(move, settings.to);
    const olds = oldNames(move);
    if (target === null || olds.length === 0) continue;
    if (!move.isSettled) {
      seen.unsettled += 1;
      continue;
    }
    seen.entries += 1;
    addHost(move, hosts);
    const next = move.from.kind === 'file' ? (target.uuid ?? target.url) : target.url;
    for (const old of olds) yield [old, next];
  }
  seen.deleted = counts.deleted;
}

function addHost({ from }: Move, hosts: Set<string>): void {
  if (from.kind === 'url') hosts.add(new URL(from.url).hostname);
}

/**
 * Creates the functions that search for a URL. They search for the URL as it is written, and then for its
 * normalized form.
 */
export function urlLookups(
  find: (key: string) => string | null,
  hosts: ReadonlySet<string>,
  sizes?: SizeNames,
): Pick<Replacements, 'findUrl' | 'findSized' | 'isSized'> {
  // Saves a search in the map for most URLs in a document, because their hosts occur nowhere in the map.
  const hasKnownHost = (url: string) => {
    const host = simpleHost(url);
    return host === null || hosts.has(host);
  };
  const findUrl = (url: string) => {
    if (!hasKnownHost(url)) return null;
    const normal = normalizeUrl(url);
    return find(url) ?? (normal === null ? null : find(normal));
  };
  return {
    findUrl,
    findSized(url) {
      const size = sizes === undefined || !hasKnownHost(url) ? null : readPictureSize(url);
      const found = size?.originals.map(findUrl).find((value) => value !== null) ?? null;
      return size === null || found === null || !isFileUrl(found) ? null : found + size.operation;
    },
    isSized: (url) =>
      hasKnownHost(url) && possibleOriginals(url).some((original) => findUrl(original) !== null),
  };
}

/**
 * The texts under which the map stores an old file. They are its UUID, or its URL as listed and in normalized
 * form. Empty for an item that is neither a file nor a URL.
 */
function oldNames({ from }: Move): string[] {
  if (from.kind === 'file') return [from.uuid];
  if (from.kind !== 'url') return [];
  const { url, encodedUrl = url } = from;
  return [...new Set([url, encodedUrl])].flatMap((written) => {
    const listed = Buffer.from(written, 'utf8').toString('latin1');
    return [listed, normalizeUrl(listed) ?? listed];
  });
}
