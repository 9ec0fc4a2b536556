import { present } from '../core/present.ts';
import type { Step } from './step-schemas.ts';

/**
 * Formats the work of a step (its operation, options and project) as a text. Two steps that do the same work
 * have the same text. Returns null if a file may get this work twice without harm.
 */
export function formatWork(step: Step, project = step.project ?? ''): string | null {
  if (!('skipIfDone' in step)) return null;
  const { file: _, ...options } = step.with;
  const given = Object.entries(present(options));
  return JSON.stringify([
    project,
    step.uses,
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
