import * as z from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { OPERATIONS, operationNamed } from '../operations/all-operations.ts';
import type { OperationDescriptor, OwnExpression } from '../operations/descriptor.ts';
import { type ExpectedEffect, PLAIN_EFFECT } from '../operations/expected-effect.ts';
import { ownDescriptor } from '../operations/own-descriptor.ts';
import { operationCode } from '../operations/own-facts.ts';
import { isOwnName, type OwnName } from '../operations/own-name.ts';
import {
  anyValueSchema,
  blockSchema,
  flagSchema,
  parseStepFile,
  stepFile,
} from './job-value-schemas.ts';
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
    .describe('Skip items to which an earlier run did the same, and do not pay for them again'),
});

type StepKeys<Descriptor extends OperationDescriptor> = typeof stepKeys & {
  uses: z.ZodLiteral<Descriptor['kind']>;
  with: Descriptor['options'];
};

/** The type of the schema for the steps that use this operation. */
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
  // If all options of the operation have defaults, a step need not have `with`.
  const block = defaults.success ? options.default(defaults.data) : options;
  return blockSchema({
    ...stepKeys,
    ...(skipIfDone !== null && skipKey(skipIfDone)),
    uses: z.literal(kind),
    with: block.describe(optionsText),
  });
}

/**
 * Stands for the name of own code while zod chooses the schema of a step, because zod compares only with fixed names. The
 * name itself is then in the key `named`.
 */
export const OWN = 'own code';

/** The type has `undefined`, because the optional key `file` of the same block has it too. */
const ownOption: z.ZodType<JsonValue | undefined> = anyValueSchema;

const ownStepSchema = blockSchema({
  ...stepKeys,
  uses: z.literal(OWN),
  named: z.string().refine(isOwnName),
  with: z
    .object(stepFile, { error: 'a block of keys' })
    .catchall(ownOption)
    .default({})
    .describe('Options of the code, which it checks itself'),
  skipIfDone: flagSchema
    .optional()
    .describe(
      'Skip items to which an earlier run did the same; true if absent and the code is paid',
    ),
  code: operationCode,
});

/** The schema of a step. It combines the schemas of all operations; the key `uses` names the operation. */
export const stepSchema = z.preprocess(
  (step) => (isJsonObject(step) && isOwnName(step['uses']) ? nameOwnCode(step) : step),
  z
    .discriminatedUnion(
      'uses',
      // The cast is needed because `map` returns an array with one element type, and each schema has its own
      // type.
      [...OPERATIONS.map(createStepSchema), ownStepSchema] as unknown as readonly [
        ...StepSchemas<typeof OPERATIONS>,
        typeof ownStepSchema,
      ],
      { error: 'a step such as { uses: store }' },
    )
    .transform((step) => {
      if (step.uses !== OWN) return step;
      const { named, ...others } = step;
      // The cast is safe, because the schema has checked the name.
      return { ...others, uses: named as OwnName };
    }),
);

function nameOwnCode(step: JsonObject): JsonObject {
  const { uses = null, ...others } = step;
  return { ...others, uses: OWN, named: uses };
}

/** Parses a step that ucbulk makes itself from checked options. */
export function parseOwnStep(step: object): z.output<typeof stepSchema> {
  return stepSchema.parse(step);
}

export const OPERATION_NAMES = OPERATIONS.map(({ kind }) => kind);

/** A step of a job: the name of an operation, and options for it. */
export type Step = z.output<typeof stepSchema> & { readonly id: string };

/**
 * Returns the descriptor of the operation of a step: the object in `src/operations` that describes its
 * options, cost and effects.
 */
export function stepOperation(step: Step): OperationDescriptor {
  return 'code' in step ? ownDescriptor(step.uses, step.code) : operationNamed(step.uses);
}

/** True if the result of a step names a new file. */
export function stepMakesFile(step: Step): boolean {
  return Object.values(stepOperation(step).makes ?? {}).includes('file');
}

/** True if a step, with its options, may have an effect that nobody can undo. */
export function isIrreversible(step: Step): boolean {
  return stepOperation(step).isIrreversible?.(step.with) ?? false;
}

/**
 * Describes how a file looks after the step. A person needs this to decide if a request with a lost answer
 * had its effect.
 */
export function expectedEffect(step: Step): ExpectedEffect {
  return stepOperation(step).expectedEffect?.(step.with) ?? PLAIN_EFFECT;
}

/** Returns the expressions in the options of a step. ucbulk evaluates them for each item. */
export function ownExpressions(step: Step): readonly OwnExpression[] {
  return stepOperation(step).ownExpressions?.(step.with) ?? [];
}

/** Returns every expression of a step (`if` and those in its options), with its position in the step. */
export function stepExpressions(
  step: Step,
): { readonly path: readonly string[]; readonly text: string }[] {
  const own = ownExpressions(step).map(({ path, text }) => ({ path, text }));
  return step.if === undefined ? own : [{ path: ['if'], text: step.if }, ...own];
}

/** Returns the option `with.file` of a step. It is undefined if the step works on the file of the item. */
export function stepFileOption(step: Step): string | undefined {
  return 'file' in step.with ? step.with.file : undefined;
}

/**
 * Returns the index of the step that makes the file for `step`. Returns null if `step` works on the item's
 * own file. Returns -1 if `step` names a step that does not exist.
 */
export function makerIndex(step: Step, steps: readonly Step[]): number | null {
  const file = stepFileOption(step);
  return file === undefined ? null : steps.findIndex(({ id }) => id === parseStepFile(file));
}
