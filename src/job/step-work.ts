import { present } from '../core/present.ts';
import { findTraits } from '../operations/operation-traits.ts';
import { bucketIdentity } from '../s3/bucket-place.ts';
import type { Job } from './job-schema.ts';
import { paidName } from './paid-names.ts';
import { sourceBucket } from './source-schemas.ts';
import { makerIndex, type Step } from './step-schemas.ts';

/** True if the step skips files on which another run already did the same work. */
export function skipsCompletedWork(step: Step): boolean {
  return 'skipIfDone' in step && step.skipIfDone === true;
}

/**
 * True if a run must look for the work of a step in other ledgers before it does this work. The work costs
 * money, or the step skips work that was done before.
 */
export function isDoneOnce(step: Step): boolean {
  return skipsCompletedWork(step) || paidName(step) !== null;
}

/**
 * Formats the work of a step (its operation, options and project) as a text. Two steps that do the same work have the
 * same text. Returns null if a file may get this work twice without harm.
 */
export function formatWork(step: Step, project = step.project ?? ''): string | null {
  if (!hasWork(step)) return null;
  const ignored = ['file', ...(findTraits(step.uses)?.optionsWithoutEffect ?? [])];
  const given = Object.entries(present(step.with)).filter(([name]) => !ignored.includes(name));
  return JSON.stringify([
    project,
    // Jobs of two folders may name different code by the same relative path.
    'code' in step ? `${step.uses} ${step.code.file}` : step.uses,
    Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1))),
  ]);
}

/**
 * Formats the work of a step of a job as a text, for the comparison with the jobs of other runs. The key of an object
 * means something only within its bucket, and the key of a row only within its job: two lists may number their rows from
 * 1. UUIDs of files and URLs mean the same everywhere. `publicKey`: key of the step's project.
 */
export function formatWorkOfJob(
  { source, steps, name }: Pick<Job, 'source' | 'steps' | 'name'>,
  step: Step,
  publicKey: string,
): string | null {
  const work = formatWork(step, publicKey);
  if (work === null || makerIndex(step, steps) !== null) return work;
  const bucket = sourceBucket(source);
  if (bucket !== null) {
    const place = bucketIdentity(bucket);
    // Whichever operation and options make the file of an object, it is the same work. Own code may make anything else.
    return JSON.stringify('code' in step ? [work, place] : [publicKey, 'file of object', place]);
  }
  const isKeyed = source.kind === 'urls' && source.urls.key !== undefined;
  return isKeyed ? `${work} ${JSON.stringify({ job: name })}` : work;
}

function hasWork(step: Step): step is Step & { skipIfDone: boolean } {
  return 'skipIfDone' in step && step.skipIfDone !== undefined;
}

/**
 * Returns the index of the first step that does the same work as the step at index `place`; that may be the
 * step itself. Returns null if a file may get this work twice without harm.
 */
export function firstStepWithWork(steps: readonly Step[], place: number): number | null {
  const step = steps[place];
  const work = step === undefined ? null : formatWork(step);
  return work === null ? null : steps.findIndex((other) => formatWork(other) === work);
}
