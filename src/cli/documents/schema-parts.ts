import * as z from 'zod';
import { ITEM_STATES } from '../../core/item-state.ts';
import { RUN_STATES } from '../../core/run.ts';

/** A text with its meaning. */
export const text = (meaning: string) => z.string().describe(meaning);
/** A text, or null. */
export const textOrNull = (meaning: string) => z.string().nullable().describe(meaning);
export const number = (meaning: string) => z.number().describe(meaning);
export const numberOrNull = (meaning: string) => z.number().nullable().describe(meaning);
export const flag = (meaning: string) => z.boolean().describe(meaning);
/** A time in RFC 3339, UTC. */
export const instant = (meaning: string) =>
  z.string().meta({ format: 'date-time', description: meaning });
/** A time in RFC 3339, UTC, or null. */
export const instantOrNull = (meaning: string) =>
  z.string().meta({ format: 'date-time' }).nullable().describe(meaning);
export const texts = (meaning: string) => z.array(z.string()).describe(meaning);
/** An object whose fields depend on the operation or the source. */
export const anyObject = (meaning: string) => z.record(z.string(), z.unknown()).describe(meaning);
export const countsByName = (meaning: string) => z.record(z.string(), z.number()).describe(meaning);

export const runId = text('Id of the run');
export const jobName = text('Name of the job');
export const itemState = z.enum(ITEM_STATES).describe('State of the item');
export const runState = z.enum(RUN_STATES).describe('State of the run');
export const exitCode = number('The exit code, see exit-codes.md');
export const meaning = text('Meaning of the exit code');

export const counts = z
  .object({
    ...Object.fromEntries(ITEM_STATES.map((state) => [state, z.number()])),
    total: z.number(),
  })
  .describe('Number of items in each state');

export const leftOut = z
  .object({
    repeated: number('Entries that name an item which an earlier entry already named'),
    rejected: number('Bad rows of a list, and entries of a folder that ucbulk can not read'),
    undecided: z
      .object({ count: z.number(), fields: countsByName('Number of files for each unknown field') })
      .describe('Files that were not selected because a field is unknown'),
    unlisted: number('How many files fewer the service listed than it counts'),
    passedOver: z
      .object({ excluded: z.number(), links: z.number() })
      .describe('Entries of a local folder that ucbulk skipped'),
    newMatches: number('Items that match, but that the plan of the run does not have').optional(),
  })
  .describe('Number of entries of the source that did not become items');

export const paidCounts = z
  .array(z.object({ name: text('Name of the operation'), spent: number('Number of items') }))
  .describe('Items that the run has paid for, in all its processes');

const amount = text('A decimal number, such as "12.34"');

export const runCost = z
  .object({
    currency: text('Currency of all amounts'),
    atMost: text('Highest cost of the run so far'),
    certain: text('The same without items and requests whose charge is unknown'),
    planned: textOrNull('Highest cost of the paid steps; null while ucbulk lists'),
    limit: textOrNull('`limits.cost` of the job'),
    kept: textOrNull('The part of the limit that is kept for requests of items in progress'),
    parts: z.array(
      z.object({
        step: textOrNull('Id of the step; null for requests'),
        name: text('Name of the price'),
        units: z.number(),
        reserved: number('Requests that a process reserved and has not sent'),
        price: textOrNull('The price of one unit now'),
        amount,
        prices: z.array(z.object({ price: amount, units: z.number(), amount })),
        planned: textOrNull('The highest cost of the step'),
      }),
    ),
    unpriced: texts('Paid operations of the job without a price'),
  })
  .nullable()
  .describe('Cost of the run by the prices of its job; null if it has none');

export const labels = z
  .record(z.string(), z.string())
  .nullable()
  .describe('The labels of the job; null if it has none');

export const since = z
  .object({
    from: instantOrNull('The run lists files uploaded after this time; null if it lists all'),
    run: textOrNull('The successful run that it continues'),
  })
  .nullable()
  .describe('Where a listing with `since: last-success` starts; null without `since`');

export const usedInventory = z
  .object({ listedAt: instant('When the inventory was listed'), ageMs: z.number() })
  .nullable()
  .describe('The inventory that was used; null if the source is another one');

export const schedule = z
  .object({
    window: z
      .object({ hours: z.string(), isOpen: z.boolean(), until: instantOrNull('When this changes') })
      .nullable()
      .describe('The window of the job; null if it has none'),
    finishBy: instantOrNull('The deadline'),
    expectedEnd: instantOrNull('When the run is expected to end'),
    missesByMs: numberOrNull('By how much the run misses its deadline'),
  })
  .nullable()
  .describe('The window and the deadline; null if the job has neither, and no timetable');

export const reasons = z
  .array(
    z.object({
      state: z.enum(['failed', 'skipped', 'done']),
      reason: text('Failure code, warning, or reason of a skip'),
      count: z.number(),
      step: text('The step after which these items continued').optional(),
    }),
  )
  .describe('Number of items with each reason');

export const stop = z
  .object({
    kind: z.enum(['fatal', 'guard', 'declined', 'canary', 'budget', 'duration', 'window', 'user']),
    message: z.string(),
  })
  .nullable()
  .describe('Why the run stopped before its end; null if nothing stopped it');

export const effects = z
  .array(
    z.object({
      kind: z.enum(['delete', 'pay']),
      name: text('Name of the operation'),
      steps: number('Number of steps with this operation'),
      items: z.number(),
      count: number('Maximum number of deletes or payments'),
      limit: numberOrNull('Its limit in `limits.paid`'),
      cost: z.object({ amount, currency: z.string() }).optional(),
    }),
  )
  .describe('Deletes and payments that a person must confirm');
