// The service's limits for one file (docs/uploadcare-api.md 4 and 5). Lengths are in characters.

/** Maximum number of metadata keys of a file. */
export const MAX_METADATA_KEYS = 50;
/** Maximum length of a metadata value. The minimum length is 1. */
export const MAX_METADATA_VALUE = 512;
/** Maximum number of tags of a file. */
export const MAX_TAGS = 50;
/** Maximum length of a tag. */
export const MAX_TAG_LENGTH = 100;
/**
 * The service deletes a file that nobody stores after this time, ms. It may do so later, but not earlier
 * (docs/uploadcare-api.md 2.2).
 */
export const UNSTORED_LIFETIME_MS = 24 * 3_600_000;
