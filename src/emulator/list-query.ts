import { refusals } from './error-bodies.ts';
import type { FileKind } from './file-kinds.ts';
import { parseInstant } from './wire-instant.ts';

const DEFAULT_LIMIT = 100;
const HIGHEST_LIMIT = 1000;

/** What a listing asks for (contract 3.1); keys are microseconds since 1970. */
export interface ListQuery {
  readonly kind: FileKind;
  /** 1 from old to new, −1 from new to old. */
  readonly step: 1 | -1;
  readonly limit: number;
  readonly from: number | null;
  readonly to: number | null;
  readonly offset: number;
  readonly include: 'plain' | 'appdata';
}

/** Reads a listing's query; values nobody recorded are refused (contract 15.6). */
export function parseListQuery(query: ReadonlyMap<string, string>): ListQuery {
  return {
    kind: kindOf(flag(query, 'removed') ?? false, flag(query, 'stored')),
    step: stepOf(query.get('ordering')),
    limit: limitOf(query.get('limit')),
    from: keyOf(query, 'from'),
    to: keyOf(query, 'to'),
    offset: whole(query.get('offset')) ?? 0,
    include: query.get('include')?.split(',').includes('appdata') ? 'appdata' : 'plain',
  };
}

function kindOf(isRemoved: boolean, isStored: boolean | undefined): FileKind {
  // A removed file has no `datetime_stored`, so no removed file is stored (contract 3.1).
  if (isRemoved) return isStored === true ? 'none' : 'removed';
  if (isStored === undefined) return 'existing';
  return isStored ? 'stored' : 'unstored';
}

function flag(query: ReadonlyMap<string, string>, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw refusals.badParameter(name, value);
  return value === 'true';
}

function stepOf(ordering: string | undefined): 1 | -1 {
  if (ordering === undefined || ordering === 'datetime_uploaded') return 1;
  if (ordering === '-datetime_uploaded') return -1;
  throw refusals.badParameter('ordering', ordering);
}

// not recorded: out of range is clamped (contract 15.5), what is no number is the default.
function limitOf(text: string | undefined): number {
  if (text !== undefined && /^-\d+$/.test(text)) return 1;
  return Math.min(Math.max(whole(text) ?? DEFAULT_LIMIT, 1), HIGHEST_LIMIT);
}

function keyOf(query: ReadonlyMap<string, string>, name: string): number | null {
  const value = query.get(name);
  if (value === undefined) return null;
  const micros = parseInstant(value);
  if (micros === undefined) throw refusals.badParameter(name, value);
  return micros;
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
