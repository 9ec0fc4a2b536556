import { DEFAULT_API_VERSION } from '../core/api-version.ts';
import { formatDuration } from '../core/duration.ts';
import { describeWhere } from './describe-where.ts';
import type { Job } from './job-schema.ts';
import { parseStepFile } from './job-value-schemas.ts';
import type { MaxFailures } from './limits-schema.ts';
import { readableNeeds } from './needed-fields.ts';
import { paidName } from './paid-names.ts';
import { isInProject, sourceDescriptor, sourceOptions } from './source-schemas.ts';
import { isIrreversible, type Step, stepFileOption, stepOperation } from './step-schemas.ts';

/** Describes what the job does in one sentence. */
export function describeJob(job: Job): string {
  const { selection, steps, rules } = describeJobParts(job);
  return `${[...selection, ...steps, ...rules].join('; ')}.`;
}

/** The descriptions of a job's parts, as sentences that start with a verb. */
interface JobParts {
  readonly selection: string[];
  readonly steps: string[];
  /** The descriptions of limits, for example. */
  readonly rules: string[];
}

/** Describes the items that the job takes, each step, and each rule. */
export function describeJobParts(job: Job): JobParts {
  const { source } = job;
  const where = describeWhere(job.where);
  const selection = [
    `${sourceDescriptor(source).describe(sourceOptions(source))}${sourceProject(job)}`,
    ...(where === ''
      ? []
      : [`takes only those ${where}`.replace('only those but not those', 'all but those')]),
  ];
  const steps = job.steps.map((step) => {
    return `${describeStep(step)}${describeProject(job, step.project)}${describeCondition(step)}`;
  });
  return {
    selection,
    steps,
    rules: [
      ...describeVersion(job),
      ...describeNeeds(job),
      ...describeGuard(job),
      ...describeLimits(job.limits),
      ...describeTimes(job),
      ...describeSweeps(job),
    ],
  };
}

function describeVersion({ apiVersion = DEFAULT_API_VERSION }: Job): string[] {
  return apiVersion === DEFAULT_API_VERSION ? [] : [`uses version ${apiVersion} of the REST API`];
}

/**
 * Describes the fields that might be missing in the list of files. A run must read such a field with one
 * request for each file. The user should know this cost before the run.
 */
function describeNeeds(job: Job): string[] {
  const fields = readableNeeds(job);
  if (fields.length === 0) return [];
  return [`reads ${fields.join(' and ')} file by file if the listing leaves that out`];
}

/** Names the project of a step, if the job has several projects. */
function describeProject({ projects }: Job, name: string | undefined): string {
  if (projects === undefined) return '';
  return name === undefined ? ' (default project)' : ` (project ${name})`;
}

function sourceProject(job: Job): string {
  const { source } = job;
  return isInProject(source) ? describeProject(job, source.project) : '';
}

function describeCondition(step: Step): string {
  return step.if === undefined ? '' : `, if ${step.if}`;
}

function describeStep(step: Step): string {
  const file = stepFileOption(step);
  const use = stepOperation(step).describe(step.with);
  return `${file === undefined ? use : nameMadeFile(use, parseStepFile(file))}${describeSkip(step)}`;
}

/**
 * Describes a step that works on a file from an earlier step: `stores what cut made`. Here `cut` is the id of
 * the earlier step.
 */
function nameMadeFile(use: string, step: string): string {
  return use
    .replace(/\bthem\b/, `what ${step} made`)
    .replace(/\btheir (\w+)/, `the $1 of what ${step} made`);
}

function describeSkip(step: Step): string {
  if (!('skipIfDone' in step)) return '';
  if (step.skipIfDone) return ' (skips those with the result of an earlier run)';
  return stepOperation(step).skipIfDone ? ' (also those with the result of an earlier run)' : '';
}

function describeGuard({ guard, steps }: Job): string[] {
  const { maxItems, maxShare, maxFailures, canary, confirm } = guard;
  return [
    ...describeConsent(steps, confirm),
    ...(canary === undefined ? [] : [`asks again after the first ${formatCount(canary, 'item')}`]),
    ...(maxItems === undefined
      ? []
      : [`stops if more than ${formatCount(maxItems, 'file')} match`]),
    ...(maxShare === undefined
      ? []
      : [`stops if more than ${formatPercent(maxShare)} of the listed files match`]),
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
  if (limit.kind === 'count') return `${formatCount(limit.count, 'file')} failed`;
  return `${formatPercent(limit.share)} failed`;
}

function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}

function describePaid(paid: Job['limits']['paid']): string[] {
  const parts = Object.entries(paid ?? {}).map(([name, count]) => {
    return `${(count ?? 0).toLocaleString('en-US')} ${name}`;
  });
  return parts.length === 0
    ? []
    : [`pays for at most ${parts.join(' and ')}, and stops until this is raised`];
}

function describeLimits(limits: Job['limits']): string[] {
  const { items, duration, requests, concurrency, rate, paid, cost } = limits;
  const ends = [
    ...(duration === undefined ? [] : [formatDuration(duration)]),
    ...(requests === undefined ? [] : [formatCount(requests, 'request')]),
  ];
  const pace = [
    ...(concurrency === undefined ? [] : [`${formatCount(concurrency, 'request')} in flight`]),
    ...(rate === undefined ? [] : [describeRate(rate)]),
  ];
  return [
    ...(items === undefined ? [] : [`takes only the first ${formatCount(items, 'item')}`]),
    ...(ends.length === 0 ? [] : [`stops after ${ends.join(' or ')} (a resume continues)`]),
    ...describePaid(paid),
    ...(cost === undefined ? [] : [`spends at most ${cost}, and stops until this is raised`]),
    ...(pace.length === 0 ? [] : [`makes at most ${pace.join(' and ')}`]),
  ];
}

function describeRate(rate: number | string): string {
  return typeof rate === 'number'
    ? `${formatCount(rate, 'request')} per second`
    : `as many requests per second as the timetable ${rate} allows`;
}

/** Describes the hours in which a job works, and its deadline. */
function describeTimes({ window, limits: { finishBy } }: Job): string[] {
  return [
    ...(window === undefined ? [] : [`works only in the window ${window} (a resume continues)`]),
    ...(finishBy === undefined ? [] : [`should finish by ${finishBy}`]),
  ];
}

/** Describes the listings after the work. The estimated requests of a plan do not include them. */
function describeSweeps({ verify }: Job): string[] {
  if (verify === undefined) return [];
  const repeats = verify.sweeps === 1 ? 'once' : `at most ${verify.sweeps} times`;
  return [
    `then lists its projects again, and repeats missing effects ${repeats} (a request for each 1,000 files, not in the estimate)`,
  ];
}

function formatCount(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
