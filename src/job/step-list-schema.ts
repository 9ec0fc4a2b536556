import * as z from 'zod';
import { isOwnName } from '../operations/own-name.ts';
import { withBackupSteps } from './backup-steps.ts';
import { parseStepFile } from './job-value-schemas.ts';
import { findNames } from './step-condition.ts';
import {
  type Step,
  stepExpressions,
  stepFileOption,
  stepMakesFile,
  stepOperation,
  stepSchema,
} from './step-schemas.ts';

/** The key `steps` of a job file. A step without an id gets one. */
export const stepsSchema = z
  .array(stepSchema, { error: 'a list of steps' })
  .min(1, { error: 'a list of at least one step' })
  .max(50, { error: 'a list of at most 50 steps' })
  .transform((given, context): Step[] => {
    const { steps, places } = withBackupSteps(given);
    const named = steps.map((step, index) => ({
      ...step,
      // An id that the user chose can't start with a digit. So it never equals an id that is made here.
      id: step.id ?? `${index + 1}-${plainName(step.uses)}`,
    }));
    for (const [index, step] of named.entries()) {
      const refusal = checkStep(step, named.slice(0, index));
      if (refusal !== null)
        context.addIssue({
          code: 'custom',
          path: [places[index] ?? index, ...refusal.path],
          message: refusal.message,
        });
    }
    return named;
  });

/** The name of an operation in the id of a step: for own code, the name of its file or package. */
function plainName(uses: string): string {
  return isOwnName(uses) ? uses.replace(/^npm:|^.*\//g, '').replace(/\.\w+$/, '') : uses;
}

interface Refusal {
  readonly path: readonly string[];
  readonly message: string;
}

function checkStep(step: Step, earlier: readonly Step[]): Refusal | null {
  if (earlier.some(({ id }) => id === step.id)) {
    return { path: ['id'], message: `is already the id of another step: "${step.id}"` };
  }
  if (earlier.some(deletesItem)) {
    return { path: ['uses'], message: 'comes after a delete, so there is no file left' };
  }
  return checkOptions(step) ?? checkFile(step, earlier) ?? checkExpressions(step, earlier);
}

/** True if a step deletes the file of the item itself. */
function deletesItem(step: Step): boolean {
  const { deletes, takes } = stepOperation(step);
  return deletes === 'always' && takes.kind === 'file' && stepFileOption(step) === undefined;
}

function checkOptions(step: Step): Refusal | null {
  if (step.if !== undefined) return null;
  const fault = stepOperation(step).faultWithoutCondition?.(step.with) ?? null;
  return fault === null ? null : { path: ['with', fault.option], message: fault.message };
}

function checkFile(step: Step, earlier: readonly Step[]): Refusal | null {
  const file = stepFileOption(step);
  if (file === undefined) return null;
  const id = parseStepFile(file);
  const maker = earlier.find((other) => other.id === id);
  const path = ['with', 'file'];
  if (maker === undefined) {
    const known = earlier.map((other) => other.id).join(', ') || 'none';
    return { path, message: `is not an earlier step: "${id}"; earlier steps: ${known}` };
  }
  if (stepMakesFile(maker)) return null;
  return { path, message: `is the step "${id}", but ${maker.uses} makes no file` };
}

function checkExpressions(step: Step, earlier: readonly Step[]): Refusal | null {
  const ids = earlier.map(({ id }) => id);
  for (const { path, text } of stepExpressions(step)) {
    const unknown = findNames(text, 'steps').find((id) => !ids.includes(id));
    if (unknown === undefined) continue;
    const known = ids.join(', ') || 'none';
    const message = `reads a step that is not an earlier one: "${unknown}"; earlier steps: ${known}`;
    return { path, message };
  }
  return null;
}
