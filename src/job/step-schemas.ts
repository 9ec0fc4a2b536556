import * as z from 'zod';
import { OPERATIONS, operationNamed } from '../operations/all-operations.ts';
import type { OperationDescriptor, OwnExpression } from '../operations/descriptor.ts';
import { type ExpectedEffect, PLAIN_EFFECT } from '../operations/expected-effect.ts';
import { blockSchema, flagSchema, parseStepFile } from './job-value-schemas.ts';
import { projectNameSchema } from './projects-schema.ts';
import { conditionFault } from './step-condition.ts';

const stepId = z
  .string({ error: 'a name such as keep' })
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, {
    error: 'a name of letters, digits, - and _ that starts with a letter',
  })
  .optional()
  .describe('Name of the step; its number and operation if absent');

const stepKeys = {
  id: stepId,
  project: projectNameSchema.optional(),
  if: z
    .string({ error: 'a condition in quotes' })
    .max(2000, { error: 'a condition of at most 2000 characters' })
    .superRefine((text, context) => {
      const fault = conditionFault(text);
      if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    })
    .optional()
    .describe('CEL condition; the step acts only on items that meet it'),
  onFailure: z
    .enum(['stop', 'continue'], { error: 'stop or continue' })
    .optional()
    .describe('Stop an item that failed here (the default), or continue with its next step'),
};

const skipKey = (byDefault: boolean) => ({
  skipIfDone: flagSchema
    .default(byDefault)
    .describe('Skip files to which an earlier run did the same, and do not pay for them again'),
});

type StepKeys<Descriptor extends OperationDescriptor> = typeof stepKeys & {
  uses: z.ZodLiteral<Descriptor['kind']>;
  with: Descriptor['options'];
};

/** The schema of the steps of one operation. */
type StepSchema<Descriptor extends OperationDescriptor> = z.ZodObject<
  Descriptor['skipIfDone'] extends boolean
    ? StepKeys<Descriptor> & ReturnType<typeof skipKey>
    : StepKeys<Descriptor>,
  z.core.$strict
>;

type StepSchemas<List extends readonly OperationDescriptor[]> = {
  readonly [Place in keyof List]: StepSchema<List[Place]>;
};

function createStepSchema({ kind, options, optionsText, skipIfDone }: OperationDescriptor) {
  const defaults = options.safeParse({});
  // A step may leave `with` out if no option is required.
  const block = defaults.success ? options.default(defaults.data) : options;
  return blockSchema({
    ...stepKeys,
    ...(skipIfDone !== null && skipKey(skipIfDone)),
    uses: z.literal(kind),
    with: block.describe(optionsText),
  });
}

/** The schema of a step: a union of the schemas of all operations. */
export const stepSchema = z.discriminatedUnion(
  'uses',
  // `map` returns an array of one type, but each schema has the type of its own descriptor.
  OPERATIONS.map(createStepSchema) as unknown as StepSchemas<typeof OPERATIONS>,
);

/** The names of all operations. */
export const OPERATION_NAMES = OPERATIONS.map(({ kind }) => kind);

/** One step of a job: an operation by name, and its options. */
export type Step = z.output<typeof stepSchema> & { readonly id: string };

/** The operation of a step. */
export function stepOperation({ uses }: Pick<Step, 'uses'>): OperationDescriptor {
  return operationNamed(uses);
}

/** True if a step may do something irreversible. */
export function isIrreversible(step: Step): boolean {
  return stepOperation(step).isIrreversible?.(step.with) ?? false;
}

/** The visible effect of a step, for a person who must decide whether it happened. */
export function expectedEffect(step: Step): ExpectedEffect {
  return stepOperation(step).expectedEffect?.(step.with) ?? PLAIN_EFFECT;
}

/** The expressions of a step with a separate value for each item. */
export function ownExpressions(step: Step): readonly OwnExpression[] {
  return stepOperation(step).ownExpressions?.(step.with) ?? [];
}

/** Every expression of a step, with its place in the step. */
export function stepExpressions(
  step: Step,
): { readonly path: readonly string[]; readonly text: string }[] {
  const own = ownExpressions(step).map(({ path, text }) => ({ path, text }));
  return step.if === undefined ? own : [{ path: ['if'], text: step.if }, ...own];
}

/** The `with.file` of a step; undefined if the step acts on the item's own file. */
export function stepFileOption(step: Step): string | undefined {
  return 'file' in step.with ? step.with.file : undefined;
}

/** The index of the step that made the file of `step`; null for the item's own, -1 if there is no such step. */
export function makerIndex(step: Step, steps: readonly Step[]): number | null {
  const file = stepFileOption(step);
  return file === undefined ? null : steps.findIndex(({ id }) => id === parseStepFile(file));
}
