import { createHash } from 'node:crypto';
import { DEFAULT_API_VERSION } from '../core/api-version.ts';
import { formatDuration } from '../core/duration.ts';
import type { Job } from './job-schema.ts';

const MAX_LINES = 20;
const DURATIONS: readonly string[] = ['olderThan', 'newerThan', 'recheckAfter'];
const INSTANTS: readonly string[] = ['before', 'after'];

/**
 * Returns a hash of the parts of a job that must not change between the start of a run and its resume. The
 * description, the guards, the limits except `limits.items`, the evidence, the prices, the labels, the
 * notifications, the window, the report and the concurrency are not among them, so a user may, for example, raise a limit and resume. The order of keys
 * does not change the hash.
 */
export function jobFingerprint(job: Job): string {
  const leaves = [...listLeaves(fixedParts(job))].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(leaves)).digest('hex');
}

/** Lists the differences between two jobs, one per line. Ignores parts that may change before a resume. */
export function describeJobChange(before: Job, after: Job): string[] {
  const old = listLeaves(fixedParts(before));
  const now = listLeaves(fixedParts(after));
  const lines: string[] = [];
  for (const place of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [printLeaf(place, old.get(place)), printLeaf(place, now.get(place))];
    if (was !== is) lines.push(`${place}: ${was} → ${is}`);
  }
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES), `and ${lines.length - MAX_LINES} more`];
}

function fixedParts({
  description: _,
  guard: __,
  limits: { items },
  report: ___,
  evidence: ____,
  concurrency: _____,
  prices: ______,
  labels: _______,
  notify: _________,
  window: ________,
  verify: __________,
  apiVersion,
  ...others
}: Job) {
  // Leaves out version 0.7, because it is the default. So a job that names it has the same hash as a job
  // without this key.
  const versioned = apiVersion === DEFAULT_API_VERSION ? others : { ...others, apiVersion };
  const sourced = { ...versioned, source: withoutQuery(versioned.source) };
  const fixed = items === undefined ? sourced : { ...sourced, limits: { items } };
  return fixed.projects === undefined ? fixed : { ...fixed, projects: projectKeys(fixed.projects) };
}

/** Leaves out the query of URLs: it may expire, and a resume then needs another one. */
function withoutQuery(source: Job['source']): object {
  if (source.kind !== 'urls') return source;
  const { query: _, ...urls } = source.urls;
  return { ...source, urls };
}

/**
 * Returns the public key of each project. Leaves out the names of the variables that contain the keys, so
 * they don't change the hash.
 */
function projectKeys(projects: NonNullable<Job['projects']>): object {
  const named = Object.entries(projects);
  return Object.fromEntries(named.map(([name, { publicKey }]) => [name, publicKey.key]));
}

/**
 * Returns every single value of a job by its position, such as `steps[0].uses`. An empty block has no entry.
 */
export function listLeaves(job: object): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [key, value] of Object.entries(job)) collectLeaves(value, key, leaves);
  return leaves;
}

function collectLeaves(part: unknown, place: string, leaves: Map<string, unknown>): void {
  if (part === undefined) return;
  if (typeof part !== 'object' || part === null) {
    leaves.set(place, part);
    return;
  }
  for (const [key, child] of Object.entries(part)) {
    const childPath = Array.isArray(part) ? `${place}[${key}]` : `${place}.${key}`;
    collectLeaves(child, childPath, leaves);
  }
}

/** Formats a value of `listLeaves` for people. */
export function printLeaf(place: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  const key = place.slice(place.lastIndexOf('.') + 1);
  const isMetadata = place.includes('.metadata.');
  if (typeof value === 'number' && !isMetadata) {
    if (DURATIONS.includes(key)) return formatDuration(value);
    if (INSTANTS.includes(key)) return new Date(value).toISOString();
  }
  return JSON.stringify(value);
}
