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
  /** The new URL; the argument is bytes, a character each. */
  ofUrl(url: string): string | null;
  close(): void;
}

const MAX_HOPS = 16;

/** Reads the map of a run into a file of its own that can be asked by what was there before. */
export function openReplacements(
  run: ReportedRun,
  settings: MoveSettings & { readonly to: MoveTarget | undefined },
): Replacements {
  const seen: Seen = { entries: 0, unsettled: 0, deleted: 0, hasUrls: false };
  const map = ScratchMap.of(entriesOf(run, settings, seen));
  return {
    ...seen,
    ofFile: (uuid) => lastOf(map, uuid.toLowerCase()),
    ofUrl: (url) => map.get(url),
    close: () => map.close(),
  };
}

type Seen = Record<'entries' | 'unsettled' | 'deleted', number> & { hasUrls: boolean };

function* entriesOf(
  run: ReportedRun,
  settings: MoveSettings & { readonly to: MoveTarget | undefined },
  seen: Seen,
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
    seen.hasUrls ||= move.from.kind === 'url';
    const next = move.from.kind === 'file' ? (target.uuid ?? target.url) : target.url;
    for (const old of olds) yield [old, next];
  }
  seen.deleted = counts.deleted;
}

/** A URL may stand in a document as the list had it, or with its odd characters percent-encoded. */
function oldNames({ from }: Move): string[] {
  if (from.kind === 'file') return [from.uuid];
  if (from.kind !== 'url') return [];
  const listed = Buffer.from(from.url, 'utf8').toString('latin1');
  const { href } = new URL(from.url);
  return href === listed ? [listed] : [listed, href];
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
