import * as z from 'zod';
import { parseDeadline } from '../core/deadline.ts';
import { parseTimetable } from '../core/rate-timetable.ts';
import { blockSchema, countSchema, durationSchema, flagSchema } from './job-value-schemas.ts';
import { BUDGETS, type PaidName } from './paid-names.ts';
import { amountSchema } from './price-list-schema.ts';

/** The number or the share of failed items after which the run stops. */
export type MaxFailures =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'share'; readonly share: number };

const percentSchema = (error: string) =>
  z.string({ error }).regex(/^(?:100|\d{1,2}(?:\.\d{1,3})?)%$/, { error });
const parsePercent = (percent: string): number => Number(percent.slice(0, -1)) / 100;

const MAX_FAILURES = 'a number of items, or a share such as 1%';
const maxFailuresSchema = z
  .union([countSchema(0), percentSchema(MAX_FAILURES)], { error: MAX_FAILURES })
  .transform(
    (given): MaxFailures =>
      typeof given === 'number'
        ? { kind: 'count', count: given }
        : { kind: 'share', share: parsePercent(given) },
  );

/** The block `guard` of a job. */
export const guardSchema = blockSchema({
  maxItems: countSchema(0)
    .optional()
    .describe(
      'Stop before the first step if more items match, or if one operation would delete or pay for more',
    ),
  maxShare: percentSchema('a share such as 20%')
    .transform(parsePercent)
    .optional()
    .describe(
      'Stop before the first step if more than this share of the listed items matches, or would be deleted or paid for',
    ),
  maxFailures: maxFailuresSchema.optional().describe('Stop when more items than this have failed'),
  canary: countSchema(1)
    .optional()
    .describe('Do this number of first items, show their results, and ask whether to continue'),
  confirm: flagSchema.default(true).describe('Ask before irreversible and paid operations'),
});

const rateError = 'a number of requests per second, more than 0';

/** A text that `parse` accepts. If it does not, it returns the end of a message. */
export function checkedText(error: string, parse: (text: string) => object | string) {
  return z.string({ error }).superRefine((text, context) => {
    const parsed = parse(text);
    if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed });
  });
}

/**
 * The budgets of a job in `limits.paid`: for each operation that costs money, how often the run may pay for
 * it.
 */
const paidSchema = blockSchema(
  Object.fromEntries(BUDGETS.map(({ name, items }) => [name, paidCount(items)] as const)) as Record<
    PaidName,
    z.ZodOptional<ReturnType<typeof countSchema>>
  >,
);

function paidCount(items: string) {
  return countSchema(0).optional().describe(`${items}: maximum number in the whole run`);
}

/** The block `limits` of a job. */
export const limitsSchema = blockSchema({
  items: countSchema(1)
    .optional()
    .describe('The run has only the first selected items, up to this number; a resume adds none'),
  duration: durationSchema.optional().describe('Stop after this time; a resume continues'),
  requests: countSchema(1)
    .optional()
    .describe('Stop after this number of requests; a resume continues'),
  concurrency: countSchema(1, 1000).optional().describe('Maximum number of requests in flight'),
  finishBy: checkedText('a time such as "2026-12-01 06:00 Europe/Berlin"', parseDeadline)
    .optional()
    .describe(
      'Time by which the run should have finished; `plan` and `status` show if it will miss this time',
    ),
  rate: z
    .union(
      [
        z
          .number({ error: rateError })
          .positive({ error: rateError })
          .max(10_000, { error: 'at most 10000 requests per second' }),
        checkedText(rateError, parseTimetable),
      ],
      { error: rateError },
    )
    .optional()
    .describe(
      'Maximum number of requests per second, or a timetable such as "08:00,5 20:00,off Europe/Berlin"',
    ),
  paid: paidSchema
    .optional()
    .describe('Maximum number of paid items by operation; the run then stops until it is raised'),
  cost: amountSchema('an amount of money such as 25 or "25.00 EUR"')
    .optional()
    .describe('Maximum cost of the whole run by `prices`; the run then stops until it is raised'),
});
