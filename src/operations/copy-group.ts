import { type GroupId, isGroupId, parseGroupId } from '../core/group-id.ts';
import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { GroupsApi } from '../uploadcare/groups-api.ts';

/** A group has no bytes, so its copy is one line of JSON. All of them together are NDJSON. */
export interface GroupCopy {
  readonly id: GroupId;
  readonly line: Buffer;
}

/** The group of an item; null if the item is a file. */
export function groupOfItem({ key, file }: Pick<Item, 'key' | 'file'>): GroupId | null {
  return file === null && isGroupId(key) ? parseGroupId(key) : null;
}

/** Reads the files of a group, in their order. Null if the project does not have the group any more. */
export async function readGroupCopy(
  groups: Pick<GroupsApi, 'details'>,
  id: GroupId,
  signal: AbortSignal,
): Promise<GroupCopy | null> {
  const group = await groups.details(id, signal);
  if (group === null) return null;
  const files = group.files.map((file): JsonObject | null =>
    // The service gives out null for a file that was deleted.
    file === null
      ? null
      : { uuid: file.uuid, filename: file.filename, effects: file.defaultEffects },
  );
  const facts = { id, createdAt: new Date(group.createdAt).toISOString(), files };
  return { id, line: Buffer.from(`${JSON.stringify(facts)}\n`) };
}
