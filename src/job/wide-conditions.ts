// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.
import { parseByteSize } from '../core/byte-size.ts';
import { isGlob, matchesNearlyAll } from '../filters/glob.ts';
import { SOURCES } from '../sources/all-sources.ts';
import type { SourceDescriptor } from '../sources/descriptor.ts';
import { hasExpression } from './job-expressions.ts';
import { type JobPath, printPath } from './job-path.ts';
import type { Job } from './job-schema.ts';
import { type JobNode, listChildren } from './job-tree.ts';
import { paidName } from './paid-names.ts';
import type { ReportProblem } from './replace-expressions.ts';
import { isIrreversible, type Step } from './step-schemas.ts';

/**
 * Reports conditions that match every file because of the value of a variable. For example, `name: "${{
 * env.PFX }}*"` matches every file if `PFX` is empty. Checks only jobs that delete or pay. Ignores conditions
 * without a variable: if they match every file, the user must have meant that.
 */
export function reportWideConditions(
  job: Job,
  { written, filled }: { readonly written: JobNode; readonly filled: JobNode },
  report: ReportProblem,
): void {
  const harm = describeHarm(job.steps);
  if (harm === null) return;
  for (const { path, at, value } of valuesFromVariables({ written, filled, path: [] })) {
    if (!isCondition(path) || !holdsForAll(path, value)) continue;
    const shown = value.trim() === '' ? 'nothing' : `\`${value}\``;
    report({
      offset: at,
      message: `${printPath(path)} became ${shown} through a variable and matches every file, and the job ${harm}. Set the variable, or write the condition without it`,
    });
  }
}

/** Names the harm that the job does if it runs on all files by mistake. Returns null if it does no harm. */
function describeHarm(steps: readonly Step[]): string | null {
  if (steps.some(isIrreversible)) return 'deletes';
  return steps.some((step) => paidName(step) !== null) ? 'pays for each' : null;
}

interface TreePair {
  readonly written: JobNode;
  readonly filled: JobNode;
  readonly path: JobPath;
}

interface FilledValue {
  readonly path: JobPath;
  readonly at: number;
  readonly value: string;
}

/**
 * Finds the values in a job that contain variables. `written` is the job as the user wrote it, and `filled`
 * is the job with the values of the variables. Both trees have the same structure.
 */
function* valuesFromVariables({ written, filled, path }: TreePair): Generator<FilledValue> {
  if (written.kind === 'value' && filled.kind === 'value') {
    const isFilled = typeof written.value === 'string' && hasExpression(written.value);
    if (isFilled) yield { path, at: written.at, value: String(filled.value) };
  }
  const others = listChildren(filled);
  for (const [index, [key, node]] of listChildren(written).entries()) {
    const other = others[index]?.[1];
    if (other !== undefined)
      yield* valuesFromVariables({ written: node, filled: other, path: [...path, key] });
  }
}

/** The names of the sources whose options select files, as the conditions of `where` do. */
const SELECTING: readonly unknown[] = SOURCES.map((one): SourceDescriptor => one)
  .filter(({ selects = false }) => selects)
  .map(({ kind }) => kind);

function isCondition(path: JobPath): boolean {
  const isInSource = path[0] === 'source' && SELECTING.includes(path[1]);
  return path[0] === 'where' || isInSource;
}

/**
 * Maximum size of a file in bytes. Uploadcare stores files in S3, and this is the limit of S3. So `max` with
 * this size or a larger one matches every file.
 */
const LARGEST_FILE = 5e12;
/**
 * A time before the first upload to Uploadcare. So `after` with this time or an earlier one matches every
 * file.
 */
const FIRST_DAY = Date.parse('2011-01-01');
/** A time after every upload. So `before` with this time or a later one matches every file. */
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
      // `unless` excludes matching files from the job. If its glob matches no name, the job works on every
      // file.
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
