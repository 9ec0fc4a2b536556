import { present } from '../core/present.ts';
import type { Step } from './step-schemas.ts';

/**
 * Formats the work of a step (operation, options, project) as a text. Steps that do the same have the
 * same text. null if repeating the work does no harm.
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

/** The index of the first step with the same work as the step at `place`; null if it may be repeated. */
export function firstStepWithWork(steps: readonly Step[], place: number): number | null {
  const step = steps[place];
  const work = step === undefined ? null : formatWork(step);
  return work === null ? null : steps.findIndex((other) => formatWork(other) === work);
}
