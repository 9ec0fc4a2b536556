import { isFileUuid } from '../core/file-uuid.ts';
import { ScratchMap } from '../ledger/scratch-map.ts';
import {
  type Move,
  type MoveSettings,
  type MoveTarget,
  moves,
  noMoveCounts,
  targetOf,
} from '../report/moves.ts';
import type { ReportedRun } from '../report/run-items.ts';
import { normalUrl, originalsOf, plainHost } from './normal-url.ts';

/** What comes in the place of what: UUIDs for UUIDs, URLs for copies in a bucket and for source URLs. */
export interface Replacements {
  readonly entries: number;
  /** Items that got something new but did not end well; their references stay as they are. */
  readonly unsettled: number;
  /** Items whose new file the run deleted again; their references stay as they are. */
  readonly deleted: number;
  readonly hasUrls: boolean;
  /** The new UUID, or the URL of a copy. */
  ofFile(uuid: string): string | null;
  /** The new URL, however the old one is encoded, with either scheme or none; bytes, a character each. */
  ofUrl(url: string): string | null;
  /** True for a sized picture of a source URL: another size in its name, or a query. */
  isSized(url: string): boolean;
  close(): void;
}

const MAX_HOPS = 16;

/** Reads the map of a run into a file of its own that can be asked by what was there before. */
export function openReplacements(
  run: ReportedRun,
  settings: MoveSettings & { readonly to: MoveTarget | undefined },
): Replacements {
  const seen: Seen = { entries: 0, unsettled: 0, deleted: 0 };
  const hosts = new Set<string>();
  const map = ScratchMap.of(entriesOf(run, settings, { seen, hosts }));
  return {
    ...seen,
    hasUrls: hosts.size > 0,
    ofFile: (uuid) => lastOf(map, uuid.toLowerCase()),
    ...urlLookups((url) => map.get(url), hosts),
    close: () => map.close(),
  };
}

type Seen = Record<'entries' | 'unsettled' | 'deleted', number>;

function* entriesOf(
  run: ReportedRun,
  settings: MoveSettings & { readonly to: MoveTarget | undefined },
  { seen, hosts }: { readonly seen: Seen; readonly hosts: Set<string> },
): Generator<readonly [string, string]> {
  const counts = noMoveCounts();
  for (const move of moves(run, settings, counts)) {
    const target = targetOf(move, settings.to);
    const olds = oldNames(move);
    if (target === null || olds.length === 0) continue;
    if (!move.isSettled) {
      seen.unsettled += 1;
      continue;
    }
    seen.entries += 1;
    noteHost(move, hosts);
    const next = move.from.kind === 'file' ? (target.uuid ?? target.url) : target.url;
    for (const old of olds) yield [old, next];
  }
  seen.deleted = counts.deleted;
}

function noteHost({ from }: Move, hosts: Set<string>): void {
  if (from.kind === 'url') hosts.add(new URL(from.url).hostname);
}

/** Finds URLs as the list had them, then in the form that URLs are compared in. */
export function urlLookups(
  find: (key: string) => string | null,
  hosts: ReadonlySet<string>,
): Pick<Replacements, 'ofUrl' | 'isSized'> {
  // Most URLs of a document are of other hosts: that is known without a look.
  const mayBe = (url: string) => {
    const host = plainHost(url);
    return host === null || hosts.has(host);
  };
  const ofUrl = (url: string) => {
    if (!mayBe(url)) return null;
    const normal = normalUrl(url);
    return find(url) ?? (normal === null ? null : find(normal));
  };
  return {
    ofUrl,
    isSized: (url) => mayBe(url) && originalsOf(url).some((original) => ofUrl(original) !== null),
  };
}

/** The URL as the list had it, and the form that URLs are compared in. */
function oldNames({ from }: Move): string[] {
  if (from.kind === 'file') return [from.uuid];
  if (from.kind !== 'url') return [];
  const listed = Buffer.from(from.url, 'utf8').toString('latin1');
  return [listed, normalUrl(listed) ?? listed];
}

/** Follows a file that was moved and moved again, so that a second rewrite finds nothing to do. Null for a circle. */
function lastOf(map: ScratchMap, uuid: string): string | null {
  let last: string | null = null;
  for (let hops = 0; hops < MAX_HOPS; hops += 1) {
    const next = map.get(last ?? uuid);
    if (next === null) return last;
    if (!isFileUuid(next)) return next;
    last = next;
  }
  return null;
}
