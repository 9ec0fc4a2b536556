// The service's limits for one file (api 4 and 5). Lengths are in characters.

/** Metadata keys of a file. */
export const MAX_METADATA_KEYS = 50;
/** Length of a metadata value; at least 1. */
export const MAX_METADATA_VALUE = 512;
/** Number of tags. */
export const MAX_TAGS = 50;
/** Length of a tag. */
export const MAX_TAG_LENGTH = 100;
