import { formatCount, formatCounted } from '../core/counted.ts';
import { type EffectCount, formatEffect } from '../core/effect-count.ts';
import { describeJob } from '../job/describe-job.ts';
import type { Job } from '../job/job-schema.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { Plan } from '../run/plan-run.ts';
import { jobLines } from './job-lines.ts';
import type { ResultDocument } from './output.ts';
import { exclusionRows } from './run-summary.ts';
import { textTable } from './text-table.ts';

/** Returns the plan of a dry run as the JSON document that `--json` prints. */
export function planDocument(job: Job, plan: Plan): ResultDocument {
  return { type: 'plan', job: job.name, description: describeJob(job), ...plan };
}

/** Returns the plan of a dry run as text. */
export function planText(job: Job, plan: Plan): string {
  const rows = [
    ...(plan.projects.length === 1 ? [] : plan.projects.map(projectRow)),
    ['listed', `${formatCounted(plan.listed, 'item')} on ${formatCounted(plan.pages, 'page')}`],
    ['selected', formatCounted(plan.selected, 'item')],
    ...exclusionRows(plan.leftOut),
    ...readRows(plan),
    ...(plan.selected === 0
      ? [['requests', 'none: no item is selected']]
      : [['requests', formatRequests(plan)]]),
    ...plan.effects.filter(({ kind }) => kind === 'delete').map(deleteRow),
    ...plan.paid.map(paidRow),
    ...(plan.guard === null ? [] : [['guard', `a run would stop here, exit 7. ${plan.guard}`]]),
    ...plan.sample.map((key, index) => [index === 0 ? 'sample' : '', plainText(key)]),
  ];
  const heading = `Plan of ${plainText(job.name)} (nothing was changed)`;
  return `${heading}\n${jobLines(job)}\n${textTable(rows)}`;
}

/**
 * Formats the number of requests with which a run reads missing fields: fields of a file that the list of
 * files does not contain.
 */
function readRows({ reads }: Plan): string[][] {
  if (reads === 0) return [];
  return [['reads', `${formatCounted(reads, 'request')} for fields that the source leaves out`]];
}

function formatRequests({ requestsEstimate, followsJobs }: Plan): string {
  if (!followsJobs) return `about ${formatCount(requestsEstimate)}`;
  return `at least ${formatCount(requestsEstimate)}: each job is started and polled, more often if it takes long`;
}

/** Formats the number of deletes, such as `delete 80 files (2 steps x 40 items)`. */
function deleteRow(effect: EffectCount): string[] {
  return ['deletes', effect.count === 0 ? 'nothing to delete' : `at most: ${formatEffect(effect)}`];
}

/**
 * Formats a number of payments, such as `at most 1,204 remove_bg`. If the limit in the job is lower than this
 * number, adds that the run stops at the limit.
 */
function paidRow({ name, most, limit }: Plan['paid'][number]): string[] {
  if (limit === null || limit >= most) return ['paid', `at most ${formatCount(most)} ${name}`];
  const words = `${formatCount(limit)} ${name} of ${formatCount(most)}, then stops: limits.paid`;
  return ['paid', `at most ${words}`];
}

function projectRow({ name, publicKey }: Plan['projects'][number]): string[] {
  return ['project', name === null ? `${publicKey} (default)` : `${publicKey} (${name})`];
}
