import * as z from 'zod';
import {
  anyObject,
  flag,
  instant,
  instantOrNull,
  itemState,
  number,
  numberOrNull,
  runId,
  text,
  textOrNull,
  texts,
} from './schema-parts.ts';

const reason = textOrNull('Failure code, or why the item was skipped');
const message = textOrNull('Explanation for people');
const requestId = textOrNull('The id that the support of Uploadcare asks for');
const step = text('Id of the step at which the item is now, or at which it ended');
const result = anyObject('The result of the step').nullable();
const earlierSteps = anyObject('Outcomes of the earlier steps, by the id of the step');

/** An item in the output of `items`. */
const item = z
  .object({
    run: runId,
    key: text('Key of the item, such as its UUID'),
    state: itemState,
    step,
    attempts: number('Attempts of the step that failed and were retried'),
    reason,
    message,
    requestId,
    result,
    earlierSteps,
    at: instantOrNull('Time of the outcome'),
  })
  .describe('An item of `items`');

const doubt = z
  .object({
    run: runId,
    key: text('Key of the item'),
    state: itemState,
    step,
    reason,
    message,
    operation: text('Name of the operation'),
    options: anyObject('Options of the step'),
    file: text('File on which the step works'),
    sentAt: instantOrNull('When the request was last sent'),
    sends: numberOrNull('How often the request was sent'),
    together: number('Items in the same request'),
    requestIds: texts('Ids of the requests'),
    promised: textOrNull('UUID of the new file that the service named early'),
    expected: text('How the project looks if the request had its effect'),
    makesFile: flag('True if ucbulk can search for files that the request may have made'),
    candidates: z
      .array(
        z.object({
          uuid: z.string(),
          filename: z.string().nullable(),
          mimeType: z.string().nullable(),
          size: z.number(),
          uploadedAt: instant('Time of the upload'),
          url: z.string(),
        }),
      )
      .nullable()
      .describe('Files that the request may have made; null without `--candidates`'),
    moreCandidates: numberOrNull('Number of further such files'),
    wholeWindow: z.boolean().nullable().describe('False if ucbulk did not read all files'),
    commands: texts('Commands with which you can decide'),
  })
  .describe('An item of `items --state in-doubt`');

const deletedFile = z.object({
  item: z.string(),
  file: z.string(),
  step: z.string(),
  operation: z.string(),
  deletedAt: z.string().nullable(),
  decidedBy: z.string().nullable(),
  seenAt: z.string().nullable(),
  seenIn: z.string().nullable(),
  facts: anyObject('Facts about the file before the delete').nullable(),
});

const reportRow = z
  .object({
    run: runId,
    item: text('Key of the item'),
    state: itemState,
    step,
    operation: text('Name of the operation'),
    attempts: number('Attempts of the step that failed and were retried'),
    reason,
    message,
    requestId,
    result,
    earlierSteps: earlierSteps.nullable(),
    details: anyObject('Facts about the item from its source').nullable(),
    at: instantOrNull('Time of the outcome'),
    deleted: z.array(deletedFile).nullable().describe('Files that the run deleted for the item'),
  })
  .describe('A row of `report`');

/** The documents about items, files and documents of the user. */
export const ITEM_DOCUMENTS = {
  item: z.union([item, doubt, reportRow]),
  move: z.object({
    item: text('Key of the item'),
    oldUrl: textOrNull('Old URL; null if the item is a local file'),
    state: itemState,
    newFile: textOrNull('UUID of the new file'),
    newUrl: textOrNull('URL of the new file'),
    object: textOrNull('The copy in a bucket, as `s3://…`'),
    objectUrl: textOrNull('URL of the copy in a bucket'),
    group: textOrNull('Id of the new group'),
    groupUrl: textOrNull('URL of the new group'),
    thumbnails: textOrNull('Group of the thumbnails of a video'),
  }),
  file: z
    .object({
      uuid: z.string(),
      filename: z.string().nullable(),
      size: number('Size in bytes'),
      mime_type: z.string().nullable(),
      is_image: z.boolean().nullable(),
      is_stored: z.boolean(),
      is_ready: z.boolean().nullable(),
      datetime_uploaded: instantOrNull('Time of the upload'),
      datetime_stored: instantOrNull('When the file was stored'),
      datetime_removed: instantOrNull('When the file was deleted'),
      original_file_url: z.string().nullable(),
      metadata: z.record(z.string(), z.string()).nullable(),
      tags: z.array(z.string()).nullable(),
    })
    .partial()
    .describe('A file. With `--json=FIELDS`, only these fields are present'),
  rewrite: z.object({
    file: text('Path of the document'),
    state: z.enum(['rewritten', 'would-change', 'unchanged', 'skipped', 'backup', 'failed']),
    replaced: number('References that changed'),
    kept: number("References that stay: the new URL can't have their image operations"),
    bare: number('UUIDs that stay, because they are not part of a CDN URL'),
    sized: number('URLs that stay, because they show resized versions'),
    serialised: number('References that stay, because of the PHP string around them'),
    changes: z.array(
      z.object({
        line: z.number(),
        before: z.string(),
        old: z.string(),
        next: z.string(),
        after: z.string(),
      }),
    ),
    message: textOrNull('Why the document failed'),
  }),
  resolved: z.object({
    run: runId,
    items: number('Items for which the command recorded a decision'),
    counts: z.object({
      done: z.number(),
      redo: z.number(),
      skip: z.number(),
      adopt: z.number(),
    }),
    alreadySo: number('Decisions that were already recorded'),
    undecided: number('Rows of the file without a decision'),
  }),
} as const;
