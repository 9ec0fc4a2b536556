// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.

import * as z from 'zod';
import { API_VERSIONS } from '../core/api-version.ts';
import { parseWindow } from '../core/daily-window.ts';
import { DEFAULT_PRIORITY, MAX_PRIORITY } from '../core/priority.ts';
import { apiVersionFaults } from './check-api-version.ts';
import { costFaults } from './check-cost.ts';
import { type FlowFault, flowFaults } from './check-flow.ts';
import { whereFaults } from './check-where.ts';
import { blockSchema, countSchema, durationSchema, flagSchema } from './job-value-schemas.ts';
import { labelsSchema } from './labels.ts';
import { checkedText, guardSchema, limitsSchema } from './limits-schema.ts';
import { notifySchema } from './notify-schema.ts';
import { paidName } from './paid-names.ts';
import { priceListSchema } from './price-list-schema.ts';
import { projectsSchema } from './projects-schema.ts';
import { sourceSchema, tellsFacts } from './source-schemas.ts';
import { findNames } from './step-condition.ts';
import { stepsSchema } from './step-list-schema.ts';
import { type Step, stepExpressions } from './step-schemas.ts';
import { whereSchema } from './where-schema.ts';

// Default of `recheckAfter`, ms. Before ucbulk deletes a file, it reads the file once more if it listed the
// file longer ago than this time.
const DEFAULT_RECHECK_AFTER_MS = 10 * 60_000;

/** Maximum of `recheckAfter`, ms. ucbulk never deletes a file because of data that is more than a day old. */
export const MAX_RECHECK_AFTER_MS = 24 * 60 * 60_000;

/** The ways in which a new run can react if another run is using the same project. */
export const ON_CONFLICT = ['fail', 'wait', 'skip', 'share'] as const;

export type OnConflict = (typeof ON_CONFLICT)[number];

/** The default action of a run if another run uses the project. */
export const DEFAULT_ON_CONFLICT: OnConflict = 'fail';

const concurrencySchema = blockSchema({
  onConflict: z
    .enum(ON_CONFLICT, { error: 'fail, wait, skip or share' })
    .default(DEFAULT_ON_CONFLICT)
    .describe(
      'Action if another run is using the project: fail (exit 12), wait for it, skip this run (exit 0), or share the rate with it',
    ),
  priority: z
    .union([z.enum(['low', 'normal', 'high']), z.number().min(1).max(MAX_PRIORITY)], {
      error: `low, normal, high, or a number from 1 to ${MAX_PRIORITY}`,
    })
    .default(DEFAULT_PRIORITY)
    .describe('Weight of the run among runs that share the rate: low is 1, normal is 2, high is 4'),
});

