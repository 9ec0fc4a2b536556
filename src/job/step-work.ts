import { present } from '../core/present.ts';
import { findTraits } from '../operations/operation-traits.ts';
import { paidName } from './paid-names.ts';
import type { Step } from './step-schemas.ts';

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
  if (!('skipIfDone' in step) || step.skipIfDone === undefined) return null;
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
 * Returns the index of the first step that does the same work as the step at index `place`; that may be the
 * step itself. Returns null if a file may get this work twice without harm.
 */
export function firstStepWithWork(steps: readonly Step[], place: number): number | null {
  const step = steps[place];
  const work = step === undefined ? null : formatWork(step);
  return work === null ? null : steps.findIndex((other) => formatWork(other) === work);
}
