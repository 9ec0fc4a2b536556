import { createHash } from 'node:crypto';
import { DEFAULT_API_VERSION } from '../core/api-version.ts';
import { formatDuration } from '../core/duration.ts';
import type { Job } from './job-schema.ts';

const MAX_LINES = 20;
const DURATIONS: readonly string[] = ['olderThan', 'newerThan', 'recheckAfter'];
const INSTANTS: readonly string[] = ['before', 'after'];

/**
 * A hash of what must stay the same while a run lasts: all but the description, the guards, the
 * limits and the report. A guard that stopped a run may be raised to let it go on. The order of
 * keys does not count.
 */
export function jobFingerprint(job: Job): string {
  const leaves = [...leavesOf(fixedPartsOf(job))].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(leaves)).digest('hex');
}

/** What differs between two jobs in the parts that must not change, a line each. */
export function describeJobChange(before: Job, after: Job): string[] {
  const old = leavesOf(fixedPartsOf(before));
  const now = leavesOf(fixedPartsOf(after));
  const lines: string[] = [];
  for (const place of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [printLeaf(place, old.get(place)), printLeaf(place, now.get(place))];
    if (was !== is) lines.push(`${place}: ${was} → ${is}`);
  }
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES), `and ${lines.length - MAX_LINES} more`];
}

function fixedPartsOf({
  description: _,
  guard: __,
  limits: ___,
  report: ____,
  concurrency: _____,
  apiVersion,
  ...others
}: Job) {
  // A job without the key means the default.
  const fixed = apiVersion === DEFAULT_API_VERSION ? others : { ...others, apiVersion };
  return fixed.projects === undefined ? fixed : { ...fixed, projects: keysOf(fixed.projects) };
}

/** Which projects they are counts, not the variables that their keys come from. */
function keysOf(projects: NonNullable<Job['projects']>): object {
  const named = Object.entries(projects);
  return Object.fromEntries(named.map(([name, { publicKey }]) => [name, publicKey.key]));
}

/** Every value by its place. An empty block says as much as none. */
function leavesOf(job: object): Map<string, unknown> {
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
    const childPlace = Array.isArray(part) ? `${place}[${key}]` : `${place}.${key}`;
    collectLeaves(child, childPlace, leaves);
  }
}

function printLeaf(place: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  const key = place.slice(place.lastIndexOf('.') + 1);
  const isMetadata = place.includes('.metadata.');
  if (typeof value === 'number' && !isMetadata) {
    if (DURATIONS.includes(key)) return formatDuration(value);
    if (INSTANTS.includes(key)) return new Date(value).toISOString();
  }
  return JSON.stringify(value);
}
