/** Number of skipped entries of a folder, by reason. A folder counts once. */
export interface PassedOver {
  /** Matched by `exclude`. */
  readonly excluded: number;
  /** Symbolic links, if they are not followed. */
  readonly links: number;
}

/** No entry was skipped. */
export const NONE_PASSED_OVER = { excluded: 0, links: 0 } satisfies PassedOver;

/** The sum of two pages. */
export function addPassedOver(one: PassedOver, other: PassedOver): PassedOver {
  return { excluded: one.excluded + other.excluded, links: one.links + other.links };
}
