import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';

const URL_PATH = /^https?:\/\/[^/?#\s]+\/(?:files\/)?([^/?#\s]+)(?:[/?#]|$)/i;

/**
 * The UUID in a text that is a UUID or a CDN URL, with or without image operations. Null for any other text.
 */
export function fileReference(text: string): FileUuid | null {
  const trimmed = text.trim();
  const [, first = trimmed.replace(/\/(-\/.*)?$/, '')] = URL_PATH.exec(trimmed) ?? [];
  return isFileUuid(first) ? parseFileUuid(first) : null;
}
