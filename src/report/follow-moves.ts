import { isFileUuid } from '../core/file-uuid.ts';
import type { ScratchMap } from '../ledger/scratch-map.ts';

/** Maximum number of moves of a file that are followed. */
const MAX_HOPS = 16;

/**
 * Finds the last UUID of a file that moved several times, or the URL of its copy in a bucket. So one rewrite
 * inserts the final UUID, and a second rewrite changes nothing. Null if the moves form a circle.
 */
export function followMoves(map: ScratchMap, uuid: string): string | null {
  let last: string | null = null;
  for (let hops = 0; hops < MAX_HOPS; hops += 1) {
    const next = map.get(last ?? uuid);
    if (next === null) return last;
    if (!isFileUuid(next)) return next;
    last = next;
  }
  return null;
}
