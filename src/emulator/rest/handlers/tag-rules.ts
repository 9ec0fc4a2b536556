import { refusals } from '../../protocol/rest-refusals.ts';

const TAG = /^[a-z0-9._-]*$/;
const TAG_LIMIT = 100;
const TAGS_LIMIT = 50;

/** Trims, lower-cases and de-duplicates tags, in order; drops empty ones (docs/file-tags). */
export function normaliseTags(tags: readonly string[]): string[] {
  const normalised = tags.map((tag) => tag.trim().toLowerCase()).filter((tag) => tag !== '');
  return [...new Set(normalised)];
}

/**
 * Reads a list of tags. Not recorded: the texts, except the Upload API's `Too many tags` (api 5).
 */
export function readTags(field: string, value: unknown): string[] {
  if (!Array.isArray(value) || !value.every((tag) => typeof tag === 'string')) {
    throw refusals.badRequest(`\`${field}\` parameter should be a list of strings.`);
  }
  const tags = normaliseTags(value);
  for (const tag of tags) {
    if (tag.length > TAG_LIMIT) {
      throw refusals.badRequest(`Tag is too long: ${tag.length} (max ${TAG_LIMIT}).`);
    }
    if (!TAG.test(tag)) throw refusals.badRequest(`Tag \`${tag}\` contains symbols not allowed.`);
  }
  return tags;
}

/** Refuses too many tags, counted after normalisation (docs/file-tags). */
export function checkTagCount(count: number): void {
  if (count > TAGS_LIMIT) throw refusals.badRequest(`Too many tags: ${count} (max ${TAGS_LIMIT}).`);
}
