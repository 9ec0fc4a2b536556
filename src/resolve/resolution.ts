import type { ItemKey } from '../core/item.ts';
import type { RunId } from '../core/run.ts';

/** The names of the possible decisions; `Resolution` explains them. */
export const RESOLUTIONS = ['done', 'redo', 'skip', 'adopt'] as const;

/**
 * A person's decision about an item in doubt: its request was sent, and ucbulk can't find out the result.
 * - `done`: the request had its effect
 * - `adopt`: the request had its effect and made this file
 * - `redo`: send the request again, although the effect may then happen twice
 * - `skip`: do nothing more with the item
 */
export type Resolution =
  | { readonly as: Exclude<(typeof RESOLUTIONS)[number], 'adopt'> }
  | { readonly as: 'adopt'; readonly file: string };

/**
 * A decision about one item. `place` is its position in the user's file, such as `decisions.csv:3`. `place`
 * is empty if the decision is from the command line.
 */
export interface Decision {
  readonly item: ItemKey;
  readonly resolution: Resolution;
  readonly place: string;
}

/** The decisions about items in doubt of one run. */
export interface ResolveRequest {
  readonly run: RunId;
  /** One decision for all items in doubt, or a list with a decision for each item. */
  readonly decisions: Resolution | readonly Decision[];
}
