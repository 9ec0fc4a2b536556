import type { Brand } from './brand.ts';

/** The UUID of an Uploadcare file, in lower case with dashes. */
export type FileUuid = Brand<string, 'FileUuid'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True if the text is a UUID, in upper or lower case. */
export function isFileUuid(text: string): boolean {
  return UUID.test(text);
}

/** The UUID in lower case; null if the text is not a UUID. */
export function asFileUuid(text: string): FileUuid | null {
  return UUID.test(text) ? (text.toLowerCase() as FileUuid) : null;
}

/** Parses a UUID in upper or lower case. Throws if the text is not a UUID. */
export function parseFileUuid(text: string): FileUuid {
  const uuid = asFileUuid(text.trim());
  if (uuid === null) throw new Error(`Not a file UUID: \`${text.slice(0, 80)}\``);
  return uuid;
}
