import * as z from 'zod';
import { BUCKET_REQUESTS } from '../core/bucket-requests.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { PLAN_FORMAT } from './plan-format.ts';

/** The largest time that a `Date` can represent, ms since 1970. */
const LAST_MS = 8.64e15;

const count = z.int().min(0);
const instant = z.number().min(0).max(LAST_MS);
const span = z.number().min(0);
const name = z.string().nullable();
const ranged = z.object({ least: count, most: count });
const undecided = z.object({ count, fields: z.record(z.string(), count) });

const example = z.object({
  key: z.string(),
  filename: name,
  size: z.number().nullable(),
  uploadedAt: z.number().min(-LAST_MS).max(LAST_MS).nullable(),
});

const cost = z.object({ amount: z.string(), currency: z.string() });

const step = z.object({
  id: z.string(),
  uses: z.string(),
  project: name,
  items: ranged,
  requests: z.array(ranged.extend({ endpoint: z.string() })),
  deletes: count,
  paid: z.object({ name: z.string(), most: count }).nullable(),
  polls: z
    .object({
      endpoint: z.string(),
      expected: count,
      perJob: span,
      medianMs: span,
      basis: z.enum(['learned', 'typical']),
    })
    .nullable(),
});

/** The schema of the first line of a plan file. */
export const headerSchema = z.object({
  ucbulk: z.literal('plan'),
  format: z.literal(PLAN_FORMAT),
  tool: z.string(),
  createdAt: z.iso.datetime(),
  project: z.string(),
  restOrigin: z.string(),
  jobFile: name,
  fingerprint: z.string(),
  // 32 bytes in base64.
  approvers: z.array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/)),
  // `storedJob` checks the parts of the job.
  job: z.custom<JsonObject>(isJsonObject),
});

/** The schema of the summary of a plan file: the parts of a plan that `show` prints. */
export const summarySchema = z.object({
  listed: count,
  selected: count,
  selectedAtMost: count,
  open: undecided,
  pages: count,
  endsAtLimit: z.literal(true).optional(),
  reads: count,
  leftOut: z.object({
    repeated: count,
    rejected: count,
    undecided,
    unlisted: count,
    passedOver: z.object({ excluded: count, links: count }),
    newMatches: count.optional(),
  }),
  examples: z.object({
    first: example.nullable(),
    last: example.nullable(),
    largest: example.nullable(),
    oldest: example.nullable(),
  }),
  bytes: z.object({ total: span, items: count }).nullable(),
  steps: z.array(step),
  requestsEstimate: count,
  // Earlier versions did not write this number.
  listRequests: count.optional(),
  // Absent if the run sends none. Earlier versions wrote neither this nor `doneBefore`.
  bucketRequests: z.partialRecord(z.enum(BUCKET_REQUESTS), count).optional(),
  doneBefore: z.array(z.object({ step: z.string(), items: count })).optional(),
  followsJobs: z.boolean(),
  readsPerFile: count.nullable(),
  duration: z.object({
    ms: span,
    rate: z.object({
      perSecond: span,
      basis: z.enum(['flag', 'job', 'learned', 'first']),
      learnedAt: instant.nullable(),
    }),
  }),
  expiry: z.object({ unstored: count, atRisk: count, firstEnd: instant.nullable() }).nullable(),
  effects: z.array(
    z.object({
      kind: z.enum(['delete', 'pay']),
      name: z.string(),
      steps: count,
      items: count,
      count,
      limit: count.nullable(),
      cost: cost.optional(),
    }),
  ),
  paid: z.array(z.object({ name: z.string(), most: count, limit: count.nullable() })),
  // Absent if the job has no prices.
  cost: z
    .object({
      currency: z.string(),
      total: z.string(),
      limit: z.string().nullable(),
      parts: z.array(
        z.object({
          step: name,
          name: z.string(),
          units: count,
          price: z.string(),
          amount: z.string(),
        }),
      ),
      unpriced: z.array(z.string()),
    })
    .optional(),
  guard: name,
  isGuardCertain: z.boolean(),
  inventory: z.object({ listedAt: instant, ageMs: z.number() }).nullish(),
  since: z.object({ from: instant.nullable(), run: name }).optional(),
  projects: z.array(z.object({ name, publicKey: z.string() })),
});

/** The summary of a plan file. */
export type PlanSummary = z.output<typeof summarySchema>;
