import type { ItemKey } from '../core/item.ts';
import type { ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';

/** Selects items of an earlier run. */
export interface EarlierRunOptions {
  readonly run: string;
  readonly states: readonly ItemState[];
}

/** An item of an earlier run. */
interface EarlierItem {
  readonly seq: number;
  readonly key: ItemKey;
  readonly details: JsonObject | null;
}

/** Reads the ledgers of earlier runs. */
export interface EarlierRuns {
  /** Reads items of a run in order: at most `limit` items, in one of `states`, with a `seq` above `after`. */
  readItems(
    options: EarlierRunOptions,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly EarlierItem[]>;
}
