import { createHash } from 'node:crypto';
import type { JsonValue } from '../core/json.ts';
import { candidateSize } from '../sources/candidate-size.ts';
import type { Candidate } from '../sources/source.ts';
import type { PlanEntry } from './plan-format.ts';

/** Number of hexadecimal digits of a hash. With 16, different facts practically never have the same hash. */
const HASH_DIGITS = 16;

/** Creates the entry of an item for a plan file. */
export function createEntry(candidate: Candidate, isOpen: boolean): PlanEntry {
  const { key } = candidate;
  return { key, size: candidateSize(candidate), hash: hashCandidate(candidate), isOpen };
}

/**
 * Hashes the facts that conditions can use. If the source reports no facts, hashes the data that it stores with
 * the item: the columns of a list, or the size and time of a local file.
 */
export function hashCandidate({ facts, details = null }: Candidate): string {
  if (facts === null) return details === null ? '' : hash(sortKeys(details));
  const { url: _url, metadata, tags, ...others } = facts;
  return hash({
    ...others,
    metadata: metadata === null ? null : sortKeys({ ...metadata }),
    tags: tags === null ? null : [...tags].sort(),
  });
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, HASH_DIGITS);
}

function sortKeys(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sortKeys(part ?? null)]));
}
