import { isDeepStrictEqual } from 'node:util';
import { isFinal } from '../../core/item-state.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { PlacedItem } from '../../ledger/item-row.ts';
import type { Judged, ListedAgain } from './selection.ts';
import { factsAsJson } from './selection.ts';

/** The results of a check of a page, by item. */
export interface FreshLook {
  readonly seen: ListedAgain['seen'];
  /** Items that were checked alone, by `seq`. */
  readonly judged: ReadonlyMap<number, Judged>;
}

/** An item with its facts as they are now. */
interface FreshItem extends PlacedItem {
  readonly details: JsonObject;
}

/** Items whose facts differ from the stored ones. */
export interface ChangedFacts {
  readonly toKeep: readonly FreshItem[];
  /**
   * Items on their way to a request. Their `if` used the older facts, which they keep. They must be checked
   * again if they are late.
   */
  readonly onTheWay: readonly FreshItem[];
}

/** Compares the results of a check with the stored facts. `waits`: the item waits for this check. */
export function changedFacts(
  items: readonly PlacedItem[],
  look: FreshLook & { readonly step: number; readonly waits: (seq: number) => boolean },
): ChangedFacts {
  const { step, seen, judged, waits } = look;
  const changed = items.flatMap((item): FreshItem[] => {
    // A change, like an absence, may be the effect of our own request, which is sent again.
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

/** Compares the facts that conditions use. Ignores the order of keys, and the URL. */
function isSameFile(one: JsonValue | undefined, other: JsonObject): boolean {
  const kept = typeof one === 'object' && one !== null && !Array.isArray(one) ? one : {};
  return isDeepStrictEqual({ ...kept, url: null }, { ...other, url: null });
}
