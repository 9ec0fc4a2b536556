import * as z from 'zod';
import type { FileFacts } from '../core/file-facts.ts';
import { blockSchema, countSchema, flagSchema } from '../job/job-value-schemas.ts';
import type { ListQuery } from '../uploadcare/list-cursor.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import { defineSource } from './descriptor.ts';
import { lookUpFile } from './look-up-file.ts';
import { fieldReader } from './read-fields.ts';
import type { Candidate, Source } from './source.ts';

/**
 * Provides the project's files, from the endpoint of the REST API that lists files. Each answer contains the
 * URL of the next page (`next`), which ucbulk requests unchanged.
 */
export function fileListSource(
  client: Pick<RestClient, 'files' | 'metadata' | 'tags'>,
  query: ListQuery,
): Source {
  const { files } = client;
  return {
    kind: 'files',
    // Keys are not unique if the listing is sorted by size. Many files can have the same size. If somebody
    // changes the project meanwhile, one of them can move to a later page and is listed twice.
    uniqueKeys: query.ordering?.endsWith('size') !== true,
    async readPage(cursor, signal) {
      const page = await files.listPage(cursor === null ? { query } : { cursor }, signal);
      const candidates = page.files.map(toCandidate);
      // The service counts all files, also those before `from`.
      const isCounted = page.total !== null && query.from === undefined;
      return { candidates, next: page.next, ...(isCounted && { total: page.total }) };
    },
    lookUp: (key, signal) => lookUpFile(files, key, signal),
    readFields: fieldReader(client),
  };
}

function toCandidate(facts: FileFacts): Candidate {
  return { key: facts.uuid, facts };
}

const filesOptions = blockSchema({
  stored: flagSchema
    .optional()
    .describe('Only stored files, or only unstored ones; both if absent'),
  removed: flagSchema
    .optional()
    .describe(
      'true: only deleted files that the service still lists; false: only other files; the service decides if absent',
    ),
  ordering: z
    .enum(['datetime_uploaded', '-datetime_uploaded', 'size', '-size'], {
      error:
        'datetime_uploaded (oldest first), -datetime_uploaded (newest first), size (smallest first) or -size (largest first)',
    })
    .default('datetime_uploaded')
    .describe('Order of the listing; by size only with `apiVersion: "0.6"`'),
  since: z
    .enum(['last-success'], { error: 'last-success' })
    .optional()
    .describe(
      '`last-success`: list only files from the earliest one that the last successful run of this job left undecided or too young; without such a run, all',
    ),
  pageSize: countSchema(1, 1000)
    .default(1000)
    .describe('Number of files that one request lists; does not limit the run'),
});

const ORDER_WORDS = {
  datetime_uploaded: 'oldest first',
  '-datetime_uploaded': 'newest first',
  size: 'smallest first',
  '-size': 'largest first',
} as const;

function describeFiles({
  stored,
  removed,
  ordering,
  since,
}: z.output<typeof filesOptions>): string {
  const storage = stored === undefined ? '' : stored ? 'stored ' : 'unstored ';
  const deleted =
    removed === undefined ? '' : removed ? ' that are removed' : ' that are not removed';
  const what = since === undefined ? `all ${storage}files` : `${storage}files`;
  const from = since === undefined ? '' : ', from where the last successful run ended';
  return `Lists ${what}${deleted}, ${ORDER_WORDS[ordering]}${from}`;
}

/** The source `files`: the files of a project. */
export const fileList = defineSource({
  kind: 'files',
  options: filesOptions,
  summary: 'Files of the project',
  gives: () => 'file',
  tellsFacts: 'always',
  lists: 'service',
  seenAs: ({ stored }) => (stored === false ? 'unstored' : 'listed'),
  describe: describeFiles,
  versionFault({ ordering }, version) {
    if (!ordering.endsWith('size') || version === '0.6') return null;
    const reason = 'version 0.7 orders files by upload time only';
    return { needs: '0.6', option: 'ordering', reason };
  },
  listedConditions: ({ stored }) => ({ stored }),
  continuesLastRun: ({ since }) => since !== undefined,
  create: ({ pageSize, since: _, ...query }, { client, since }) =>
    fileListSource(client, {
      ...query,
      limit: pageSize,
      ...(since !== null && { from: new Date(since).toISOString() }),
    }),
});
