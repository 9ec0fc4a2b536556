import type * as z from 'zod';
import { ClassifiedError } from '../core/failure.ts';
import type { Item, ItemKey } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import { blockSchema, countSchema } from '../job/job-value-schemas.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import type { GroupPageStart, GroupsApi } from '../uploadcare/groups-api.ts';
import type { UploadedApi } from '../uploadcare/uploaded-api.ts';
import type { GroupDetails } from '../uploadcare/wire/group-answer.ts';
import type { UploadedGroup } from '../uploadcare/wire/uploaded-answer.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';
import { itemUuid } from './item-uuid.ts';
import { namedInAnswer } from './named-in-answers.ts';
import type { BatchOperation, Probe } from './operation.ts';
import { CLOCK_SLACK_MS } from './operation-context.ts';

const createGroupOptions = blockSchema({
  size: countSchema(1, 100).default(100).describe('Maximum number of files in a group'),
});

/**
 * Creates the operation that makes groups of files, in the order of the selection. ucbulk stores the list of
 * files together with the intent. After a lost answer, it searches for a group with exactly these files in
 * this order.
 */
export function createGroupOperation(
  api: {
    readonly uploaded: UploadedApi;
    readonly groups: GroupsApi;
    readonly files: Pick<FilesApi, 'fileInfo'>;
  },
  { size }: z.output<typeof createGroupOptions>,
): BatchOperation {
  return {
    kind: 'create-group',
    shape: 'batch',
    chunkSize: size,
    fixed: { findUnfit: (items, signal) => findMissing(api.files, items, signal) },
    destructive: false,
    changesListing: false,
    namedIn: namedInAnswer,
    doubt: { class: 'detectable', probe: probeGroups(api.groups) },
    async runChunk(items, permit) {
      const files = items.map(itemUuid);
      permit.keepBaseline({ files });
      const group = await api.uploaded.createGroup(files, permit);
      if (!hasFiles(group, files)) throw otherGroup(group);
      const outcome: Outcome = { kind: 'done', result: { group: group.id } };
      return new Map<ItemKey, Outcome>(items.map(({ key }) => [key, outcome]));
    },
  };
}

/**
 * Finds items whose files do not exist any more. If one file of a group is missing, the service refuses the
 * whole group.
 */
async function findMissing(
  files: Pick<FilesApi, 'fileInfo'>,
  items: readonly Item[],
  signal: AbortSignal,
): Promise<ReadonlySet<ItemKey>> {
  const missing = new Set<ItemKey>();
  // Read one file after the other: together, the reads count as one request in the limit on concurrent
  // requests.
  for (const item of items) {
    const info = await files.fileInfo(itemUuid(item), signal);
    if (info === null || info.removedAt !== null) missing.add(item.key);
  }
  return missing;
}

/**
 * True if the answer can describe our group. The answer may leave out the files of the group, but must not
 * name other files.
 */
function hasFiles({ files, filesCount }: UploadedGroup, wanted: readonly string[]): boolean {
  if (filesCount !== wanted.length) return false;
  return files.length === 0 || files.every((file, place) => file?.uuid === wanted[place]);
}

/**
 * The error for an answer that describes another group. ucbulk treats the answer as lost, and searches for
 * our group.
 */
function otherGroup({ id }: UploadedGroup): ClassifiedError {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'unknown',
    code: 'answer_of_another',
    message: `The answer names group ${id}, which does not have the files that were sent`,
  });
}

/**
 * Creates a probe that looks for the group of a request among the groups that were made since the send,
 * newest first.
 */
function probeGroups(groups: GroupsApi): Probe {
  return async ({ sentAt, intent }, signal) => {
    const files = intent?.baseline?.['files'];
    if (sentAt === null || !Array.isArray(files)) {
      return { kind: 'undecided', note: 'The files of the group are no longer known' };
    }
    for await (const { id, filesCount } of groupsSince(sentAt - CLOCK_SLACK_MS, groups, signal)) {
      if (filesCount !== files.length) continue;
      const isOurs = hasExactly(await groups.details(id, signal), files);
      if (isOurs) {
        return { kind: 'happened', outcome: { kind: 'done', result: { group: id } } };
      }
    }
    return { kind: 'did-not-happen' };
  };
}

/** True if a group has exactly these files in this order. A group with a purged file never matches. */
function hasExactly(group: GroupDetails | null, wanted: readonly unknown[]): boolean {
  if (group?.files.length !== wanted.length) return false;
  return group.files.every((file, place) => {
    return file?.uuid === wanted[place] && file?.defaultEffects === '';
  });
}

/** Lists groups, newest first; `since` is server time, ms. */
async function* groupsSince(since: number, groups: GroupsApi, signal: AbortSignal) {
  let start: GroupPageStart = { query: { ordering: '-datetime_created', limit: 100 } };
  for (;;) {
    const page = await groups.listPage(start, signal);
    for (const group of page.groups) {
      if (group.createdAt < since) return;
      yield group;
    }
    if (page.next === null) return;
    start = { cursor: page.next };
  }
}

/** Makes groups of files. */
export const createGroup = defineOperation({
  kind: 'create-group',
  options: createGroupOptions,
  optionsText: 'Size of the groups',
  takes: PROJECT_FILES,
  skipIfDone: null,
  describe: ({ size }) => `makes groups of them, ${size} files per group`,
  requests: ({ size }) => [{ endpoint: 'POST /group/', items: size }],
  docs: {
    request: '`POST /group/`',
    perRequest: 'up to 100',
    result: '`group`',
    lostAnswer: 'looked up among the groups',
  },
  create: (options, { client }) => {
    const { upload, groups, files } = client;
    return createGroupOperation({ ...upload, groups, files }, options);
  },
});
