import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';

const URL_PATH = /^https?:\/\/[^/?#\s]+\/(?:files\/)?([^/?#\s]+)(?:[/?#]|$)/i;

/** The file that a UUID or a CDN URL names, operations in it left aside; null where it names none. */
export function fileReference(text: string): FileUuid | null {
  const trimmed = text.trim();
  const [, first = trimmed.replace(/\/(-\/.*)?$/, '')] = URL_PATH.exec(trimmed) ?? [];
  return isFileUuid(first) ? parseFileUuid(first) : null;
}
