import { isDeepStrictEqual } from 'node:util';
import { isFinal } from '../../core/item-state.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { PlacedItem } from '../../ledger/item-row.ts';
import type { Judged, ListedAgain } from './judge-again.ts';
import { factsAsJson } from './selection.ts';

/** What a look at a page said about its items. */
export interface FreshLook {
  readonly seen: ListedAgain['seen'];
  /** Items that were judged alone, by `seq`. */
  readonly judged: ReadonlyMap<number, Judged>;
}

/** An item with its facts as they are now. */
interface FreshItem extends PlacedItem {
  readonly details: JsonObject;
}

/** Items whose facts differ from those that are kept with them. */
export interface ChangedFacts {
  readonly toKeep: readonly FreshItem[];
  /**
   * Items on their way to a request: their `if` has looked at the older facts. They keep those, and
   * must be looked at again if they are late.
   */
  readonly onTheWay: readonly FreshItem[];
}

/** Compares what a look at a page said with what is kept. `waits`: the item waits for this look. */
export function changedFacts(
  items: readonly PlacedItem[],
  look: FreshLook & { readonly step: number; readonly waits: (seq: number) => boolean },
): ChangedFacts {
  const { step, seen, judged, waits } = look;
  const changed = items.flatMap((item): FreshItem[] => {
    // Like its absence, a change may be the effect of our own request, which is replayed.
    if (isFinal(item.state) || (item.step === step && item.openSends > 0)) return [];
    const facts = judged.get(item.seq)?.facts ?? seen.get(item.key) ?? null;
    if (facts === null || isSameFile(item.details?.['file'], factsAsJson(facts))) return [];
    return [{ ...item, details: { ...item.details, file: factsAsJson(facts) } }];
  });
  const isOnTheWay = ({ seq, state }: FreshItem) => state === 'running' && !waits(seq);
  return {
    toKeep: changed.filter((item) => !isOnTheWay(item)),
    onTheWay: changed.filter(isOnTheWay),
  };
}

/** Compares what conditions look at. The order of keys does not count, nor does the URL. */
function isSameFile(one: JsonValue | undefined, other: JsonObject): boolean {
  const kept = typeof one === 'object' && one !== null && !Array.isArray(one) ? one : {};
  return isDeepStrictEqual({ ...kept, url: null }, { ...other, url: null });
}
