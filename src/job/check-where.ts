import type { Draw } from '../filters/item-draw.ts';
import type { Where } from '../filters/where.ts';
import type { FlowFault } from './check-flow.ts';
import { filtersItself, type SourceOptions, tellsFacts } from './source-schemas.ts';
import { needsFacts, usedConditions } from './where-schema.ts';

/** Finds conditions of the filter that the source can't check. */
export function whereFaults({
  source,
  where,
}: {
  readonly source: SourceOptions;
  readonly where: Where & Draw;
}): FlowFault[] {
  const path = ['where'];
  const used = usedConditions(where);
  const own = filtersItself(source);
  if (own !== null) {
    const others = used.filter((name) => !own.some((known) => known === name));
    if (others.length === 0) return [];
    const message = `has ${others.join(', ')}, and the objects of a bucket have only ${own.join(', ')}`;
    return [{ path, message }];
  }
  if (!tellsFacts(source)) {
    if (!needsFacts(where)) return [];
    const message =
      'needs the facts of a listing, which this source does not have; remove the filter';
    return [{ path, message }];
  }
  if (!used.includes('modified')) return [];
  return [
    { path, message: 'has modified, which only objects of a bucket have; files have uploaded' },
  ];
}
