import * as z from 'zod';
import { OPERATIONS, operationNamed } from '../operations/all-operations.ts';
import type { OperationDescriptor, OwnExpression } from '../operations/descriptor.ts';
import { type ExpectedEffect, PLAIN_EFFECT } from '../operations/expected-effect.ts';
import { blockSchema, flagSchema, stepOfFile } from './job-value-schemas.ts';
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
type StepSchemaOf<Descriptor extends OperationDescriptor> = z.ZodObject<
  Descriptor['skipIfDone'] extends boolean
    ? StepKeys<Descriptor> & ReturnType<typeof skipKey>
    : StepKeys<Descriptor>,
  z.core.$strict
>;

type StepSchemas<List extends readonly OperationDescriptor[]> = {
  readonly [Place in keyof List]: StepSchemaOf<List[Place]>;
};

function schemaOf({ kind, options, optionsText, skipIfDone }: OperationDescriptor) {
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

/** The schema of a step, one for each operation of the list. */
export const stepSchema = z.discriminatedUnion(
  'uses',
  // `map` gives an array of one type; each schema is that of the descriptor at its place.
  OPERATIONS.map(schemaOf) as unknown as StepSchemas<typeof OPERATIONS>,
);

/** Every operation this version has. */
export const OPERATION_NAMES = OPERATIONS.map(({ kind }) => kind);

/** One step of a job: an operation by name, and its options. */
export type Step = z.output<typeof stepSchema> & { readonly id: string };

/** The operation of a step. */
export function operationOf({ uses }: Pick<Step, 'uses'>): OperationDescriptor {
  return operationNamed(uses);
}

/** Whether a step may do what nobody can undo. */
export function isIrreversible(step: Step): boolean {
  return operationOf(step).isIrreversible?.(step.with) ?? false;
}

/** What the effect of a step looks like to a person who must decide whether it happened. */
export function expectedEffect(step: Step): ExpectedEffect {
  return operationOf(step).expectedEffect?.(step.with) ?? PLAIN_EFFECT;
}

/** The expressions of a step whose values each item has of its own. */
export function ownExpressions(step: Step): readonly OwnExpression[] {
  return operationOf(step).ownExpressions?.(step.with) ?? [];
}

/** Every expression of a step, with its place in the step. */
export function expressionsOf(
  step: Step,
): { readonly path: readonly string[]; readonly text: string }[] {
  const own = ownExpressions(step).map(({ path, text }) => ({ path, text }));
  return step.if === undefined ? own : [{ path: ['if'], text: step.if }, ...own];
}

/** The step whose file this one acts on, as `with.file` names it; undefined for the item's own. */
export function fileOf(step: Step): string | undefined {
  return 'file' in step.with ? step.with.file : undefined;
}

/** The place of the step whose file this one acts on; null for the item's own, -1 where no step is called so. */
export function makerOf(step: Step, steps: readonly Step[]): number | null {
  const file = fileOf(step);
  return file === undefined ? null : steps.findIndex(({ id }) => id === stepOfFile(file));
}
