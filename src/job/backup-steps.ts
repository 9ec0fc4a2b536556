import type * as z from 'zod';
import { present } from '../core/present.ts';
import { parseOwnStep, type stepSchema } from './step-schemas.ts';

type ParsedStep = z.output<typeof stepSchema>;

/**
 * Adds the step that makes the backup before a delete with `backup`. An item whose copy fails does not reach the delete.
 * Steps that name their backup already stay as they are.
 */
export function withBackupSteps(steps: readonly ParsedStep[]): {
  readonly steps: readonly ParsedStep[];
  /** The index of each step in the job file. */
  readonly places: readonly number[];
} {
  const taken = new Set(steps.map(({ id }) => id));
  const added = steps.flatMap((step, place) => {
    return expand(step, taken).map((one) => ({ step: one, place }));
  });
  return { steps: added.map(({ step }) => step), places: added.map(({ place }) => place) };
}

function expand(step: ParsedStep, taken: Set<string | undefined>): ParsedStep[] {
  if (step.uses !== 'delete' || step.with.backup === undefined) return [step];
  const { backup } = step.with;
  if (backup.step !== undefined) return [step];
  const id = freeName(taken);
  const { url, target, step: _none, ...options } = backup;
  const { file } = step.with;
  const { project, if: condition } = step;
  const copy = parseOwnStep({
    id,
    ...present({ project, if: condition }),
    uses: url === undefined ? 'copy-to-remote' : 'copy-to-bucket',
    with: present(
      url === undefined ? { file, target, makePublic: false } : { ...options, file, url },
    ),
    // A backup that an earlier run made counts: the delete checks it again.
    skipIfDone: true,
  });
  return [copy, { ...step, with: { ...step.with, backup: { ...backup, step: id } } }];
}

function freeName(taken: Set<string | undefined>): string {
  let name = 'backup';
  for (let number = 2; taken.has(name); number += 1) name = `backup${number}`;
  taken.add(name);
  return name;
}
