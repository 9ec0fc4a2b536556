import { assertNever } from '../core/assert-never.ts';
import { formatDuration } from '../core/duration.ts';
import { describeWhere } from './describe-where.ts';
import type { Job, MaxFailures } from './job-schema.ts';
import type { FilesOptions, SourceOptions } from './source-schemas.ts';
import type { Step } from './step-schemas.ts';

/** The job in one plain sentence, for `validate`, a dry run and the confirmation. */
export function describeJob(job: Job): string {
  const where = describeWhere(job.where);
  const parts = [
    describeSource(job.source),
    ...(where === ''
      ? []
      : [`keeps those ${where}`.replace('those but not those', 'all but those')]),
    ...job.steps.map(describeStep),
    ...describeGuard(job),
    ...describeLimits(job.limits),
  ];
  return `${parts.join('; ')}.`;
}

function describeSource(source: SourceOptions): string {
  switch (source.kind) {
    case 'files':
      return describeFiles(source.files);
    case 'inline':
      return `Takes the ${countOf(source.inline.length, 'file')} that the job names`;
    default:
      return assertNever(source, 'source');
  }
}

function describeFiles({ stored, removed, ordering }: FilesOptions): string {
  const storage = stored === undefined ? '' : stored ? 'stored ' : 'unstored ';
  const deleted =
    removed === undefined ? '' : removed ? ' that are removed' : ' that are not removed';
  const order = ordering === 'datetime_uploaded' ? 'oldest first' : 'newest first';
  return `Lists all ${storage}files${deleted}, ${order}`;
}

function describeStep(step: Step): string {
  switch (step.uses) {
    case 'store':
      return 'stores them, 100 a request';
    case 'delete':
      return 'deletes them (irreversible), 100 a request';
    case 'copy-to-remote': {
      const { target, pattern, makePublic } = step.with;
      const readers = makePublic ? 'readable by anybody' : 'not public';
      return `copies them to the storage ${target} as ${pattern}, ${readers}`;
    }
    default:
      return assertNever(step, 'operation');
  }
}

function describeGuard({ guard, steps }: Job): string[] {
  const deletes = steps.some(({ uses }) => uses === 'delete');
  const { maxItems, maxFailures, confirm } = guard;
  return [
    ...(deletes ? [confirm ? 'asks before deleting' : 'deletes without asking'] : []),
    ...(maxItems === undefined ? [] : [`stops if more than ${countOf(maxItems, 'file')} match`]),
    ...(maxFailures === undefined ? [] : [`stops once more than ${describeFailures(maxFailures)}`]),
  ];
}

function describeFailures(limit: MaxFailures): string {
  if (limit.kind === 'count') return `${countOf(limit.count, 'file')} failed`;
  return `${Number((limit.share * 100).toFixed(3))}% failed`;
}

function describeLimits({ duration, requests, concurrency, rate }: Job['limits']): string[] {
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
    ...(pace.length === 0 ? [] : [`makes at most ${pace.join(' and ')}`]),
  ];
}

function countOf(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
