import { refusals } from '../../protocol/rest-refusals.ts';

const TAG = /^[a-z0-9._-]*$/;
const TAG_LIMIT = 100;
const TAGS_LIMIT = 50;

/**
 * Trims tags, converts them to lower case, and drops empty and duplicate ones. The order of the remaining
 * tags does not change (vendor's documentation, page `docs/file-tags`).
 */
export function normaliseTags(tags: readonly string[]): string[] {
  const normalised = tags.map((tag) => tag.trim().toLowerCase()).filter((tag) => tag !== '');
  return [...new Set(normalised)];
}

/**
 * Reads and checks a list of tags. The text `Too many tags` is that of the Upload API (docs/uploadcare-api.md
 * 5). All other error texts are assumptions: no recording of the real service shows them.
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

/**
 * Refuses more tags than a file can have. Duplicates do not count, because the caller has already removed
 * them (vendor's documentation, page `docs/file-tags`).
 */
export function checkTagCount(count: number): void {
  if (count > TAGS_LIMIT) throw refusals.badRequest(`Too many tags: ${count} (max ${TAGS_LIMIT}).`);
}
