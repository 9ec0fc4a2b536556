import * as z from 'zod';
import { BUCKET_REQUESTS } from '../../core/bucket-requests.ts';
import {
  anyObject,
  counts,
  countsByName,
  effects,
  exitCode,
  flag,
  instant,
  instantOrNull,
  jobName,
  leftOut,
  meaning,
  number,
  numberOrNull,
  paidCounts,
  reasons,
  runId,
  runState,
  schedule,
  since,
  stop,
  text,
  textOrNull,
  texts,
  usedInventory,
} from './schema-parts.ts';

const range = { least: z.number(), most: z.number() };

const duration = z
  .object({
    ms: z.number(),
    rate: z.object({
      perSecond: number('Requests per second'),
      basis: z.enum(['flag', 'job', 'learned', 'first']),
      learnedAt: numberOrNull('ms since 1970'),
    }),
  })
  .describe('The expected duration of a run');

const comparedItems = z.object({ count: z.number(), examples: z.array(z.string()) });

const example = z
  .object({
    key: z.string(),
    filename: z.string().nullable(),
    size: z.number().nullable(),
    uploadedAt: numberOrNull('ms since 1970'),
  })
  .nullable();

const planFields = {
  listed: number('Number of items that the source listed'),
  pages: number('Number of pages of the listing'),
  endsAtLimit: flag('True if the listing ended early because of the limit').optional(),
  selected: number('Least number of items that a run would select'),
  selectedAtMost: number('Largest number of items that a run would select'),
  open: z
    .object({ count: z.number(), fields: countsByName('Number of files for each missing field') })
    .describe('Files about which a run can decide only after it has read them'),
  reads: number('Requests with which a run would read missing fields'),
  leftOut,
  examples: z
    .object({ first: example, last: example, largest: example, oldest: example })
    .describe('Items of the selection: the first, the last, the largest and the oldest'),
  bytes: z
    .object({ total: z.number(), items: z.number() })
    .nullable()
    .describe('Size of the items whose size is known; null if no size is known'),
  steps: z.array(
    z.object({
      id: z.string(),
      uses: z.string(),
      project: textOrNull('Name of the project; null for the default one'),
      items: z.object(range),
      requests: z.array(z.object({ ...range, endpoint: z.string() })),
      deletes: number('Maximum number of deletes'),
      paid: z.object({ name: z.string(), most: z.number() }).nullable(),
      polls: z
        .object({
          endpoint: z.string(),
          expected: z.number(),
          perJob: z.number(),
          medianMs: z.number(),
          basis: z.enum(['learned', 'typical']),
        })
        .nullable(),
    }),
  ),
  requestsEstimate: number('Estimated number of requests of a run'),
  listRequests: number('Requests that list pages of the source at the service'),
  bucketRequests: z
    .partialRecord(z.enum(BUCKET_REQUESTS), z.number())
    .optional()
    .describe('Maximum numbers of requests to buckets; absent if there are none'),
  doneBefore: z
    .array(z.object({ step: z.string(), items: z.number() }))
    .describe('Items whose work earlier runs did, by the step that skips them')
    .optional(),
  followsJobs: flag('True if a run would also poll remote jobs'),
  readsPerFile: numberOrNull('Requests with which a run could read one file by itself'),
  duration,
  expiry: z
    .object({
      unstored: z.number(),
      atRisk: number('Files that may expire before the run reaches them'),
      firstEnd: numberOrNull('ms since 1970'),
    })
    .nullable(),
  effects,
  paid: z.array(z.object({ name: z.string(), most: z.number(), limit: z.number().nullable() })),
  cost: z
    .object({
      currency: z.string(),
      total: z.string(),
      limit: z.string().nullable(),
      parts: z.array(
        z.object({
          step: z.string().nullable(),
          name: z.string(),
          units: z.number(),
          price: z.string(),
          amount: z.string(),
        }),
      ),
      unpriced: z.array(z.string()),
    })
    .optional(),
  guard: textOrNull('The guard that would stop the run'),
  isGuardCertain: flag('False if the guard depends on files that a run must read'),
  projects: z.array(z.object({ name: z.string().nullable(), publicKey: z.string() })),
};

/** The documents about plans, rehearsals and retries: what a run would do. */
export const PLAN_DOCUMENTS = {
  plan: z.object({
    job: jobName,
    description: text('Description of the job'),
    ...planFields,
    firstKeys: texts('Keys of the first items'),
    schedule,
    inventory: usedInventory,
    since,
    file: z
      .object({ path: z.string(), sha256: z.string() })
      .describe('The plan file, with `-o`')
      .optional(),
    comparison: z
      .object({
        file: z.string(),
        createdAt: z.string(),
        same: z.number(),
        added: comparedItems,
        gone: comparedItems,
        changed: comparedItems,
        jobChanges: z.array(z.string()),
      })
      .describe('The comparison with an earlier plan, with `--compare`')
      .optional(),
  }),
  'plan-file': z.object({
    file: text('Path of the plan file'),
    sha256: text('The hash that identifies the plan'),
    format: number("Version of the file's format"),
    tool: text('Version of the ucbulk that made it'),
    createdAt: instant('When it was made'),
    project: text('Public key of the project'),
    restOrigin: text('Address of the REST API'),
    jobFile: textOrNull('Path of the job file'),
    job: jobName,
    description: text('Description of the job'),
    fingerprint: text('Hash of the parts of the job that must not change'),
    items: number('Items that are certainly part of the plan'),
    open: number('Files about which a run must decide with a read'),
    approvers: texts('Fingerprints of the keys of which one must approve the plan'),
    approvals: z.array(z.object({ key: z.string(), at: z.string(), isValid: z.boolean() })),
    plan: anyObject('The plan, with the fields of `plan`'),
  }),
  approved: z.object({
    file: text('Path of the plan file'),
    sha256: text('The hash that identifies the plan'),
    key: text('Fingerprint of the key'),
    wasApproved: flag('True if the key had approved the plan already'),
  }),
  rehearsal: z.object({
    job: jobName,
    state: runState,
    exitCode,
    meaning,
    stop,
    source: text("Kind of the job's source"),
    listedAt: instantOrNull('When the inventory was listed'),
    files: number('Files of the inventory'),
    seeded: number('Files of the rehearsal'),
    changes: countsByName('Changes in the emulator, by operation'),
    stateDirectory: textOrNull('State directory of the rehearsal, with `--keep`'),
    counts,
    leftOut,
    reasons,
    paid: paidCounts,
    requests: number('Requests to the emulator'),
    duration,
  }),
  retry: z.object({
    run: runId,
    jobName,
    dryRun: flag('True: nothing was changed'),
    failed: number('Failed items of the run'),
    inDoubt: number('Items in doubt of the run'),
    counts,
    unfinished: number('Items that have not ended and are not in doubt'),
    items: number('Items that would be retried'),
    retried: z.array(z.object({ step: z.string(), code: z.string(), items: z.number() })),
    refused: z.array(
      z.object({
        step: z.string(),
        code: z.string(),
        items: z.number(),
        obstacle: z.enum(['unknown-effect', 'made-file', 'not-recorded', 'continued']),
        example: z.string(),
      }),
    ),
    undecidable: number('Failed items for which `--where` needs an unknown field'),
    paysAgain: countsByName('Items for which the service would charge again, by name'),
  }),
} as const;
