import * as z from 'zod';
import {
  counts,
  flag,
  instant,
  instantOrNull,
  jobName,
  labels,
  leftOut,
  number,
  numberOrNull,
  runCost,
  runId,
  runState,
  schedule,
  since,
  text,
  textOrNull,
  texts,
} from './schema-parts.ts';
import { summary } from './summary-document.ts';

const controlFields = {
  state: z.enum(['paused', 'stopped']).nullable(),
  rate: numberOrNull('Limit from `set`, requests per second'),
  concurrency: numberOrNull('Limit from `set`'),
  maxRate: numberOrNull('The limit that now applies to the run'),
  maxConcurrency: numberOrNull('The limit that now applies to the run'),
  askedAt: instant('When somebody last asked for a change'),
  appliedAt: instantOrNull('When the run last confirmed one'),
};

const run = z.object({
  run: runId,
  jobName,
  publicKey: text('Public key of the project'),
  restOrigin: text('Address of the REST API'),
  state: runState,
  isRunning: flag('True while a process works on the run'),
  isWaiting: flag('True while a process waits to continue the run'),
  stopReason: textOrNull('Why the run stopped'),
  waitsForAnswer: flag('True if nobody answered the question of the run'),
  createdAt: instant('When the run began'),
  endedAt: instantOrNull('When the run ended'),
  walkFinished: flag('True if the listing is complete'),
  pages: number('Number of listed pages'),
  since,
  counts,
  leftOut,
  rejects: textOrNull('Path of the file with the bad rows of the list'),
  steps: z.array(
    z.object({
      id: z.string(),
      uses: z.string(),
      passed: number('Items that have left this step for the next one'),
      counts,
    }),
  ),
  lostAnswers: z
    .object({ count: z.number(), due: instantOrNull('When ucbulk looks up the first of them') })
    .nullable()
    .describe('Items whose answers were lost; null if there are none'),
  waits: z
    .array(
      z.object({
        kind: z.string(),
        reason: z.string(),
        since: instant('When the wait began'),
        until: instantOrNull('When it ends'),
        lostAnswers: z.number().optional(),
      }),
    )
    .describe('Current waits of the process, oldest first'),
  paid: z.array(
    z.object({ name: z.string(), spent: z.number(), limit: numberOrNull('Limit of the job') }),
  ),
  schedule,
  cost: runCost,
  labels,
  process: z
    .object({
      pid: z.number().nullable(),
      host: z.string().nullable(),
      startedAt: instant('When the process began'),
    })
    .nullable()
    .describe('The process that works on the run or waits for it; null if there is none'),
  workers: z
    .string()
    .nullable()
    .describe('The connected workers of the fleet, as text; null without a fleet'),
  hasFleet: z
    .boolean()
    .describe('True if the run is unfinished, and its newest process had workers of a fleet'),
  control: z
    .object(controlFields)
    .nullable()
    .describe('The changes that people asked for; null if there are none'),
  pace: z
    .object({
      requestsPerSecond: z.number(),
      itemsPerSecond: z.number(),
      overMs: number('Time over which this was measured'),
    })
    .nullable()
    .describe('How fast the run works now; null if that is unknown'),
  timeLeft: z
    .object({ ms: z.number(), itemsPerSecond: z.number(), overMs: z.number() })
    .nullable()
    .describe('Estimated time until all items have ended; null if that is unknown'),
  lastActivityAt: instantOrNull('When the numbers of the run last changed'),
  sample: z
    .object({
      at: instant('When the process wrote the sample'),
      rate: number('The rate limit as far as it is known, requests per second'),
      requests: z.number(),
      throttled: z.number(),
      closedMs: number('Time until a request may be sent'),
      done: z.number(),
      skipped: z.number(),
      failed: z.number(),
      inDoubt: z.number(),
      waiting: z.number(),
    })
    .nullable()
    .describe('The newest numbers of the run; null for a run of an older version'),
});

const control = z.object({
  command: text('The command'),
  run: runId,
  outcome: z.enum(['applied', 'ended', 'unanswered']).describe('`applied`: the run obeys'),
  runState,
  hasEnded: flag('True if the process of the run has ended').optional(),
  ...z.object(controlFields).partial().shape,
});

/** The documents about one run. */
export const RUN_DOCUMENTS = {
  summary,
  skipped: z.object({ message: text('Why the run was not started') }),
  run,
  'unreadable-run': z.object({ run: runId, problem: text("Why its ledger can't be read") }),
  control,
  abandoned: z.object({
    run: runId,
    jobName,
    counts,
    newDoubts: number('Items that are in doubt only since the command'),
  }),
  event: z.object({
    run: runId,
    at: instant('Time of the event'),
    kind: text('Kind of the event'),
    text: text('The event in words'),
  }),
  verification: z.object({
    run: runId,
    jobName,
    state: runState,
    selected: z.number(),
    done: z.number(),
    verified: number('Items with every effect as expected'),
    different: number('Items with an effect that differs'),
    notVerified: number("Items with an effect that can't be compared"),
    skipped: z.number(),
    failed: z.number(),
    inDoubt: z.number(),
    deleted: number('Items whose file or group the run deleted'),
    pages: z.number(),
    requests: z.number(),
    elapsedMs: z.number(),
    steps: z.array(
      z.object({
        id: z.string(),
        uses: z.string(),
        done: z.number(),
        verified: z.number(),
        different: z.number(),
        deleted: z.number(),
        doneBefore: z.number(),
        replaced: z.number(),
        notVerified: z.array(z.object({ reason: z.string(), items: z.number() })),
      }),
    ),
    buckets: z.array(
      z.object({
        url: text('The bucket with its prefix'),
        role: text('`source`: the items come from it. `copies`: the run wrote to it'),
        objects: number('Objects in the listing'),
        verified: number('Objects that are as the run left them'),
        sizeOnly: number('Those of `verified` of which only the size was compared'),
        others: number('Copies that other runs of the same work wrote'),
        faults: z.object({
          missing: number('Objects of items that the bucket does not have'),
          changed: number('Objects with another content'),
          foreign: number('Objects that the run does not have'),
          double: number('Second copies of a file, and objects that two items have'),
        }),
      }),
    ),
  }),
  'nothing-to-undo': z.object({
    run: runId,
    left: number('Files, groups and copies that the run made, and that an undo leaves'),
    inDoubt: number('Items in doubt of the run'),
  }),
  'nothing-to-restore': z.object({
    run: runId,
    without: number('Files that the run deleted without a backup in a bucket'),
    inDoubt: number('Items in doubt of the run'),
  }),
  difference: z.object({
    run: runId,
    item: text('Key of the item'),
    file: text('UUID of the file, or id of the group'),
    step: text('Id of the step'),
    operation: text('Name of the operation'),
    differences: texts('A text for each difference'),
  }),
  'object-difference': z.object({
    run: runId,
    bucket: text('The bucket, such as `s3://shop-media`'),
    key: text('Key of the object'),
    fault: text('`missing`, `changed`, `foreign` or `double`'),
    item: z.string().nullable().describe('Key of the item; null if the object belongs to none'),
    step: z.string().nullable().describe('Id of the step that wrote the object; null for a source'),
    message: text('The difference, as the end of a sentence about the object'),
  }),
} as const;
