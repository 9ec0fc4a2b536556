import { formatBytes } from '../core/byte-size.ts';
import { formatCount, formatCounted } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import { type EffectCount, formatEffect } from '../core/effect-count.ts';
import { describeJob } from '../job/describe-job.ts';
import type { Job } from '../job/job-schema.ts';
import type { CountRange } from '../plans/planned-work.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { Plan } from '../run/plan.ts';
import { type PlannedRate, waitForJobs } from '../run/plan-pace.ts';
import type { PlannedStep } from '../run/plan-steps.ts';
import { costRows } from './cost-text.ts';
import { exampleRows } from './example-rows.ts';
import { exclusionRows } from './exclusion-rows.ts';
import { inventoryFact, inventoryRow } from './inventory-text.ts';
import { jobLines } from './job-lines.ts';
import type { ResultDocument } from './output.ts';
import { scheduleFact, scheduleRows } from './schedule-text.ts';
import { sinceFact, sinceRow } from './since-text.ts';
import { formatInstant, textTable } from './text-table.ts';

/** The parts of a plan that its text shows. A plan file contains them too. */
export type ShownPlan = Omit<Plan, 'firstKeys'>;

/** Returns a plan as the JSON document that `--json` prints. */
export function planDocument(job: Job, plan: Plan): ResultDocument {
  const inventory = inventoryFact(plan.inventory);
  const schedule = scheduleFact(plan.schedule);
  return {
    type: 'plan',
    job: job.name,
    description: describeJob(job),
    ...plan,
    inventory,
    since: sinceFact(plan.since ?? null),
    schedule,
  };
}

/** Returns a plan as text. */
export function planText(job: Job, plan: ShownPlan): string {
  const heading = `Plan of ${plainText(job.name)} (nothing was changed)`;
  return `${heading}\n${jobLines(job)}\n${textTable(planRows(plan))}`;
}

/** The rows of a plan: a label and a text each. */
export function planRows(plan: ShownPlan): string[][] {
  // Texts of a plan file may come from anybody, so no row may contain a line end or an escape sequence.
  return rowsOf(plan).map((row) => row.map(plainText));
}

function rowsOf(plan: ShownPlan): string[][] {
  return [
    ...(plan.projects.length === 1 ? [] : plan.projects.map(projectRow)),
    ['listed', listedText(plan)],
    ...sinceRow(plan.since ?? null),
    ...inventoryRow(plan.inventory ?? null),
    ['selected', selectedText(plan)],
    ...exclusionRows(plan.leftOut),
    ...readRows(plan),
    ...(plan.selectedAtMost === 0 ? NOTHING_SELECTED : workRows(plan)),
    ...guardRows(plan),
    ...exampleRows(plan),
  ];
}

const NOTHING_SELECTED = [['requests', 'none: no item is selected']];

function listedText({ listed, pages, endsAtLimit }: ShownPlan): string {
  const end = endsAtLimit === true ? '; then the limit of items was reached' : '';
  return `${formatCounted(listed, 'item')} on ${formatCounted(pages, 'page')}${end}`;
}

function selectedText({ selected, selectedAtMost, open, bytes }: ShownPlan): string {
  if (open.count === 0)
    return `${formatCounted(selected, 'item')}${bytesText({ selected, bytes })}`;
  const range = `at least ${formatCount(selected)}, at most ${formatCounted(selectedAtMost, 'item')}`;
  const fields = Object.keys(open.fields).join(', ');
  return `${range}: ${formatCount(open.count)} undecided without a read (${fields})`;
}

function bytesText({ selected, bytes }: Pick<ShownPlan, 'selected' | 'bytes'>): string {
  if (bytes === null) return '';
  const of = bytes.items === selected ? '' : ` of ${formatCounted(bytes.items, 'item')}`;
  return `, ${formatBytes(bytes.total)}${of}`;
}

/**
 * Formats the number of requests with which a run reads missing fields: fields of a file that the list of
 * files does not contain.
 */
function readRows({ reads }: ShownPlan): string[][] {
  if (reads === 0) return [];
  const count = formatCounted(reads, 'request');
  return [['reads', `${count} of a run for fields that the source leaves out`]];
}

function workRows(plan: ShownPlan): string[][] {
  return [
    ...plan.steps.flatMap(stepRows),
    ...doneBeforeRows(plan),
    ['requests', requestsText(plan)],
    ...bucketRows(plan),
    ...plan.effects.filter(({ kind }) => kind === 'delete').map(deleteRow),
    ...plan.paid.map(paidRow),
    ...costRows(plan.cost),
    ['duration', durationText(plan)],
    ...scheduleRows(plan.schedule, `${formatRate(plan.duration.rate.perSecond)} requests/s`),
    ...expiryRows(plan),
  ];
}

