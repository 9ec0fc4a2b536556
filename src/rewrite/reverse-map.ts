import { isFileUuid } from '../core/file-uuid.ts';
import { ScratchMap } from '../ledger/scratch-map.ts';
import { ScratchSet } from '../ledger/scratch-set.ts';
import { followMoves } from '../report/follow-moves.ts';
import {
  type Move,
  type MoveSettings,
  type MoveTarget,
  moves,
  noMoveCounts,
  selectTarget,
} from '../report/moves.ts';
import type { ReportedRun } from '../report/run-items.ts';
import { normalizeUrl } from './normalize-url.ts';

/** The map of a run, and the counts and hosts of the way back. */
interface WayBack {
  readonly seen: { entries: number; ambiguous: number };
  /** Gets the hosts of copies in buckets. */
  readonly hosts: Set<string>;
  /** The map from old to new files. This function closes it. */
  readonly forward: ScratchMap;
}

/**
 * Creates the exact inverse of a map: from each new file, or copy in a bucket, to the old file or URL. If several
 * old ones lead to one new file, also by several moves, the way back is not clear, so the map leaves it out.
 */
export function reverseMap(
  run: ReportedRun,
  settings: MoveSettings & { readonly to: MoveTarget | undefined },
  { seen, hosts, forward }: WayBack,
): ScratchMap {
  const shared = ScratchSet.open();
  try {
    const once = ScratchSet.open();
    for (const { last } of ends(run, settings, forward)) {
      if (once.add([last]).length === 0) shared.add([last]);
    }
    once.close();
    seen.entries = 0;
    hosts.clear();
    return ScratchMap.of(entries());
  } finally {
    shared.close();
    forward.close();
  }

  function* entries(): Generator<readonly [string, string]> {
    for (const { from, last } of ends(run, settings, forward)) {
      if (shared.has(last)) {
        seen.ambiguous += 1;
        continue;
      }
      seen.entries += 1;
      yield* entriesOf({ from, last }, hosts);
    }
  }
}

type End = { readonly from: Extract<Move['from'], { url: string }>; readonly last: string };

function* entriesOf({ from, last }: End, hosts: Set<string>): Generator<readonly [string, string]> {
  const isFile = isFileUuid(last);
  const back = from.kind === 'file' && isFile ? from.uuid : from.url;
  yield [last, back];
  if (isFile) return;
  hosts.add(new URL(last).hostname);
  yield [normalizeUrl(last) ?? last, back];
}

/** The last place of each old file or URL: a UUID, or the URL of a copy in a bucket. */
function* ends(
  run: ReportedRun,
  settings: MoveSettings & { readonly to: MoveTarget | undefined },
  forward: ScratchMap,
): Generator<End> {
  for (const { from, ...move } of moves(run, settings, noMoveCounts())) {
    const target = selectTarget({ from, ...move }, settings.to);
    if (target === null || !move.isSettled || (from.kind !== 'file' && from.kind !== 'url'))
      continue;
    const last =
      from.kind === 'file' ? followMoves(forward, from.uuid) : (target.uuid ?? target.url);
    if (last !== null) yield { from, last };
  }
}
