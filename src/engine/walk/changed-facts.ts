import { isDeepStrictEqual } from 'node:util';
import { isFinal } from '../../core/item-state.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { PlacedItem } from '../../ledger/item-row.ts';
import { factsAsJson, type Judged, type ListedAgain } from './selection.ts';

/** The results of a new check of a page. */
export interface FreshLook {
  readonly seen: ListedAgain['seen'];
  /** The results of items whose files were read one by one, by `seq`. */
  readonly judged: ReadonlyMap<number, Judged>;
}

/** An item with its current facts. */
interface FreshItem extends PlacedItem {
  readonly details: JsonObject;
}

/** Items whose new facts differ from the stored ones. */
export interface ChangedFacts {
  readonly toKeep: readonly FreshItem[];
  /**
   * Items whose request is being prepared. ucbulk evaluated their `if` with the old facts and does not
   * replace these now. If the request is sent late, ucbulk must check such items again.
   */
  readonly onTheWay: readonly FreshItem[];
}

/**
 * Compares the facts from a new check with the stored facts. `waits` returns true for an item that is claimed
 * and waits for this check.
 */
export function changedFacts(
  items: readonly PlacedItem[],
  look: FreshLook & { readonly step: number; readonly waits: (seq: number) => boolean },
): ChangedFacts {
  const { step, seen, judged, waits } = look;
  const changed = items.flatMap((item): FreshItem[] => {
    // The stored facts of a finished item are no longer needed. If the last request of an item has an unknown
    // result, the change may be the effect of this request. ucbulk will send the request again, so it keeps
    // the old facts.
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

/** True if all facts that a condition can use are equal. The order of keys and the URL do not matter. */
function isSameFile(one: JsonValue | undefined, other: JsonObject): boolean {
  const kept = isJsonObject(one) ? one : {};
  return isDeepStrictEqual({ ...kept, url: null }, { ...other, url: null });
}
