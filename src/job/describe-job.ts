import { DEFAULT_API_VERSION } from '../core/api-version.ts';
import { formatDuration } from '../core/duration.ts';
import { describeWhere } from './describe-where.ts';
import type { Job, MaxFailures } from './job-schema.ts';
import { stepOfFile } from './job-value-schemas.ts';
import { readableNeeds } from './needed-fields.ts';
import { paidName } from './paid-names.ts';
import { isInProject, optionsOf, sourceOf } from './source-schemas.ts';
import { fileOf, isIrreversible, operationOf, type Step } from './step-schemas.ts';

/** The job in one plain sentence. */
export function describeJob(job: Job): string {
  const { actions, rules } = describeJobParts(job);
  return `${[...actions, ...rules].join('; ')}.`;
}

/** What the job does, in its order, and the rules that it follows meanwhile. */
export function describeJobParts(job: Job): { actions: string[]; rules: string[] } {
  const { source } = job;
  const where = describeWhere(job.where);
  const actions = [
    `${sourceOf(source).describe(optionsOf(source))}${sourceProject(job)}`,
    ...(where === ''
      ? []
      : [`takes only those ${where}`.replace('only those but not those', 'all but those')]),
    ...job.steps.map((step) => {
      return `${describeStep(step)}${projectWords(job, step.project)}${conditionWords(step)}`;
    }),
  ];
  return {
    actions,
    rules: [
      ...describeVersion(job),
      ...describeNeeds(job),
      ...describeGuard(job),
      ...describeLimits(job.limits),
    ],
  };
}

function describeVersion({ apiVersion = DEFAULT_API_VERSION }: Job): string[] {
  return apiVersion === DEFAULT_API_VERSION ? [] : [`uses version ${apiVersion} of the REST API`];
}

/** Said before a run: reading a field that a listing leaves out takes a request for each file. */
function describeNeeds(job: Job): string[] {
  const fields = readableNeeds(job);
  if (fields.length === 0) return [];
  return [`reads ${fields.join(' and ')} file by file if the listing leaves that out`];
}

/** Which project is meant, in a job that has several. */
function projectWords({ projects }: Job, name: string | undefined): string {
  if (projects === undefined) return '';
  return name === undefined ? ' (default project)' : ` (project ${name})`;
}

function sourceProject(job: Job): string {
  const { source } = job;
  return isInProject(source) ? projectWords(job, source.project) : '';
}

function conditionWords(step: Step): string {
  return step.if === undefined ? '' : `, if ${step.if}`;
}

function describeStep(step: Step): string {
  const file = fileOf(step);
  const use = operationOf(step).describe(step.with);
  return `${file === undefined ? use : ofMade(use, stepOfFile(file))}${describeSkip(step)}`;
}

/** Says whose file is meant: `stores what cut made`, `changes the tags of what cut made`. */
function ofMade(use: string, step: string): string {
  return use
    .replace(/\bthem\b/, `what ${step} made`)
    .replace(/\btheir (\w+)/, `the $1 of what ${step} made`);
}

function describeSkip(step: Step): string {
  if (!('skipIfDone' in step)) return '';
  if (step.skipIfDone) return ' (skips those it was done to before, in earlier runs too)';
  return operationOf(step).skipIfDone ? ' (also those it was done to before)' : '';
}

function describeGuard({ guard, steps }: Job): string[] {
  const { maxItems, maxShare, maxFailures, confirm } = guard;
  return [
    ...describeConsent(steps, confirm),
    ...(maxItems === undefined ? [] : [`stops if more than ${countOf(maxItems, 'file')} match`]),
    ...(maxShare === undefined
      ? []
      : [`stops if more than ${percentOf(maxShare)} of what is listed match`]),
    ...(maxFailures === undefined ? [] : [`stops once more than ${describeFailures(maxFailures)}`]),
  ];
}

function describeConsent(steps: readonly Step[], asks: boolean): string[] {
  const deletes = steps.some(isIrreversible);
  const pays = steps.some((step) => paidName(step) !== null);
  const [gerunds, verbs] = [
    [...(deletes ? ['deleting'] : []), ...(pays ? ['paying'] : [])],
    [...(deletes ? ['deletes'] : []), ...(pays ? ['pays'] : [])],
  ];
  if (verbs.length === 0) return [];
  return [asks ? `asks before ${gerunds.join(' or ')}` : `${verbs.join(' and ')} without asking`];
}

function describeFailures(limit: MaxFailures): string {
  if (limit.kind === 'count') return `${countOf(limit.count, 'file')} failed`;
  return `${percentOf(limit.share)} failed`;
}

function percentOf(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}

function describePaid(paid: Job['limits']['paid']): string[] {
  const parts = Object.entries(paid ?? {}).map(([name, count]) => {
    return `${(count ?? 0).toLocaleString('en-US')} ${name}`;
  });
  return parts.length === 0
    ? []
    : [`pays for at most ${parts.join(' and ')}, and then stops until that is raised`];
}

function describeLimits({ duration, requests, concurrency, rate, paid }: Job['limits']): string[] {
  const ends = [
    ...(duration === undefined ? [] : [formatDuration(duration)]),
    ...(requests === undefined ? [] : [countOf(requests, 'request')]),
  ];
  const pace = [
    ...(concurrency === undefined ? [] : [`${countOf(concurrency, 'request')} at once`]),
    ...(rate === undefined ? [] : [`${countOf(rate, 'request')} a second`]),
  ];
  return [
    ...(ends.length === 0 ? [] : [`stops after ${ends.join(' or ')}, to be resumed`]),
    ...describePaid(paid),
    ...(pace.length === 0 ? [] : [`makes at most ${pace.join(' and ')}`]),
  ];
}

function countOf(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
