import * as z from 'zod';
import {
  anyObject,
  counts,
  effects,
  exitCode,
  instant,
  itemState,
  jobName,
  labels,
  leftOut,
  meaning,
  number,
  paidCounts,
  reasons,
  runCost,
  runId,
  runState,
  since,
  stop,
  text,
  textOrNull,
  texts,
  usedInventory,
} from './schema-parts.ts';

const canary = z
  .object({
    items: number('Number of items of the canary'),
    remaining: number('Number of the other items'),
    listed: z.number(),
    counts,
    reasons,
    paid: paidCounts,
    workedMs: z.number(),
    results: z.array(
      z.object({
        key: z.string(),
        filename: z.string().nullable(),
        state: itemState,
        reason: z.string().nullable(),
        message: z.string().nullable(),
        result: anyObject('The result of the step').nullable(),
      }),
    ),
    effects,
  })
  .describe('The results of the canary; only if `stop.kind` is `canary`');

const causes = z
  .array(
    z.object({
      state: itemState,
      step: z.string(),
      reason: text('Failure code'),
      message: textOrNull('As the service sent it'),
      count: z.number(),
      key: text('The first of these items'),
      requestId: textOrNull('The id that the support of Uploadcare asks for'),
    }),
  )
  .describe('The most frequent causes of failures and of items in doubt');

/** The document that `run`, `apply`, `resume` and `retry` print when they end. */
export const summary = z.object({
  run: runId,
  job: jobName,
  state: runState,
  exitCode,
  meaning,
  stop,
  canary: canary.optional(),
  counts,
  verified: z
    .object({
      no: z.number(),
      at: number('ms since 1970'),
      verified: z.number(),
      different: z.number(),
      notVerified: z.number(),
      leftOver: z.number(),
      reopened: z.number(),
    })
    .nullable()
    .describe('The last comparison with a new listing; null if there was none'),
  leftOut,
  rejects: textOrNull('Path of the file with the bad rows of the list'),
  paid: paidCounts,
  cost: runCost,
  labels,
  reasons,
  causes,
  throttling: z
    .array(
      z.object({ at: instant('End of the part'), requests: z.number(), throttled: z.number() }),
    )
    .describe('When requests were throttled, in parts of the run'),
  answerTimes: z
    .array(
      z.object({ step: z.string(), requests: z.number(), p50Ms: z.number(), p95Ms: z.number() }),
    )
    .describe('How long requests of each step waited for their answers, in this process'),
  inventory: usedInventory,
  since,
  requests: number('Requests that this process sent'),
  requestsOfRun: number('Requests that all processes of the run sent'),
  throttled: number('Requests of this process that were throttled'),
  elapsedMs: number('How long this process worked'),
  next: texts('Commands that you can use now'),
});
