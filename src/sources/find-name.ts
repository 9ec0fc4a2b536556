import { caseless, composed } from '../core/same-text.ts';

/**
 * Index in `names` of the first of the `wanted` names that exists. For each wanted name, an exact match comes
 * before a match that ignores case. Returns -1 if no name matches, or null if several names match that differ
 * only in case.
 */
export function findName(names: readonly string[], wanted: readonly string[]): number | null {
  for (const name of wanted) {
    const exact = names.findIndex((one) => composed(one) === composed(name));
    if (exact !== -1) return exact;
    const places = names.flatMap((one, at) => (caseless(one) === caseless(name) ? [at] : []));
    if (places.length > 1) return null;
    if (places[0] !== undefined) return places[0];
  }
  return -1;
}
