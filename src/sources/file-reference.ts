import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';

const URL_PATH = /^https?:\/\/[^/?#\s]+\/(?:files\/)?([^/?#\s]+)(?:[/?#]|$)/i;

/** Finds the file in a UUID or a CDN URL, ignoring operations; null if there is none. */
export function fileReference(text: string): FileUuid | null {
  const trimmed = text.trim();
  const [, first = trimmed.replace(/\/(-\/.*)?$/, '')] = URL_PATH.exec(trimmed) ?? [];
  return isFileUuid(first) ? parseFileUuid(first) : null;
}
