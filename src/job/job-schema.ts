// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import * as z from 'zod';
import { API_VERSIONS } from '../core/api-version.ts';
import { apiVersionFaults } from './check-api-version.ts';
import { type FlowFault, flowFaults } from './check-flow.ts';
import { blockSchema, countSchema, durationSchema, flagSchema } from './job-value-schemas.ts';
import { paidName, paidSchema } from './paid-names.ts';
import { projectsSchema } from './projects-schema.ts';
import { sourceSchema, tellsFacts } from './source-schemas.ts';
import { namesIn } from './step-condition.ts';
import { stepsSchema } from './step-list-schema.ts';
import { expressionsOf, type Step } from './step-schemas.ts';
import { whereSchema } from './where-schema.ts';

const DEFAULT_RECHECK_AFTER_MS = 10 * 60_000; // a listing older than this is looked at again before a delete

/** The most that `recheckAfter` may be, ms: nothing is deleted by what a listing said a day ago. */
export const MAX_RECHECK_AFTER_MS = 24 * 60 * 60_000;

/** So many failed items, or this share of them, and the run stops. */
export type MaxFailures =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'share'; readonly share: number };

const percentSchema = (error: string) =>
  z.string({ error }).regex(/^(?:100|\d{1,2}(?:\.\d{1,3})?)%$/, { error });
const shareOf = (percent: string): number => Number(percent.slice(0, -1)) / 100;

const MAX_FAILURES = 'a number of items, or a share such as 1%';
const maxFailuresSchema = z
  .union([countSchema(0), percentSchema(MAX_FAILURES)], { error: MAX_FAILURES })
  .transform(
    (given): MaxFailures =>
      typeof given === 'number'
        ? { kind: 'count', count: given }
        : { kind: 'share', share: shareOf(given) },
  );

const guardSchema = blockSchema({
  maxItems: countSchema(0)
    .optional()
    .describe(
      'Stops before the first step if more items match, or if one operation would delete or pay for more',
    ),
  maxShare: percentSchema('a share such as 20%')
    .transform(shareOf)
    .optional()
    .describe(
      'Stops before the first step if more than this share of what the source lists matches, or would be deleted or paid for',
    ),
  maxFailures: maxFailuresSchema.optional().describe('Stops once more items than this have failed'),
  confirm: flagSchema
    .default(true)
    .describe('Asks before anything that cannot be undone or is paid for'),
});

const rateError = 'a number of requests a second, more than 0';

const limitsSchema = blockSchema({
  duration: durationSchema.optional().describe('Stops, to be resumed, after this long'),
  requests: countSchema(1).optional().describe('Stops, to be resumed, after so many requests'),
  concurrency: countSchema(1, 1000).optional().describe('Requests at once, at most'),
  rate: z
    .number({ error: rateError })
    .positive({ error: rateError })
    .max(10_000, { error: 'at most 10000 requests a second' })
    .optional()
    .describe('Maximum number of requests per second'),
  paid: paidSchema
    .optional()
    .describe('Stops, until it is raised, once so many items were paid for, by operation'),
});

/** What becomes of a run whose project another run works on. */
export const ON_CONFLICT = ['fail', 'wait', 'skip', 'share'] as const;

/** One of `ON_CONFLICT`. */
export type OnConflict = (typeof ON_CONFLICT)[number];

const concurrencySchema = blockSchema({
  onConflict: z
    .enum(ON_CONFLICT, { error: 'fail, wait, skip or share' })
    .default('fail')
    .describe(
      'While another run works on the project: fail (exit 12), wait for it, skip this run (exit 0), or share the rate with it',
    ),
});

