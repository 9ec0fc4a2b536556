import type { Brand } from './brand.ts';

/** The id of an Uploadcare group: `<uuid>~<number of files>`, in lower case. */
export type GroupId = Brand<string, 'GroupId'>;

const GROUP = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}~[1-9]\d{0,4}$/;

/** True if the text is the id of a group, in upper or lower case. */
export function isGroupId(text: string): boolean {
  return GROUP.test(text.toLowerCase());
}

/** Parses the id of a group in upper or lower case. Throws if the text is not the id of a group. */
export function parseGroupId(text: string): GroupId {
  const lower = text.trim().toLowerCase();
  if (!GROUP.test(lower)) throw new Error(`Not a group id: \`${text.slice(0, 80)}\``);
  return lower as GroupId;
}
