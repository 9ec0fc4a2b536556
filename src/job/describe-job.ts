import { assertNever } from '../core/assert-never.ts';
import { formatDuration } from '../core/duration.ts';
import { describeSource } from './describe-source.ts';
import { describeWhere } from './describe-where.ts';
import type { Job, MaxFailures } from './job-schema.ts';
import { stepOfFile } from './job-value-schemas.ts';
import { readableNeeds } from './needed-fields.ts';
import { paidName } from './paid-names.ts';
import { fileOf, type Step } from './step-schemas.ts';

/** The job in one plain sentence, for `validate`, a dry run and the confirmation. */
export function describeJob(job: Job): string {
  const where = describeWhere(job.where);
  const parts = [
    `${describeSource(job.source)}${sourceProject(job)}`,
    ...(where === ''
      ? []
      : [`keeps those ${where}`.replace('those but not those', 'all but those')]),
    ...job.steps.map((step) => {
      return `${describeStep(step)}${projectWords(job, step.project)}${conditionWords(step)}`;
    }),
    ...describeNeeds(job),
    ...describeGuard(job),
    ...describeLimits(job.limits),
  ];
  return `${parts.join('; ')}.`;
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
  const { kind, project } = job.source;
  return kind === 'urls' || kind === 'folder' ? '' : projectWords(job, project);
}

function conditionWords(step: Step): string {
  return step.if === undefined ? '' : `, if ${step.if}`;
}

function describeStep(step: Step): string {
  const file = fileOf(step);
  const use = describeUse(step);
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
  return step.uses.startsWith('addon/') ? ' (also those it was done to before)' : '';
}

function expectedWords(globs: readonly string[] | undefined): string {
  return globs === undefined ? '' : ` (fails what is not ${globs.join(' or ')})`;
}

function describeUse(step: Step): string {
  switch (step.uses) {
    case 'store':
      return 'stores them, 100 a request';
    case 'delete':
      return 'deletes them (irreversible), 100 a request';
    case 'copy-to-remote': {
      const { target, pattern, makePublic } = step.with;
      const readers = makePublic ? 'readable by anybody' : 'not public';
      return `copies them to the storage ${target || '(none)'} as ${pattern}, ${readers}`;
    }
    case 'copy-local':
      return `copies them within the project, ${storeWord(step.with.store)}`;
    case 'metadata':
      return `changes their metadata: ${[
        ...Object.keys({ ...step.with.set, ...step.with.setFrom }).map((key) => `sets ${key}`),
        ...step.with.remove.map((key) => `removes ${key}`),
      ].join(', ')}`;
    case 'tags':
      return describeTags(step.with);
    case 'convert/document':
      return `converts them to ${step.with.format}, ${storeWord(step.with.store)}`;
    case 'convert/video':
      return `converts them to ${step.with.format}, ${storeWord(step.with.store)}`;
    case 'addon/uc_clamav_virus_scan':
      return step.with.purgeInfected
        ? 'scans them for viruses and deletes what is infected (irreversible)'
        : 'scans them for viruses';
    case 'addon/remove_bg':
      return 'cuts out their subjects into new files (each is billed)';
    case 'addon/aws_rekognition_detect_labels':
      return 'has labels found for them';
    case 'addon/aws_rekognition_detect_moderation_labels':
      return 'has them looked at for unwanted content';
    case 'import-url':
      return `imports them, ${storeWord(step.with.store)}${expectedWords(step.with.expect)}`;
    case 'upload':
      return `uploads them, ${storeWord(step.with.store)}`;
    case 'create-group':
      return `makes groups of them, ${step.with.size} a group`;
    case 'delete-group':
      return 'deletes the groups, not their files (irreversible)';
    case 'info':
      return 'reads what the service knows of them';
    default:
      return assertNever(step, 'operation');
  }
}

function storeWord(store: boolean): string {
  return store ? 'stored' : 'unstored';
}

function describeTags({
  add,
  addFrom,
  remove,
  set,
}: Extract<Step, { uses: 'tags' }>['with']): string {
  if (set !== undefined) return `sets their tags to ${set.join(', ')}`;
  const parts = [
    ...(add === undefined ? [] : [`adds ${add.join(', ')}`]),
    ...(addFrom === undefined ? [] : [`adds what ${addFrom} gives`]),
    ...(remove === undefined ? [] : [`removes ${remove.join(', ')}`]),
  ];
  return `changes their tags: ${parts.join('; ')}`;
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
  const deletes = steps.some(isDelete);
  const pays = steps.some((step) => paidName(step) !== null);
  const [gerunds, verbs] = [
    [...(deletes ? ['deleting'] : []), ...(pays ? ['paying'] : [])],
    [...(deletes ? ['deletes'] : []), ...(pays ? ['pays'] : [])],
  ];
  if (verbs.length === 0) return [];
  return [asks ? `asks before ${gerunds.join(' or ')}` : `${verbs.join(' and ')} without asking`];
}

function isDelete(step: Step): boolean {
  if (step.uses === 'addon/uc_clamav_virus_scan') return step.with.purgeInfected === true;
  return step.uses === 'delete' || step.uses === 'delete-group';
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
