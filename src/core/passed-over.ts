/** Number of entries of a folder that were skipped, by reason. A skipped folder counts as one entry. */
export interface PassedOver {
  /** Entries that match `exclude`. */
  readonly excluded: number;
  /** Symbolic links that are not followed. */
  readonly links: number;
}

/** No entry was skipped. */
export const NONE_PASSED_OVER = { excluded: 0, links: 0 } satisfies PassedOver;

/** Adds the counts of two pages. */
export function addPassedOver(one: PassedOver, other: PassedOver): PassedOver {
  return { excluded: one.excluded + other.excluded, links: one.links + other.links };
}
