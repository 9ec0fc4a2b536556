import * as z from 'zod';
import { removeBgOptions, virusScanOptions } from '../operations/addon-options.ts';
import { convertDocumentOptions } from '../operations/convert-document-operation.ts';
import { convertVideoOptions } from '../operations/convert-video-operation.ts';
import { copyLocalOptions } from '../operations/copy-local-operation.ts';
import { copyToRemoteOptions } from '../operations/copy-to-remote-operation.ts';
import { createGroupOptions } from '../operations/create-group-operation.ts';
import { importUrlOptions } from '../operations/import-url-operation.ts';
import { infoOptions } from '../operations/info-operation.ts';
import { metadataOptions } from '../operations/metadata-operation.ts';
import { tagsOptions } from '../operations/tags-operation.ts';
import { uploadOptions } from '../operations/upload-operation.ts';
import { blockSchema } from './job-value-schemas.ts';

const stepId = z
  .string({ error: 'a name such as keep' })
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, {
    error: 'a name of letters, digits, - and _ that starts with a letter',
  })
  .optional()
  .describe('Names the step; its number and operation if absent');

const noOptions = blockSchema({}).default({}).describe('This operation takes no options');

// Every operation by its name in a job file. To add one, add its schema here.
const stepSchema = z.discriminatedUnion('uses', [
  blockSchema({ id: stepId, uses: z.literal('store'), with: noOptions }),
  blockSchema({ id: stepId, uses: z.literal('delete'), with: noOptions }),
  blockSchema({
    id: stepId,
    uses: z.literal('copy-to-remote'),
    with: copyToRemoteOptions.describe('Where to, and under which name'),
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('copy-local'),
    with: copyLocalOptions.default({ store: true, metadata: {} }).describe('What the copy is like'),
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('metadata'),
    with: metadataOptions.describe('Keys to set and to remove'),
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('tags'),
    with: tagsOptions.describe('Tags to add, to remove or to set'),
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('convert/document'),
    with: convertDocumentOptions
      .default({ format: 'pdf', saveInGroup: false, store: true })
      .describe('What to make of each document'),
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('convert/video'),
    with: convertVideoOptions
      .default({ format: 'mp4', store: true })
      .describe('What to make of each video'),
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('addon/uc_clamav_virus_scan'),
    with: virusScanOptions.default({ purgeInfected: false }).describe('How to scan'),
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('addon/remove_bg'),
    with: removeBgOptions.default({}).describe('How to cut out'),
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('addon/aws_rekognition_detect_labels'),
    with: noOptions,
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('addon/aws_rekognition_detect_moderation_labels'),
    with: noOptions,
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('import-url'),
    with: importUrlOptions
      .default({ store: true, metadata: {}, checkDuplicates: false, saveDuplicates: true })
      .describe('What the imported files are like'),
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('upload'),
    with: uploadOptions.default({ store: true, metadata: {} }).describe('What the files are like'),
  }),
  blockSchema({
    id: stepId,
    uses: z.literal('create-group'),
    with: createGroupOptions.default({ size: 100 }).describe('How large the groups are'),
  }),
  blockSchema({ id: stepId, uses: z.literal('delete-group'), with: noOptions }),
  blockSchema({
    id: stepId,
    uses: z.literal('info'),
    with: infoOptions.default({}).describe('What to ask for'),
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
