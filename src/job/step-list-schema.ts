import * as z from 'zod';
import { makesFile } from '../operations/all-operations.ts';
import { stepOfFile } from './job-value-schemas.ts';
import { namesIn } from './step-condition.ts';
import { expressionsOf, fileOf, operationOf, type Step, stepSchema } from './step-schemas.ts';

/** The steps of a job; each gets an id that no other has. */
export const stepsSchema = z
  .array(stepSchema, { error: 'a list of steps' })
  .min(1, { error: 'a list of at least one step' })
  .max(50, { error: 'a list of at most 50 steps' })
  .transform((steps, context): Step[] => {
    const named = steps.map((step, index) => ({
      ...step,
      id: step.id ?? `${index + 1}-${step.uses}`, // starts with a digit, so no id of the file's can be it
    }));
    for (const [index, step] of named.entries()) {
      const refusal = refusalOf(step, named.slice(0, index));
      if (refusal !== null)
        context.addIssue({
          code: 'custom',
          path: [index, ...refusal.path],
          message: refusal.message,
        });
    }
    return named;
  });

interface Refusal {
  readonly path: readonly string[];
  readonly message: string;
}

function refusalOf(step: Step, earlier: readonly Step[]): Refusal | null {
  if (earlier.some(({ id }) => id === step.id)) {
    return { path: ['id'], message: `is already the id of another step: "${step.id}"` };
  }
  if (earlier.some(deletesItem)) {
    return { path: ['uses'], message: 'comes after a delete, when no file is left to work on' };
  }
  return (
    refusalOfOption(step) ?? refusalOfFile(step, earlier) ?? refusalOfExpressions(step, earlier)
  );
}

/** True for a step that deletes the item's own file. */
function deletesItem(step: Step): boolean {
  const { deletes, takes } = operationOf(step);
  return deletes === 'always' && takes.kind === 'file' && fileOf(step) === undefined;
}

function refusalOfOption(step: Step): Refusal | null {
  if (step.if !== undefined) return null;
  const fault = operationOf(step).faultWithoutCondition?.(step.with) ?? null;
  return fault === null ? null : { path: ['with', fault.option], message: fault.message };
}

function refusalOfFile(step: Step, earlier: readonly Step[]): Refusal | null {
  const file = fileOf(step);
  if (file === undefined) return null;
  const id = stepOfFile(file);
  const maker = earlier.find((other) => other.id === id);
  const path = ['with', 'file'];
  if (maker === undefined) {
    const known = earlier.map((other) => other.id).join(', ') || 'none';
    return { path, message: `names no earlier step: "${id}"; earlier steps: ${known}` };
  }
  if (makesFile(maker.uses)) return null;
  return { path, message: `names the step "${id}", but ${maker.uses} makes no file` };
}

function refusalOfExpressions(step: Step, earlier: readonly Step[]): Refusal | null {
  const ids = earlier.map(({ id }) => id);
  for (const { path, text } of expressionsOf(step)) {
    const unknown = namesIn(text, 'steps').find((id) => !ids.includes(id));
    if (unknown === undefined) continue;
    const known = ids.join(', ') || 'none';
    const message = `asks for a step that is not an earlier one: "${unknown}"; earlier steps: ${known}`;
    return { path, message };
  }
  return null;
}
