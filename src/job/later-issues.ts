import type * as z from 'zod';
import { meantAsUses } from './explain-shape.ts';
import { isWithin } from './job-path.ts';
import { type Job, jobSchema } from './job-schema.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
type Block = Record<PropertyKey, unknown>;

/** The parts of a job file that the first check could not reach. */
interface LaterCheck {
  /** Further issues of the job. */
  readonly issues: Issue[];
  /** The job without its faults; null if too little of it is left. */
  readonly rest: Job | null;
}

/** A job with more faults is not checked again: nobody reads more, and each fault costs time. */
const MAX_FAULTS = 100;
/** Maximum number of further checks. Each one removes the faults that the check before it found. */
const MAX_CHECKS = 4;
/** Replaces a step with a fault. It is valid at every place, and a step that makes a file may be missing then. */
const OTHER_STEP = { uses: 'info' };
const REQUIRED: Readonly<Block> = {
  version: 1,
  name: 'job',
  source: { files: {} },
  steps: [OTHER_STEP],
};
/** Keys of a step that can be removed without a change of what the step does to its files. */
const PLAIN_STEP_KEYS: ReadonlySet<PropertyKey> = new Set(['id', 'if', 'onFailure']);

/** Keys of a step whose checks also depend on the source and on the projects. */
const PLACED_STEP_KEYS = ['uses', 'with', 'project', 'skipIfDone'];
/** Parts of a job whose checks depend on another part: `top.key`, or `top` for all of its keys. */
const DEPENDENT_PARTS: Readonly<Record<string, readonly string[]>> = {
  source: ['where', 'guard', ...PLACED_STEP_KEYS.map((key) => `steps.${key}`)],
  projects: ['source', ...PLACED_STEP_KEYS.map((key) => `steps.${key}`)],
  steps: ['limits', 'projects', 'prices', 'steps.uses', 'steps.file'],
  vars: ['steps'],
  prices: ['limits'],
};

/**
 * Checks a job again without the faults in `reported`. Some checks compare several parts of a job, and zod makes
 * them only when each part is valid. The result has no issues that may only come from the removal of the faults.
 */
export function checkWithoutFaults(job: unknown, reported: readonly Issue[]): LaterCheck {
  const issues: Issue[] = [];
  if (!isBlock(job)) return { issues, rest: null };
  const copy: Block = structuredClone(job);
  const removed: Path[] = [];
  let faults = reported;
  for (let check = 0; check < MAX_CHECKS && faults.length > 0; check += 1) {
    const paths = faults.slice(0, MAX_FAULTS + 1).flatMap(faultyPaths);
    if (paths.length > MAX_FAULTS) break;
    for (const path of paths) removeFault(copy, path);
    removed.push(...paths);
    const checked = jobSchema.safeParse(copy);
    if (checked.success) return { issues, rest: checked.data };
    faults = checked.error.issues;
    issues.push(...faults.filter(({ path }) => !mayFollow(path, removed)));
  }
  return { issues, rest: null };
}

function faultyPaths(issue: Issue): Path[] {
  if (issue.code !== 'unrecognized_keys') return [issue.path];
  return issue.keys.map((key) => [...issue.path, key]);
}

function removeFault(job: Block, path: Path): void {
  const [top, second] = path;
  if (top === undefined) return;
  const part = job[top];
  if (top === 'steps' && Array.isArray(part) && typeof second === 'number') {
    part[second] = withoutFault(part[second], path[2]);
  } else if (Object.hasOwn(REQUIRED, top)) {
    job[top] = structuredClone(REQUIRED[top]);
  } else if (second !== undefined && isBlock(part)) {
    delete part[second];
  } else {
    delete job[top];
  }
}

/** Returns a step without the fault at `key`, or another step if the key can't be removed. */
function withoutFault(step: unknown, key: PropertyKey | undefined): object {
  if (!isBlock(step)) return OTHER_STEP;
  if (key !== undefined && PLAIN_STEP_KEYS.has(key)) {
    const { [key]: _, ...others } = step;
    return others;
  }
  const meant = key === 'uses' ? meantAsUses(step) : undefined;
  if (meant !== undefined) {
    const { [meant]: uses, ...others } = step;
    return { ...others, uses };
  }
  return 'id' in step ? { ...OTHER_STEP, id: step['id'] } : OTHER_STEP;
}

/** True if an issue at `path` may come from the removal of faults, so that it may be no issue of the job. */
function mayFollow(path: Path, removed: readonly Path[]): boolean {
  const [top] = path;
  const names = [top, `${String(top)}.${String(path[2])}`, `${String(top)}.${String(path.at(-1))}`];
  return removed.some((other) => {
    const dependent = DEPENDENT_PARTS[String(other[0])] ?? [];
    return (
      isWithin(path, other) ||
      isWithin(other, path) ||
      names.some((name) => dependent.some((part) => part === name))
    );
  });
}

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
