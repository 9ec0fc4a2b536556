import { resolve } from 'node:path';
import { assertNever } from '../core/assert-never.ts';
import type { Job } from './job-schema.ts';

/** The job with its paths made absolute: a resume may begin in another folder. `-` stays standard input. */
export function withAbsolutePaths(job: Job, folder: string): Job {
  return { ...job, source: absoluteSource(job.source, folder) };
}

function absoluteSource(source: Job['source'], folder: string): Job['source'] {
  const from = (path: string) => (path === '-' ? path : resolve(folder, path));
  switch (source.kind) {
    case 'list':
      return { ...source, list: { ...source.list, path: from(source.list.path) } };
    case 'urls':
      return { ...source, urls: { ...source.urls, path: from(source.urls.path) } };
    case 'folder':
      return { ...source, folder: { ...source.folder, path: resolve(folder, source.folder.path) } };
    case 'files':
    case 'search':
    case 'groups':
    case 'inline':
    case 'run':
      return source;
    default:
      return assertNever(source, 'source');
  }
}
