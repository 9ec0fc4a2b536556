import * as z from 'zod';
import {
  plainAddonOptions,
  removeBgOptions,
  virusScanOptions,
} from '../operations/addon-options.ts';
import { convertDocumentOptions } from '../operations/convert-document-operation.ts';
import { convertVideoOptions } from '../operations/convert-video-operation.ts';
import { copyLocalOptions } from '../operations/copy-local-operation.ts';
import { copyToRemoteOptions } from '../operations/copy-to-remote-operation.ts';
import { createGroupOptions } from '../operations/create-group-operation.ts';
import { importUrlOptions } from '../operations/import-url-operation.ts';
import { infoOptions } from '../operations/info-operation.ts';
import { metadataOptions } from '../operations/metadata-operation.ts';
import { tagsOptions } from '../operations/tags-operation.ts';
import { PARTS_FROM_BYTES, uploadOptions } from '../operations/upload-operation.ts';
import { blockSchema, flagSchema, stepFile, stepOfFile } from './job-value-schemas.ts';
import { projectNameSchema } from './projects-schema.ts';
import { conditionFault } from './step-condition.ts';

const stepId = z
  .string({ error: 'a name such as keep' })
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, {
    error: 'a name of letters, digits, - and _ that starts with a letter',
  })
  .optional()
  .describe('Names the step; its number and operation if absent');

const fileOnly = blockSchema(stepFile).default({}).describe('Which file to act on');
const noOptions = blockSchema({}).default({}).describe('This operation takes no options');

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
    .describe('The step is only for items for which this CEL expression holds'),
  onFailure: z
    .enum(['stop', 'continue'], { error: 'stop or continue' })
    .optional()
    .describe('Whether an item that failed here goes on to the next step'),
};

const onceKeys = (byDefault: boolean) => ({
  ...stepKeys,
  skipIfDone: flagSchema
    .default(byDefault)
    .describe('Whether files that an earlier run did the same to are skipped, not paid for again'),
});
const ADDON = onceKeys(true);
const CONVERSION = onceKeys(false);

/** Every operation by its name in a job file. To add one, add its schema here. */
export const stepSchema = z.discriminatedUnion('uses', [
  blockSchema({ ...stepKeys, uses: z.literal('store'), with: fileOnly }),
  blockSchema({ ...stepKeys, uses: z.literal('delete'), with: fileOnly }),
  blockSchema({
    ...stepKeys,
    uses: z.literal('copy-to-remote'),
    with: copyToRemoteOptions.describe('Where to, and under which name'),
  }),
  blockSchema({
    ...stepKeys,
    uses: z.literal('copy-local'),
    with: copyLocalOptions.default({ store: true, metadata: {} }).describe('What the copy is like'),
  }),
  blockSchema({
    ...stepKeys,
    uses: z.literal('metadata'),
    with: metadataOptions.describe('Keys to set and to remove'),
  }),
  blockSchema({
    ...stepKeys,
    uses: z.literal('tags'),
    with: tagsOptions.describe('Tags to add, to remove or to set'),
  }),
  blockSchema({
    ...CONVERSION,
    uses: z.literal('convert/document'),
    with: convertDocumentOptions
      .default({ format: 'pdf', saveInGroup: false, store: true })
      .describe('What to make of each document'),
  }),
  blockSchema({
    ...CONVERSION,
    uses: z.literal('convert/video'),
    with: convertVideoOptions
      .default({ format: 'mp4', store: true })
      .describe('What to make of each video'),
  }),
  blockSchema({
    ...ADDON,
    uses: z.literal('addon/uc_clamav_virus_scan'),
    with: virusScanOptions.default({ purgeInfected: false }).describe('How to scan'),
  }),
  blockSchema({
    ...ADDON,
    uses: z.literal('addon/remove_bg'),
    with: removeBgOptions.default({}).describe('How to cut out'),
  }),
  blockSchema({
    ...ADDON,
    uses: z.literal('addon/aws_rekognition_detect_labels'),
    with: plainAddonOptions.default({}).describe('Which file to look at'),
  }),
  blockSchema({
    ...ADDON,
    uses: z.literal('addon/aws_rekognition_detect_moderation_labels'),
    with: plainAddonOptions.default({}).describe('Which file to look at'),
  }),
  blockSchema({
    ...stepKeys,
    uses: z.literal('import-url'),
    with: importUrlOptions
      .default({ store: true, metadata: {}, checkDuplicates: false, saveDuplicates: true })
      .describe('What the imported files are like'),
  }),
  blockSchema({
    ...stepKeys,
    uses: z.literal('upload'),
    with: uploadOptions
      .default({ store: true, metadata: {}, partsFrom: PARTS_FROM_BYTES, verify: true })
      .describe('What the files are like, and how they go up'),
  }),
  blockSchema({
    ...stepKeys,
    uses: z.literal('create-group'),
    with: createGroupOptions.default({ size: 100 }).describe('How large the groups are'),
  }),
  blockSchema({ ...stepKeys, uses: z.literal('delete-group'), with: noOptions }),
  blockSchema({
    ...stepKeys,
    uses: z.literal('info'),
    with: infoOptions.default({}).describe('What to ask for'),
  }),
]);

/** Every operation this version has. */
export const OPERATION_NAMES = stepSchema.options.map(({ shape }) => shape.uses.value);

/** One step of a job: an operation by name, and its options. */
export type Step = z.output<typeof stepSchema> & { readonly id: string };

/** Operations whose result names a file. */
export const MAKES_A_FILE: readonly string[] = [
  'copy-local',
  'convert/document',
  'convert/video',
  'addon/remove_bg',
  'import-url',
  'upload',
];

/** The expressions of a step whose values each item has of its own, by what they are for. */
export function ownExpressions(step: Step): Readonly<Record<string, string>> {
  if (step.uses === 'metadata') return step.with.setFrom;
  if (step.uses === 'tags' && step.with.addFrom !== undefined) return { add: step.with.addFrom };
  return {};
}

/** Every expression of a step, with its place in the step. */
export function expressionsOf(
  step: Step,
): { readonly path: readonly string[]; readonly text: string }[] {
  const own = Object.entries(ownExpressions(step)).map(([key, text]) => {
    const path = step.uses === 'metadata' ? ['with', 'setFrom', key] : ['with', 'addFrom'];
    return { path, text };
  });
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
