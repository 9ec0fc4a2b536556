import type { UncertainField } from './file-facts.ts';

/**
 * The result of a condition for a file. If the condition depends on a field that is unknown, its result can
 * be unknown too. Only `yes` selects a file.
 */
export type Verdict =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no'; readonly reason: string }
  /** The condition depends on these fields, which are unknown. */
  | { readonly kind: 'unknown'; readonly fields: readonly UncertainField[] };

/** The condition is true. */
export const YES: Verdict = { kind: 'yes' };

/** The condition is false; `reason` explains why. */
export function no(reason: string): Verdict {
  return { kind: 'no', reason };
}

/** The condition is unknown, because these fields are unknown. */
export function unknown(...fields: readonly UncertainField[]): Verdict {
  return { kind: 'unknown', fields };
}

/** AND: one `no` makes the result `no`, even if other parts are unknown. */
export function allOf(verdicts: Iterable<Verdict>): Verdict {
  let fields: Set<UncertainField> | null = null; // created only if it is needed, because this runs for each file
  for (const verdict of verdicts) {
    if (verdict.kind === 'no') return verdict;
    if (verdict.kind === 'unknown') fields = new Set([...(fields ?? []), ...verdict.fields]);
  }
  return fields === null ? YES : unknown(...fields);
}

/** OR: one `yes` makes the result `yes`, even if other parts are unknown. */
export function anyOf(verdicts: Iterable<Verdict>, reason: string): Verdict {
  const fields = new Set<UncertainField>();
  for (const verdict of verdicts) {
    if (verdict.kind === 'yes') return YES;
    if (verdict.kind === 'unknown') for (const field of verdict.fields) fields.add(field);
  }
  return fields.size === 0 ? no(reason) : unknown(...fields);
}

/** NOT: if the condition is unknown, the result is unknown too. */
export function not(verdict: Verdict, reason: string): Verdict {
  if (verdict.kind === 'yes') return no(reason);
  return verdict.kind === 'no' ? YES : verdict;
}
