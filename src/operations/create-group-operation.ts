import type * as z from 'zod';
import type { ItemKey } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import { blockSchema, countSchema } from '../job/job-value-schemas.ts';
import type { GroupPageStart, GroupsApi } from '../uploadcare/groups-api.ts';
import type { UploadedApi } from '../uploadcare/uploaded-api.ts';
import type { BatchOperation, Probe } from './operation.ts';
import { uuidOf } from './uuid-of.ts';

/** The options of a `create-group` step. */
export const createGroupOptions = blockSchema({
  size: countSchema(1, 100).default(100).describe('Files of one group, at most'),
});

/** Groups made earlier than this before our request are not ours: our idea of the service's time may be off by as much. */
const CLOCK_SLACK_MS = 5000;

/** Makes groups of the files in the order of the selection. A group that has a file is how a lost answer is found out. */
export function createGroupOperation(
  api: { readonly uploaded: UploadedApi; readonly groups: GroupsApi },
  { size }: z.output<typeof createGroupOptions>,
): BatchOperation {
  return {
    kind: 'create-group',
    shape: 'batch',
    chunkSize: size,
    destructive: false,
    changesListing: false,
    doubt: { class: 'detectable', probe: probeGroups(api.groups) },
    async runChunk(items, permit) {
      const group = await api.uploaded.createGroup(items.map(uuidOf), permit);
      const outcome: Outcome = { kind: 'done', result: { group: group.id } };
      return new Map<ItemKey, Outcome>(items.map(({ key }) => [key, outcome]));
    },
  };
}

/** Looks through the groups since the request for one that has the file. */
function probeGroups(groups: GroupsApi): Probe {
  return async (item, signal) => {
    const since = (item.sentAt ?? 0) - CLOCK_SLACK_MS;
    for await (const { id, createdAt } of newestFirst(groups, signal)) {
      if (createdAt < since) break;
      const details = await groups.details(id, signal);
      const hasItem = details?.files.some((file) => file?.uuid === uuidOf(item)) ?? false;
      if (hasItem) return { kind: 'happened', outcome: { kind: 'done', result: { group: id } } };
    }
    return { kind: 'did-not-happen' };
  };
}

async function* newestFirst(groups: GroupsApi, signal: AbortSignal) {
  let start: GroupPageStart = { query: { ordering: '-datetime_created', limit: 100 } };
  for (;;) {
    const page = await groups.listPage(start, signal);
    yield* page.groups;
    if (page.next === null) return;
    start = { cursor: page.next };
  }
}
