import type { UncertainField } from './file-facts.ts';

/**
 * The result of a condition for a file, in three-valued logic (Kleene). A file is selected only if the result
 * is `yes`, so an unknown result never selects a file.
 */
export type Verdict =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no'; readonly reason: string }
  /** The condition needs these fields, which are unknown. */
  | { readonly kind: 'unknown'; readonly fields: readonly UncertainField[] };

/** The condition holds. */
export const YES: Verdict = { kind: 'yes' };

/** The condition does not hold; `reason` explains why. */
export function no(reason: string): Verdict {
  return { kind: 'no', reason };
}

/** The result of the condition depends on these unknown fields. */
export function unknown(...fields: readonly UncertainField[]): Verdict {
  return { kind: 'unknown', fields };
}

/** AND: a single `no` decides, even if other parts are unknown. */
export function allOf(verdicts: Iterable<Verdict>): Verdict {
  const fields = new Set<UncertainField>();
  for (const verdict of verdicts) {
    if (verdict.kind === 'no') return verdict;
    if (verdict.kind === 'unknown') for (const field of verdict.fields) fields.add(field);
  }
  return fields.size === 0 ? YES : unknown(...fields);
}

/** OR: a single `yes` decides, even if other parts are unknown. */
export function anyOf(verdicts: Iterable<Verdict>, reason: string): Verdict {
  const fields = new Set<UncertainField>();
  for (const verdict of verdicts) {
    if (verdict.kind === 'yes') return YES;
    if (verdict.kind === 'unknown') for (const field of verdict.fields) fields.add(field);
  }
  return fields.size === 0 ? no(reason) : unknown(...fields);
}

/** NOT: the negation of an unknown result is unknown. */
export function not(verdict: Verdict, reason: string): Verdict {
  if (verdict.kind === 'yes') return no(reason);
  return verdict.kind === 'no' ? YES : verdict;
}
