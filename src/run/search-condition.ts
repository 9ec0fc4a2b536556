import { allOf } from '../core/verdict.ts';
import type { Filter } from '../engine/walk/selection.ts';
import { compileFilter, type Now } from '../filters/compile-filter.ts';
import { exactMetadataCheck } from '../filters/file-conditions.ts';
import type { SourceOptions } from '../job/source-schemas.ts';

/**
 * Converts the query of a search to a condition on a file; undefined for other sources. It leaves out
 * values that never change for a file (UUID, name, MIME type), and search words, which no fact of the
 * file decides. For these, the search is repeated (`stillFinds`).
 */
export function createSearchCondition(source: SourceOptions, now: Now): Filter | undefined {
  if (source.kind !== 'search') return undefined;
  const { exact = {}, uploaded, size, isImage, tags } = source.search;
  const matches = compileFilter({ uploaded, size, isImage, tags }, now);
  const checks = Object.entries(exact.metadata ?? {}).map(([key, values]) =>
    exactMetadataCheck(key, values),
  );
  return (facts) => allOf([matches(facts), ...checks.map((check) => check(facts))]);
}
