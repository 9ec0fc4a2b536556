// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Uploadcare's own placeholders.
import * as z from 'zod';
import { blockSchema, flagSchema } from './job-value-schemas.ts';

const stepId = z
  .string({ error: 'a name such as keep' })
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, {
    error: 'a name of letters, digits, - and _ that starts with a letter',
  })
  .optional()
  .describe('Names the step; its number and operation if absent');

const noOptions = blockSchema({}).default({}).describe('This operation takes no options');

const NAMES_THE_FILE = ['${uuid}', '${default}'];

const copyToRemoteOptions = blockSchema({
  target: z
    .string({ error: 'the name of a storage of the project' })
    .min(1, { error: 'the name of a storage of the project' })
    .describe("Name of the custom storage, as in the project's settings"),
  pattern: z
    .string({ error: 'a pattern such as ${default}' })
    .min(1, { error: 'a pattern such as ${default}' })
    .default('${default}')
    .describe('Name of the copy: ${default}, ${uuid}, ${filename}, ${ext}, ${auto_filename}'),
  makePublic: flagSchema.default(true).describe('Whether anybody may read the copy'),
  allowNameCollisions: flagSchema
    .default(false)
    .describe('Allows a pattern that can give two files one name'),
}).refine(
  ({ pattern, allowNameCollisions }) =>
    allowNameCollisions || NAMES_THE_FILE.some((part) => pattern.includes(part)),
  {
    path: ['pattern'],
    error:
      'has neither ${uuid} nor ${default}, so two files of one name would overwrite or hide each other; add ${uuid}, or set allowNameCollisions: true',
  },
);

// Every operation by its name in a job file. To add one, add its schema here.
const stepSchema = z.discriminatedUnion('uses', [
  blockSchema({ id: stepId, uses: z.literal('store'), with: noOptions }),
  blockSchema({ id: stepId, uses: z.literal('delete'), with: noOptions }),
  blockSchema({
    id: stepId,
    uses: z.literal('copy-to-remote'),
    with: copyToRemoteOptions.describe('Where to, and under which name'),
  }),
]);

/** Every operation this version has. */
export const OPERATION_NAMES = stepSchema.options.map(({ shape }) => shape.uses.value);

/** One step of a job: an operation by name, and its options. */
export type Step = z.output<typeof stepSchema> & { readonly id: string };

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
        context.addIssue({ code: 'custom', path: [index, refusal.key], message: refusal.message });
    }
    return named;
  });

function refusalOf(step: Step, earlier: readonly Step[]): { key: string; message: string } | null {
  if (earlier.some(({ id }) => id === step.id)) {
    return { key: 'id', message: `is already the id of another step: "${step.id}"` };
  }
  if (earlier.some(({ uses }) => uses === 'delete')) {
    return { key: 'uses', message: 'comes after a delete, when no file is left to work on' };
  }
  return null;
}
