// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { parseByteSize } from '../core/byte-size.ts';
import { isGlob, matchesNearlyAll } from '../filters/glob.ts';
import { SOURCES } from '../sources/all-sources.ts';
import type { SourceDescriptor } from '../sources/descriptor.ts';
import type { ReportProblem } from './fill-in.ts';
import { hasExpression } from './job-expressions.ts';
import { type JobPath, printPath } from './job-path.ts';
import type { Job } from './job-schema.ts';
import type { JobNode } from './job-tree.ts';
import { paidName } from './paid-names.ts';
import { isIrreversible, type Step } from './step-schemas.ts';

/**
 * Reports conditions that a variable made so wide that they hold for everything: an empty `PFX` in
 * `name: "${{ env.PFX }}*"`. Only in jobs that delete or pay; what the file itself says is taken at
 * its word.
 */
export function reportWideConditions(
  job: Job,
  { written, filled }: { readonly written: JobNode; readonly filled: JobNode },
  report: ReportProblem,
): void {
  const harm = harmOf(job.steps);
  if (harm === null) return;
  for (const { path, at, value } of valuesFromVariables({ written, filled, path: [] })) {
    if (!isCondition(path) || !holdsForAll(path, value)) continue;
    const shown = value.trim() === '' ? 'nothing' : `\`${value}\``;
    report({
      offset: at,
      message: `${printPath(path)} became ${shown} through a variable, which holds for every file, and the job ${harm}. Give the variable a value, or write the condition out without it`,
    });
  }
}

/** What a job does that should never happen to all files by mistake; null if it does nothing such. */
function harmOf(steps: readonly Step[]): string | null {
  if (steps.some(isIrreversible)) return 'deletes';
  return steps.some((step) => paidName(step) !== null) ? 'pays for each' : null;
}

interface Place {
  readonly written: JobNode;
  readonly filled: JobNode;
  readonly path: JobPath;
}

interface FilledValue {
  readonly path: JobPath;
  readonly at: number;
  readonly value: string;
}

/** `fillIn` keeps the shape of the file, so that both trees are walked side by side. */
function* valuesFromVariables({ written, filled, path }: Place): Generator<FilledValue> {
  if (written.kind === 'value' && filled.kind === 'value') {
    const isFilled = typeof written.value === 'string' && hasExpression(written.value);
    if (isFilled) yield { path, at: written.at, value: String(filled.value) };
  }
  const others = childrenOf(filled);
  for (const [index, [key, node]] of childrenOf(written).entries()) {
    const other = others[index]?.[1];
    if (other !== undefined)
      yield* valuesFromVariables({ written: node, filled: other, path: [...path, key] });
  }
}

function childrenOf(node: JobNode): (readonly [string | number, JobNode])[] {
  if (node.kind === 'block') return node.entries.map(({ key, node }) => [key, node] as const);
  return node.kind === 'list' ? node.items.map((item, index) => [index, item] as const) : [];
}

/** The sources whose options are conditions. */
const SELECTING: readonly unknown[] = SOURCES.map((one): SourceDescriptor => one)
  .filter(({ selects = false }) => selects)
  .map(({ kind }) => kind);

function isCondition(path: JobPath): boolean {
  const isOfSource = path[0] === 'source' && SELECTING.includes(path[1]);
  return path[0] === 'where' || isOfSource;
}

/** No object in S3, where files are stored, is larger, bytes. */
const LARGEST_FILE = 5e12;
/** No file of the service is older. */
const FIRST_DAY = Date.parse('2011-01-01');
/** No file was uploaded later than this. */
const LAST_DAY = Date.parse('2100-01-01');

function holdsForAll(path: JobPath, value: string): boolean {
  const key = path.findLast((part) => typeof part === 'string');
  switch (key) {
    case 'olderThan':
    case 'min':
      return /^[0.]+ ?[A-Za-z]*$/.test(value);
    case 'max':
      return isByteSize(value) && parseByteSize(value) >= LARGEST_FILE;
    case 'after':
      return Date.parse(value) <= FIRST_DAY;
    case 'before':
      return Date.parse(value) >= LAST_DAY;
    case 'path':
    case 'any':
    case 'all':
    case 'none':
      return value.trim() === '';
    default: {
      // Below `unless`, a glob that matches no name protects nothing.
      if (path.includes('unless') && /^[{},\s]*$/.test(value)) return true;
      return value.trim() === '' || (isGlob(value) && matchesNearlyAll(value));
    }
  }
}

function isByteSize(value: string): boolean {
  try {
    parseByteSize(value);
    return true;
  } catch {
    return false;
  }
}
