import type { FileFacts } from '../core/file-facts.ts';
import { allOf, anyOf, no, not, type Verdict, YES } from '../core/verdict.ts';
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

/** Decides if a file is selected. `facts` is null if nothing is known about the file. */
export type Filter = (facts: FileFacts | null) => Verdict;

/**
 * The bounds of the current time, ms since 1970, fixed for the whole run; ages are measured against
 * it. If the bounds give different answers about an age, the file is not selected.
 */
export interface Now {
  readonly earliest: number;
  readonly latest: number;
}

/** Compiles a job's `where`. */
export function compileFilter(where: Where, now: Now): Filter {
  const checks = compileConditions(where, now);
  if (where.any !== undefined) checks.push(anyCheck(where.any, now));
  if (where.unless !== undefined) checks.push(unlessCheck(where.unless, now));
  if (checks.length === 0) return () => YES;
  const check = everyCheck(checks);
  return (facts) => (facts === null ? no('nothing is known about it to filter by') : check(facts));
}

function anyCheck(sets: readonly Conditions[], now: Now): Check {
  const checks = sets.map((set) => everyCheck(compileConditions(set, now)));
  return (facts) => anyOf(evaluateEach(checks, facts), 'meets no conditions of `any`');
}

/** `unless` also protects a file if the time is uncertain, so its ages use the opposite bounds. */
function unlessCheck(conditions: Conditions, { earliest, latest }: Now): Check {
  const swapped = { earliest: latest, latest: earliest };
  const check = everyCheck(compileConditions(conditions, swapped));
  return (facts) => not(check(facts), 'meets the conditions of `unless`');
}

function everyCheck(checks: readonly Check[]): Check {
  return (facts) => allOf(evaluateEach(checks, facts));
}

/** Evaluates lazily, so that the first deciding verdict ends the work. */
function* evaluateEach(checks: readonly Check[], facts: FileFacts): Generator<Verdict> {
  for (const check of checks) yield check(facts);
}

function compileConditions(conditions: Conditions, now: Now): Check[] {
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
