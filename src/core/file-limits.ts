// What the service takes at a file (api 4 and 5); lengths are in characters.

/** Keys of a file's metadata. */
export const MAX_METADATA_KEYS = 50;
/** A value of a file's metadata; at least one. */
export const MAX_METADATA_VALUE = 512;
/** Tags of a file. */
export const MAX_TAGS = 50;
/** One tag. */
export const MAX_TAG_LENGTH = 100;
