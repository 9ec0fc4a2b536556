import { parseGroupId } from '../core/group-id.ts';

/** How a group must look in the listing of its project. */
export interface ExpectedGroup {
  /** UUID of the group: its id without the number of files. */
  readonly uuid: string;
  /** Number of files in the group. It is a part of the id. */
  readonly groupSize: number;
  /** True if the listing must not contain the group. */
  readonly isGone?: true;
}

/** A group in a listing. */
export interface FoundGroup {
  readonly filesCount: number;
}

/** The expectation that a made group exists. Empty if `value` names no group. */
export function madeGroup(value: unknown): ExpectedGroup[] {
  return typeof value === 'string' ? [expectedGroup(value)] : [];
}

/** The expectation for a group with this id. */
export function expectedGroup(id: string): ExpectedGroup {
  const [uuid = '', size] = parseGroupId(id).split('~');
  return { uuid, groupSize: Number(size) };
}

/** The id of a group. */
export function formatGroupId({ uuid, groupSize }: ExpectedGroup) {
  return parseGroupId(`${uuid}~${groupSize}`);
}

/** Compares a group with the expectation. Returns each difference as a text. */
export function findGroupDifferences(
  { isGone, groupSize }: ExpectedGroup,
  group: FoundGroup | null,
): string[] {
  if (isGone) return group === null ? [] : ['the group still exists'];
  if (group === null) return ['the group does not exist'];
  if (group.filesCount === groupSize) return [];
  return [`the group has ${group.filesCount} files, and not ${groupSize}`];
}
