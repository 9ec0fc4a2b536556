import type { FileFacts } from '../core/file-facts.ts';
import {
  type Check,
  isImageCheck,
  metadataCheck,
  mimeCheck,
  nameCheck,
  removedCheck,
  sizeCheck,
  storedCheck,
  tagsCheck,
  uploadedCheck,
} from './file-conditions.ts';
import type { Conditions, Where } from './where.ts';

/** Says why an item is left out; null where it is taken. `facts` null: nothing is known of it. */
export type Filter = (facts: FileFacts | null) => string | null;

/** `now` is the service's time in ms: ages are measured against it, and it stays for the run. */
export function compileFilter(where: Where, { now }: { readonly now: number }): Filter {
  const checks = compileConditions(where, now);
  if (where.any !== undefined) checks.push(anyCheck(where.any, now));
  if (where.unless !== undefined) checks.push(unlessCheck(where.unless, now));
  if (checks.length === 0) return () => null;
  const check = allOf(checks);
  return (facts) => (facts === null ? 'nothing is known of it to filter by' : check(facts));
}

function anyCheck(sets: readonly Conditions[], now: number): Check {
  const checks = sets.map((set) => allOf(compileConditions(set, now)));
  return (facts) =>
    checks.some((check) => check(facts) === null) ? null : 'meets no conditions of `any`';
}

function unlessCheck(conditions: Conditions, now: number): Check {
  const check = allOf(compileConditions(conditions, now));
  return (facts) => (check(facts) === null ? 'meets the conditions of `unless`' : null);
}

/** The first reason is enough. */
function allOf(checks: readonly Check[]): Check {
  return (facts) => {
    for (const check of checks) {
      const reason = check(facts);
      if (reason !== null) return reason;
    }
    return null;
  };
}

function compileConditions(conditions: Conditions, now: number): Check[] {
  const { stored, removed, isImage, mime, name, size, uploaded, metadata, tags } = conditions;
  const checks: Check[] = [];
  if (stored !== undefined) checks.push(storedCheck(stored));
  if (removed !== undefined) checks.push(removedCheck(removed));
  if (isImage !== undefined) checks.push(isImageCheck(isImage));
  if (uploaded !== undefined) checks.push(uploadedCheck(uploaded, now));
  if (size !== undefined) checks.push(sizeCheck(size));
  if (mime !== undefined) checks.push(mimeCheck(mime));
  if (name !== undefined) checks.push(nameCheck(name));
  if (tags !== undefined) checks.push(tagsCheck(tags));
  for (const [key, wanted] of Object.entries(metadata ?? {}))
    checks.push(metadataCheck(key, wanted));
  return checks;
}
