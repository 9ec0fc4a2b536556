import { present } from '../core/present.ts';
import type { Step } from './step-schemas.ts';

/**
 * What a step does to a file, in a text that is the same for every step that does the same: its
 * operation, options and `project`. null where doing it again does no harm.
 */
export function workOf(step: Step, project = step.project ?? ''): string | null {
  if (!('skipIfDone' in step)) return null;
  const { file: _, ...options } = step.with;
  const given = Object.entries(present(options));
  return JSON.stringify([
    project,
    step.uses,
    Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1))),
  ]);
}

/** The first of the steps that does the same work as the one at `place`; null where that may be done twice. */
export function firstStepWithWork(steps: readonly Step[], place: number): number | null {
  const step = steps[place];
  const work = step === undefined ? null : workOf(step);
  return work === null ? null : steps.findIndex((other) => workOf(other) === work);
}
