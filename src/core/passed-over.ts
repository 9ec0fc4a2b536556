/** Entries of a folder that a walk did not take, by reason. A folder counts once. */
export interface PassedOver {
  /** Matched by `exclude`. */
  readonly excluded: number;
  /** Symbolic links, if they are not followed. */
  readonly links: number;
}

/** Nothing was passed over. */
export const NONE_PASSED_OVER = { excluded: 0, links: 0 } satisfies PassedOver;

/** The entries of two pages together. */
export function addPassedOver(one: PassedOver, other: PassedOver): PassedOver {
  return { excluded: one.excluded + other.excluded, links: one.links + other.links };
}
