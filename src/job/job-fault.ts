import * as z from 'zod';
import { parseWindow } from '../core/daily-window.ts';
import { parseDeadline } from '../core/deadline.ts';
import { parseMoney } from '../core/money.ts';
import { parseTimetable } from '../core/rate-timetable.ts';
import { isGlob } from '../filters/glob.ts';
import type { Where } from '../filters/where.ts';
import { describeJob } from './describe-job.ts';
import type { Job } from './job-schema.ts';
import { priceListSchema } from './price-list-schema.ts';
import { expressionFault } from './step-condition.ts';
import { stepExpressions } from './step-schemas.ts';

/** The latest time that a `Date` can represent, ms since 1970. */
const LAST_MS = 8.64e15;

const flag = z.boolean().optional();
const count = z.int().min(0).optional();
const amount = z.int().min(1).optional();
const span = z.number().min(0).optional();
const share = z.number().min(0).max(1).optional();
const instant = z.number().min(-LAST_MS).max(LAST_MS).optional();
const globs = z.array(z.string().refine(isGlob)).min(1);
const tags = z.array(z.string()).min(1).optional();

const conditions = {
  stored: flag,
  removed: flag,
  isImage: flag,
  mime: globs.optional(),
  name: globs.optional(),
  size: z.strictObject({ min: count, max: count }).optional(),
  uploaded: z
    .strictObject({ olderThan: span, newerThan: span, before: instant, after: instant })
    .optional(),
  metadata: z
    .record(
      z.string(),
      z.union([z.strictObject({ exists: z.boolean() }), z.strictObject({ globs })]),
    )
    .optional(),
  tags: z.strictObject({ any: tags, all: tags, none: tags }).optional(),
};

const where = z.strictObject({
  ...conditions,
  any: z.array(z.strictObject(conditions)).min(1).optional(),
  unless: z.strictObject(conditions).optional(),
  sample: share,
  shard: z.strictObject({ index: z.int().min(1), count: z.int().min(1) }).optional(),
}) satisfies z.ZodType<Where>;

const source = z.looseObject({
  files: z.looseObject({ ordering: z.string().optional() }).optional(),
});

const guard = z.looseObject({
  maxItems: count,
  maxShare: share,
  maxFailures: z
    .union([
      z.strictObject({ kind: z.literal('count'), count: z.int().min(0) }),
      z.strictObject({ kind: z.literal('share'), share: z.number().min(0).max(1) }),
    ])
    .optional(),
  canary: amount,
  confirm: flag,
});

/** A text that `parse` accepts. */
function textOf(parse: (text: string) => object | string) {
  return z.string().refine((text) => typeof parse(text) !== 'string');
}

const limits = z.looseObject({
  items: amount,
  duration: span,
  requests: amount,
  concurrency: amount,
  rate: z.union([z.number().positive(), textOf(parseTimetable)]).optional(),
  finishBy: textOf(parseDeadline).optional(),
  cost: z
    .string()
    .refine((text) => parseMoney(text.split(' ')[0] ?? '') !== null)
    .optional(),
  paid: z.record(z.string(), z.int().min(0)).optional(),
});

/** The parts of a checked job whose values ucbulk uses without another check, in the form of the type `Job`. */
const parts = z.looseObject({
  name: z.string().min(1),
  description: z.string().optional(),
  source,
  where,
  steps: z.array(z.looseObject({ if: z.string().optional() })),
  guard,
  limits,
  prices: priceListSchema.optional(),
  window: textOf(parseWindow).optional(),
  recheckAfter: span,
});

/**
 * Checks a job that comes from a file which somebody may have changed. Returns the name of its first wrong part;
 * null if there is none. `Job` is the form of a job after its job file was checked, so the schema of a job file
 * can't check it.
 */
export function findJobFault(job: Job): string | null {
  const checked = parts.safeParse(job);
  if (!checked.success) return checked.error.issues[0]?.path.join('.') ?? 'content';
  try {
    describeJob(job);
    const expressions = job.steps.flatMap(stepExpressions);
    return expressions.every(({ text }) => expressionFault(text) === null) ? null : 'expressions';
  } catch {
    return 'options';
  }
}
