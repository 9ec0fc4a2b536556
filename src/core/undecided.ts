import type { UncertainField } from './file-facts.ts';

/** Counts of files that were not selected because a field that the filter needs is unknown. */
export interface Undecided {
  /** Number of files. A file counts once, even if several of its fields are unknown. */
  readonly count: number;
  /** Number of files by unknown field. A file with two unknown fields counts under both. */
  readonly fields: Readonly<Partial<Record<UncertainField, number>>>;
}

/** The counts if all files could be decided. */
export const NONE_UNDECIDED: Undecided = { count: 0, fields: {} };

/** Adds the counts of two pages. */
export function addUndecided(one: Undecided, other: Undecided): Undecided {
  const fields = { ...one.fields };
  for (const [field, count] of Object.entries(other.fields)) {
    const name = field as UncertainField;
    fields[name] = (fields[name] ?? 0) + count;
  }
  return { count: one.count + other.count, fields };
}
