import { formatDuration } from '../core/duration.ts';
import type { Job } from '../job/job-schema.ts';
import { plainText } from '../progress/terminal-text.ts';
import { textTable } from './text-table.ts';

/** What a job means, in the words of its file. */
export function jobText(file: string, job: Job): string {
  const rows = [
    ['job', job.name],
    ...(job.project === undefined ? [] : [['project', job.project]]),
    ['source', sourceWords(job)],
    ['where', Object.keys(job.where).length === 0 ? 'all of them' : JSON.stringify(job.where)],
    ...job.steps.map((step, index) => [`step ${index + 1}`, stepWords(step)]),
    ['guard', guardWords(job)],
    ['limits', limitWords(job)],
  ];
  return `${plainText(file)} is valid.\n${textTable(rows.map((row) => row.map(plainText)))}`;
}

function sourceWords({ source }: Job): string {
  return source.kind === 'inline'
    ? `${source.inline.length} UUIDs written in the file`
    : `files ${JSON.stringify(source.files)}`;
}

function stepWords(step: Job['steps'][number]): string {
  const options = Object.keys(step.with).length === 0 ? '' : ` ${JSON.stringify(step.with)}`;
  return `${step.id}: ${step.uses}${options}`;
}

function guardWords({ guard }: Job): string {
  const parts = [
    guard.confirm ? 'asks before deletes' : 'deletes without asking',
    guard.maxItems === undefined ? null : `at most ${guard.maxItems} items`,
    guard.maxFailures === undefined ? null : `at most ${failureWords(guard.maxFailures)} failed`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function failureWords(limit: NonNullable<Job['guard']['maxFailures']>): string {
  return limit.kind === 'count' ? `${limit.count} items` : `${limit.share * 100}%`;
}

function limitWords({ limits }: Job): string {
  const parts = [
    limits.duration === undefined ? null : `duration ${formatDuration(limits.duration)}`,
    limits.requests === undefined ? null : `${limits.requests} requests`,
    limits.concurrency === undefined ? null : `${limits.concurrency} requests at once`,
    limits.rate === undefined ? null : `${limits.rate} requests a second`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