/** A whole job file, its variables already put in. */
export const jobSchema = blockSchema({
  version: z.literal(1, { error: '1' }).describe('The version of this format'),
  apiVersion: z
    .enum(API_VERSIONS, { error: '"0.6" or "0.7", in quotes' })
    .optional()
    .describe('Version of the REST API; "0.7" if absent'),
  name: z
    .string({ error: 'a name such as nightly-cleanup' })
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/, {
      error: 'a name of letters, digits, spaces, and . _ -, at most 100 of them',
    })
    .describe('Names the job in lists, logs and reports'),
  description: z
    .string({ error: 'text' })
    .max(2000, { error: 'at most 2000 characters' })
    .optional()
    .describe('What the job is for'),
  project: z
    .string({ error: 'the public key of a project' })
    .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'the public key of a project' })
    .optional()
    .describe('Public key the job is meant for; with any other key it does not start'),
  projects: projectsSchema
    .optional()
    .describe('Other projects of the job, by names that the source and steps use'),
  vars: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'is not a name of letters, digits and _' }),
      z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'text' }),
      { error: 'a block of keys' },
    )
    .optional()
    .describe('Values for ${{ vars.NAME }}; null must be given by --var'),
  source: sourceSchema.describe('Where the files come from'),
  where: whereSchema.default({}).describe('Which of them; all if absent'),
  steps: stepsSchema.describe('What is done to each, in order'),
  guard: guardSchema.default({ confirm: true }).describe('What stops the run for safety'),
  limits: limitsSchema.default({}).describe('What the run may use'),
  concurrency: concurrencySchema.optional().describe('What if another run works on the project'),
  recheckAfter: durationSchema
    .refine((ms) => ms <= MAX_RECHECK_AFTER_MS, { error: 'is more than a day (1d)' })
    .default(DEFAULT_RECHECK_AFTER_MS)
    .describe('Files listed longer ago than this are looked at again before a delete; 10m'),
  report: blockSchema({}).optional().describe('Takes no keys yet'),
})
  .refine(({ source, where }) => tellsFacts(source) || Object.keys(where).length === 0, {
    path: ['where'],
    error: 'needs what a listing tells of a file; of this source there is nothing to filter by',
  })
  .refine(({ source, guard }) => tellsFacts(source) || guard.maxShare === undefined, {
    path: ['guard', 'maxShare'],
    error: 'is for sources that can be filtered; of this one all items are taken',
  })
  .superRefine((job, context) => {
    for (const { path, message } of [
      ...flowFaults(job),
      ...apiVersionFaults(job),
      ...idleBudgets(job),
    ]) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  })
  .transform(({ vars, ...job }, context): typeof job & { vars?: Record<string, string> } => {
    const used = usedVars({ vars, steps: job.steps }, context);
    return Object.keys(used).length === 0 ? job : { ...job, vars: used };
  });

/** A budget that bounds nothing was meant for an operation that goes without one. */
function idleBudgets({
  limits,
  steps,
}: {
  limits: z.output<typeof limitsSchema>;
  steps: readonly Step[];
}): FlowFault[] {
  const bought = steps.map(paidName);
  return Object.keys(limits.paid ?? {})
    .filter((name) => !bought.some((other) => other === name))
    .map((name) => ({ path: ['limits', 'paid', name], message: 'bounds no step of the job' }));
}

/** The variables that conditions and values ask for; all others are put in already. */
function usedVars(
  { vars = {}, steps }: { vars?: object | undefined; steps: readonly Step[] },
  context: z.RefinementCtx,
) {
  const used: Record<string, string> = {};
  const given = new Map(Object.entries(vars));
  for (const [index, step] of steps.entries()) {
    for (const { path, text } of expressionsOf(step)) {
      for (const name of namesIn(text, 'vars')) {
        if (given.has(name)) used[name] = String(given.get(name));
        else {
          const known = [...given.keys()].join(', ') || 'none';
          const message = `asks for an unknown variable: "${name}"; the file has ${known}`;
          context.addIssue({ code: 'custom', path: ['steps', index, ...path], message });
        }
      }
    }
  }
  return used;
}

/**
 * A job with every default filled in: durations in ms, sizes in bytes, dates in ms since 1970.
 * Plain JSON; this is what a run keeps.
 */
export type Job = z.output<typeof jobSchema>;