function stepRows(step: PlannedStep, index: number): string[][] {
  const isOwnName = step.id !== `${index + 1}-${step.uses}`;
  const name = isOwnName ? `${step.id} (${step.uses})` : step.uses;
  const requests = step.requests.map((request) => `${rangeText(request)} x ${request.endpoint}`);
  return [
    [
      `step ${index + 1}`,
      `${name}: ${rangeText(step.items)} ${step.items.most === 1 ? 'item' : 'items'}`,
    ],
    ...requests.map((text) => ['', text]),
    ...pollRows(step),
  ];
}

function pollRows({ polls }: PlannedStep): string[][] {
  if (polls === null) return [];
  const { expected, endpoint, perJob, medianMs, basis } = polls;
  const reason =
    basis === 'learned' ? 'as earlier jobs took' : 'a guess: no run has measured such jobs';
  return [
    ['', `about ${formatCount(expected)} x ${endpoint}`],
    ['', `${perJob} polls per job, half end within ${formatDuration(medianMs)} (${reason})`],
  ];
}

/** Formats `1,204`, or `at most 1,204`. */
function rangeText({ least, most }: CountRange): string {
  return least === most ? formatCount(most) : `at most ${formatCount(most)}`;
}

function requestsText({ requestsEstimate, pages, listRequests, projects }: ShownPlan): string {
  // A plan file of an earlier version has no `listRequests`.
  const listing = listRequests ?? pages;
  const parts = [
    `${formatCount(projects.length)} of them to check the keys`,
    ...(listing === 0 ? [] : [`${formatCount(listing)} to list`]),
  ];
  return `about ${formatCount(requestsEstimate)} in all, ${parts.join(' and ')}`;
}

/** Formats how many items a step skips, such as `398 of 400 at import, by the ledgers of earlier runs`. */
function doneBeforeRows({ doneBefore = [], selectedAtMost }: ShownPlan): string[][] {
  return doneBefore.map(({ step, items }) => [
    'done before',
    `${formatCount(items)} of ${formatCount(selectedAtMost)} at ${step}, by the ledgers of earlier runs`,
  ]);
}

/** Formats the requests that the provider of a bucket bills, such as `12 LIST, at most 11,204 HEAD, 11,204 GET`. */
function bucketRows({ bucketRequests = {} }: ShownPlan): string[][] {
  const { LIST, ...others } = bucketRequests;
  const listed = LIST === undefined ? [] : [`${formatCount(LIST)} LIST`];
  const most = Object.entries(others).map(([kind, count]) => `${formatCount(count)} ${kind}`);
  const parts = most.length === 0 ? listed : [...listed, `at most ${most.join(', ')}`];
  if (parts.length === 0) return [];
  return [['bucket', `${parts.join(', ')}; billed by the provider of the bucket`]];
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

function durationText({ duration, steps }: ShownPlan): string {
  const { ms, rate } = duration;
  const time = `about ${formatDuration(ms)} at ${formatRate(rate.perSecond)} requests/s (${rateBasis(rate)})`;
  return `${time}${jobTimeText(steps)}; without retries and waits for answers`;
}

/** Formats how long the last item waits for its remote jobs. Empty if no step has any. */
function jobTimeText(steps: readonly PlannedStep[]): string {
  const polls = steps.flatMap((step) => step.polls ?? []);
  if (polls.length === 0) return '';
  const guessed = polls.filter(({ basis }) => basis === 'typical').length;
  const guess = guessed === polls.length ? 'a guess' : 'partly a guess';
  const reason = guessed === 0 ? 'as earlier jobs took' : guess;
  return `, with ${formatDuration(waitForJobs(steps))} for the last remote jobs (${reason})`;
}

function formatRate(perSecond: number): string {
  return perSecond < 100 ? String(Number(perSecond.toFixed(1))) : formatCount(perSecond);
}

function rateBasis({ basis, learnedAt }: PlannedRate): string {
  switch (basis) {
    case 'flag':
      return '--rate';
    case 'job':
      return 'limits.rate';
    case 'learned':
      return `the rate that a run of this project reached by ${formatInstant(learnedAt ?? 0)}`;
    default:
      return 'the rate at which a run begins; no run has learned the limit of this project';
  }
}

function expiryRows({ expiry, steps }: ShownPlan): string[][] {
  if (expiry === null) return [];
  const { unstored, atRisk, firstEnd } = expiry;
  const goal = steps.some(({ uses }) => uses === 'store')
    ? 'they are stored'
    : 'the run reaches them';
  const files = formatCounted(unstored, 'unstored file');
  const first = firstEnd === null ? '' : `; the first at ${formatInstant(firstEnd)}`;
  return [
    [
      'expiry',
      atRisk === 0
        ? `none of the ${files} should expire before ${goal}${first}`
        : `${formatCount(atRisk)} of the ${files} may expire (24h after the upload) before ${goal}${first}`,
    ],
  ];
}

function guardRows({ guard, isGuardCertain }: ShownPlan): string[][] {
  if (guard === null) return [];
  return [['guard', `a run ${isGuardCertain ? 'would' : 'may'} stop here, exit 7. ${guard}`]];
}

function projectRow({ name, publicKey }: Plan['projects'][number]): string[] {
  return ['project', name === null ? `${publicKey} (default)` : `${publicKey} (${name})`];
}