/** The content of a complete job file, after its variables were replaced. */
export const jobSchema = blockSchema({
  version: z.literal(1, { error: '1' }).describe('Version of this format'),
  apiVersion: z
    .enum(API_VERSIONS, { error: '"0.6" or "0.7", in quotes' })
    .optional()
    .describe('Version of the REST API; "0.7" if absent'),
  name: z
    .string({ error: 'a name such as nightly-cleanup' })
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/, {
      error: 'a name of letters, digits, spaces, and . _ -, at most 100 of them',
    })
    .describe('Name of the job in lists, logs and reports'),
  description: z
    .string({ error: 'text' })
    .max(2000, { error: 'at most 2000 characters' })
    .optional()
    .describe('Purpose of the job'),
  project: z
    .string({ error: 'the public key of a project' })
    .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'the public key of a project' })
    .optional()
    .describe('Public key of the intended project; the job does not start with any other key'),
  projects: projectsSchema
    .optional()
    .describe('Further projects of the job, by the names that the source and steps use'),
  vars: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'is not a name of letters, digits and _' }),
      z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'text' }),
      { error: 'a block of keys' },
    )
    .optional()
    .describe('Values for ${{ vars.NAME }}; --var must set a null'),
  source: sourceSchema.describe('Source of the items'),
  where: whereSchema.default({}).describe('Filter for the items; all if absent'),
  steps: stepsSchema.describe('Operations on each item, in order'),
  guard: guardSchema.default({ confirm: true }).describe('Limits that stop the run for safety'),
  limits: limitsSchema.default({}).describe('Limits on time, requests and costs'),
  prices: z
    .union(
      [
        z.string().min(1).describe('Path of the price file, relative to this file'),
        priceListSchema,
      ],
      { error: 'the path of a price file such as ./prices.yaml' },
    )
    .optional()
    .describe('Path of the price file: the prices that the account pays for items and requests'),
  labels: labelsSchema
    .optional()
    .describe('Names and values for accounting; in status, summary and reports'),
  window: checkedText('a window such as "22:00-06:00 Europe/Berlin"', parseWindow)
    .optional()
    .describe('Hours in which the run may work; it stops when they end, and a resume continues'),
  notify: notifySchema.optional().describe('Who is notified about the run'),
  concurrency: concurrencySchema.optional().describe('Action if another run is using the project'),
  recheckAfter: durationSchema
    .refine((ms) => ms <= MAX_RECHECK_AFTER_MS, { error: 'is more than a day (1d)' })
    .default(DEFAULT_RECHECK_AFTER_MS)
    .describe(
      'Maximum age of a listing for a delete; ucbulk checks older files again. 10m if absent',
    ),
  verify: blockSchema({
    sweeps: countSchema(1, 10).describe(
      'Maximum number of times that the run does items again whose effect is missing',
    ),
  })
    .optional()
    .describe('After its work, compare the run with a new listing'),
  evidence: flagSchema
    .optional()
    .describe(
      'Keep the facts about each file before its delete, for `ucbulk evidence`; true if absent',
    ),
  report: blockSchema({}).optional().describe('Reserved; has no keys yet'),
})
  .refine(({ source, guard }) => tellsFacts(source) || guard.maxShare === undefined, {
    path: ['guard', 'maxShare'],
    error: 'needs a source that can be filtered; this one takes all items',
  })
  .superRefine((job, context) => {
    for (const { path, message } of [
      ...flowFaults(job),
      ...whereFaults(job),
      ...apiVersionFaults(job),
      ...idleBudgets(job),
      ...costFaults(job),
    ]) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  })
  .transform(({ vars, ...job }, context): typeof job & { vars?: Record<string, string> } => {
    const used = usedVars({ vars, steps: job.steps }, context);
    return Object.keys(used).length === 0 ? job : { ...job, vars: used };
  });

/**
 * Finds budgets in `limits.paid` for an operation that no step uses. The name in the budget is probably
 * wrong, and the operation that the user meant has no limit.
 */
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
    .map((name) => ({
      path: ['limits', 'paid', name],
      message: 'limits no step of the job; remove it',
    }));
}

/**
 * Returns the variables that expressions read during the run, so that the run can store them. All other
 * expressions in the job have already been replaced by their values.
 */
function usedVars(
  { vars = {}, steps }: { vars?: object | undefined; steps: readonly Step[] },
  context: z.RefinementCtx,
) {
  const used: Record<string, string> = {};
  const given = new Map(Object.entries(vars));
  for (const [index, step] of steps.entries()) {
    for (const { path, text } of stepExpressions(step)) {
      for (const name of findNames(text, 'vars')) {
        if (given.has(name)) used[name] = String(given.get(name));
        else {
          const known = [...given.keys()].join(', ') || 'none';
          const message = `reads an unknown variable: "${name}"; the file has ${known}`;
          context.addIssue({ code: 'custom', path: ['steps', index, ...path], message });
        }
      }
    }
  }
  return used;
}

/**
 * A checked job, with defaults for missing keys. Durations are in ms, sizes in bytes, dates in ms since 1970.
 * A run stores it as JSON.
 */
export type Job = z.output<typeof jobSchema>;
