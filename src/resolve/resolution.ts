import type { ItemKey } from '../core/item.ts';

/** The words there are; see `Resolution`. */
export const RESOLUTIONS = ['done', 'redo', 'skip', 'adopt'] as const;

/**
 * A person's word on items in doubt: it happened (`done`, with the file it made: `adopt`), it is to
 * be sent again at the risk of a second effect (`redo`), or it is to be left (`skip`).
 */
export type Resolution =
  | { readonly as: Exclude<(typeof RESOLUTIONS)[number], 'adopt'> }
  | { readonly as: 'adopt'; readonly file: string };

/** The word on one item, and where it was given: `decisions.csv:3`; an empty place for the command line. */
export interface Decision {
  readonly item: ItemKey;
  readonly resolution: Resolution;
  readonly place: string;
}
