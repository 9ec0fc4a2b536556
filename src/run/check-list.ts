import { ClassifiedError } from '../core/failure.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import { FILE_NAMES } from '../sources/file-names-source.ts';
import { checkListHead } from '../sources/list-source.ts';
import { URL_LIST } from '../sources/url-list-source.ts';
import { columnNeedsOf } from './job-parts.ts';

/**
 * Looks at the head of the job's list before anything is sent: it must be there, and have the
 * columns that the job names. What comes on standard input is looked at when it is read.
 */
export async function checkList(job: Job, files: Files): Promise<void> {
  const { source } = job;
  try {
    const needs = columnNeedsOf(job);
    if (source.kind === 'list') {
      await checkListHead({ ...source.list, needs }, FILE_NAMES, files);
    }
    if (source.kind === 'urls') {
      await checkListHead({ ...source.urls, needs }, URL_LIST, files);
    }
  } catch (error) {
    throw inUserWords(error);
  }
}

function inUserWords(error: unknown): unknown {
  if (!(error instanceof ClassifiedError)) return error;
  return new UserError('usage', `${error.message}. Nothing was sent.`, { cause: error });
}
