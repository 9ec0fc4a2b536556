import * as z from 'zod';
import { formatCounted } from '../core/counted.ts';
import { type GroupId, isGroupId, parseGroupId } from '../core/group-id.ts';
import { blockSchema } from '../job/job-value-schemas.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { GroupDetails } from '../uploadcare/wire/group-answer.ts';
import { defineSource } from './descriptor.ts';
import { lookUpFile } from './look-up-file.ts';
import { fieldReader } from './read-fields.ts';
import { unavailable } from './rejections.ts';
import type { Candidate, Source, SourcePage } from './source.ts';

/** The groups of a job. The items are either the groups or the files in them. */
export interface GroupOptions {
  /** With `files`, removed and purged files are skipped, because storing a removed file would restore it. */
  readonly take: 'files' | 'groups';
  /** Ids of the groups. By default, all groups of the project. */
  readonly ids?: readonly GroupId[] | undefined;
  readonly ordering: 'datetime_created' | '-datetime_created';
}

type GroupClient = Pick<RestClient, 'files' | 'groups' | 'metadata' | 'tags'>;

const GROUPS_PER_PAGE = 20; // a group may have 1,000 files, and all of a page are in memory
const MAX_LISTED = 1000;

/** Lists the project's groups, or the files in these groups. */
export function groupSource(client: GroupClient, options: GroupOptions): Source {
  const takesFiles = options.take === 'files';
  const pages =
    options.ids === undefined ? listedGroups(client, options) : namedGroups(options.ids);
  return {
    kind: 'groups',
    uniqueKeys: !takesFiles && options.ids === undefined,
    async readPage(cursor, signal) {
      let next = cursor;
      for (;;) {
        const page = await pages(next, signal);
        const candidates = takesFiles
          ? await readFiles(client, { ids: page.ids, isNamed: options.ids !== undefined }, signal)
          : page.ids.map((key): Candidate => ({ key, facts: null }));
        next = page.next;
        if (next === null || candidates.length > 0) return { candidates, next };
      }
    },
    ...(takesFiles && {
      lookUp: (key, signal) => lookUpFile(client.files, key, signal),
      readFields: fieldReader(client),
    }),
  };
}

interface IdPage extends Pick<SourcePage, 'next'> {
  readonly ids: readonly GroupId[];
}

type ReadIds = (cursor: string | null, signal: AbortSignal) => Promise<IdPage>;

function listedGroups({ groups }: GroupClient, { take, ordering }: GroupOptions): ReadIds {
  const query = { limit: take === 'files' ? GROUPS_PER_PAGE : MAX_LISTED, ordering };
  return async (cursor, signal) => {
    const page = await groups.listPage(cursor === null ? { query } : { cursor }, signal);
    return { ids: page.groups.map(({ id }) => id), next: page.next };
  };
}

function namedGroups(ids: readonly GroupId[]): ReadIds {
  return async (cursor) => {
    const from = Number(cursor ?? 0);
    const to = from + GROUPS_PER_PAGE;
    return { ids: ids.slice(from, to), next: to < ids.length ? String(to) : null };
  };
}

async function readFiles(
  { groups }: GroupClient,
  { ids, isNamed }: { readonly ids: readonly GroupId[]; readonly isNamed: boolean },
  signal: AbortSignal,
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const id of ids) {
    const group = await groups.details(id, signal);
    if (group !== null) candidates.push(...groupCandidates(group));
    else if (isNamed)
      throw unavailable('no_group', `The project has no group ${parseGroupId(id)}.`);
  }
  return candidates;
}

function groupCandidates({ files }: GroupDetails): Candidate[] {
  return files
    .filter((file) => file !== null)
    .filter(({ removedAt }) => removedAt === null)
    .map(({ defaultEffects: _effects, ...facts }) => ({ key: facts.uuid, facts }));
}

const groupsOptions = blockSchema({
  take: z
    .enum(['files', 'groups'], { error: 'files or groups' })
    .default('files')
    .describe('The items of the run: the files in the groups, or the groups themselves'),
  ids: z
    .array(
      z
        .string({ error: 'the id of a group' })
        .refine(isGroupId, { error: 'is not the id of a group, <uuid>~<number of files>' })
        .transform(parseGroupId),
      { error: 'a list of group ids' },
    )
    .min(1, { error: 'a list of at least one group id' })
    .optional()
    .describe(
      'Only these groups; all of the project if absent. A group that does not exist stops the run',
    ),
  ordering: z
    .enum(['datetime_created', '-datetime_created'], {
      error: 'datetime_created (oldest first) or -datetime_created (newest first)',
    })
    .default('datetime_created')
    .describe('Order of the groups'),
});

function describeGroups({ take, ids, ordering }: z.output<typeof groupsOptions>): string {
  const groups = ids === undefined ? 'all groups' : formatCounted(ids.length, 'group');
  const order = ordering === 'datetime_created' ? 'oldest first' : 'newest first';
  return `Takes ${take === 'files' ? `the files of ${groups}` : groups}, ${order}`;
}

/** The source `groups`: groups of a project, or the files in groups. */
export const groups = defineSource({
  kind: 'groups',
  options: groupsOptions,
  summary: 'Files of groups, or the groups themselves (for `delete-group` and `copy-to-bucket`)',
  gives: ({ take }) => (take === 'groups' ? 'group' : 'file'),
  tellsFacts: 'files',
  lists: 'service',
  seenAs: ({ ids }) => (ids === undefined ? 'listed' : 'unseen'),
  describe: describeGroups,
  create: (options, { client }) => groupSource(client, options),
});
