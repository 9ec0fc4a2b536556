import { type GroupId, isGroupId, parseGroupId } from '../core/group-id.ts';
import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { GroupsApi } from '../uploadcare/groups-api.ts';

/** The group of an item; null if the item is a file. */
export function groupOfItem({ key, file }: Pick<Item, 'key' | 'file'>): GroupId | null {
  return file === null && isGroupId(key) ? parseGroupId(key) : null;
}

/**
 * Reads the files of a group, in their order, as one line of JSON: a group has no bytes to copy. The lines of many
 * groups together are NDJSON. Null if the project does not have the group any more.
 */
export async function readGroupLine(
  groups: Pick<GroupsApi, 'details'>,
  id: GroupId,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const group = await groups.details(id, signal);
  if (group === null) return null;
  const files = group.files.map((file): JsonObject | null =>
    // The service gives out null for a file that was deleted.
    file === null
      ? null
      : { uuid: file.uuid, filename: file.filename, effects: file.defaultEffects },
  );
  const facts = { id, createdAt: new Date(group.createdAt).toISOString(), files };
  return Buffer.from(`${JSON.stringify(facts)}\n`);
}
