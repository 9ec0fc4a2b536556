import type { Item } from '../../core/item.ts';
import type { FailureNote, Outcome } from '../../core/outcome.ts';

/** An item with its outcome at a step. */
export interface EndedItem {
  readonly item: Item;
  readonly outcome: Outcome;
}

/** Functions of the user's program that are called around the work on each item. */
export interface HookCalls {
  /**
   * Called before the requests for items of a step, and before their intents. Returns the failures of the items that must not be
   * sent. Resolves at once if `signal` aborts.
   */
  before(
    step: number,
    items: readonly Item[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Item, FailureNote>>;
  /** Called after the outcomes of items at a step are in the ledger. Never throws. */
  after(step: number, ended: readonly EndedItem[]): void;
}
