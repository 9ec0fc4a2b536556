import { allOf } from '../core/verdict.ts';
import type { Filter } from '../engine/walk/selection.ts';
import { compileFilter, type Now } from '../filters/compile-filter.ts';
import { exactMetadataCheck } from '../filters/file-conditions.ts';
import type { SourceOptions } from '../job/source-schemas.ts';

/**
 * What a search was asked for, as a condition on a file; undefined for other sources. Left out is
 * what never changes for a file (UUID, name, MIME type), and what no fact decides: for words the
 * search is asked again (`stillFinds`).
 */
export function askedOf(source: SourceOptions, now: Now): Filter | undefined {
  if (source.kind !== 'search') return undefined;
  const { exact = {}, uploaded, size, isImage, tags } = source.search;
  const matches = compileFilter({ uploaded, size, isImage, tags }, now);
  const checks = Object.entries(exact.metadata ?? {}).map(([key, values]) =>
    exactMetadataCheck(key, values),
  );
  return (facts) => allOf([matches(facts), ...checks.map((check) => check(facts))]);
}
