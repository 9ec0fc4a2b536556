import type { UncertainField } from './file-facts.ts';

/** Files that were left out because a field that the condition needs is unknown. */
export interface Undecided {
  /** Each file once, however many of its fields are unknown. */
  readonly count: number;
  /** How many files by field; a file with two unknown fields counts under both. */
  readonly fields: Readonly<Partial<Record<UncertainField, number>>>;
}

/** No file was left out. */
export const NONE_UNDECIDED: Undecided = { count: 0, fields: {} };

/** The files of two pages together. */
export function addUndecided(one: Undecided, other: Undecided): Undecided {
  const fields = { ...one.fields };
  for (const [field, count] of Object.entries(other.fields)) {
    const name = field as UncertainField;
    fields[name] = (fields[name] ?? 0) + count;
  }
  return { count: one.count + other.count, fields };
}
