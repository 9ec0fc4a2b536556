import type { ItemKey } from '../core/item.ts';
import type { RunId } from '../core/run.ts';

/** All resolutions; see `Resolution`. */
export const RESOLUTIONS = ['done', 'redo', 'skip', 'adopt'] as const;

/**
 * A person's decision about items in doubt. `done`: it happened. `adopt`: it happened and made this
 * file. `redo`: send it again, at the risk of a second effect. `skip`: leave it.
 */
export type Resolution =
  | { readonly as: Exclude<(typeof RESOLUTIONS)[number], 'adopt'> }
  | { readonly as: 'adopt'; readonly file: string };

/** The decision about one item. `place` is its position in a file, such as `decisions.csv:3`; empty for the command line. */
export interface Decision {
  readonly item: ItemKey;
  readonly resolution: Resolution;
  readonly place: string;
}

/** The decisions to apply to a run. */
export interface ResolveRequest {
  readonly run: RunId;
  /** One resolution for all items in doubt, or a decision for each item. */
  readonly decisions: Resolution | readonly Decision[];
}
