import { caseless, composed } from '../core/same-text.ts';

/**
 * Index of the first of `wanted` in `names`. An exact match is better than a match that ignores case. -1 if
 * there is none; null if several names differ only in case.
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
