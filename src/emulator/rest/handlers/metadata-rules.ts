import { refusals } from '../../protocol/rest-refusals.ts';

const KEY = /^[A-Za-z0-9_.:-]*$/;
const KEY_LIMIT = 64;
const VALUE_LIMIT = 512;
const KEYS_LIMIT = 50;

/**
 * Refuses an invalid metadata key. Assumption: the texts of the errors are those of the Upload API
 * (docs/uploadcare-api.md 11.1 and 15.18). No recording of the real service shows them for the REST API.
 */
export function checkMetadataKey(key: string): void {
  if (key === '') throw refusals.badRequest("File's metadata key can not be empty.");
  if (!KEY.test(key)) {
    throw refusals.badRequest(
      `File's metadata key \`${key}\` contains symbols not allowed by the metadata key format.`,
    );
  }
  if (key.length > KEY_LIMIT) {
    throw refusals.badRequest(
      `Length of file metadata key \`${key}\` can not be more than ${KEY_LIMIT} symbols.`,
    );
  }
}

/** Checks a metadata value and returns it (docs/uploadcare-api.md 4 and 15.18). */
export function readMetadataValue(key: string, value: unknown): string {
  if (typeof value !== 'string') {
    // This error for a value that is not a string is an assumption: no recording of the real service shows
    // this case.
    throw refusals.badRequest(
      `Value of file metadata key \`${key}\` contains symbols not allowed by the metadata value format.`,
    );
  }
  if (value === '') {
    throw refusals.badRequest(`Value of the file metadata key \`${key}\` can not be empty.`);
  }
  if ([...value].length > VALUE_LIMIT) {
    throw refusals.badRequest(
      `Value of file metadata's key \`${key}\` can not be more than ${VALUE_LIMIT} symbols in length.`,
    );
  }
  return value;
}

/** Refuses more metadata keys than a file can have (docs/uploadcare-api.md 4). */
export function checkMetadataCount(count: number): void {
  if (count > KEYS_LIMIT) {
    throw refusals.badRequest(`A file can not have more than ${KEYS_LIMIT} metadata keys.`);
  }
}

/** Checks a metadata object and returns it as JSON text. */
export function readMetadata(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusals.badRequest('`metadata` parameter should be an object.');
  }
  const entries = Object.entries(value).map(([key, text]) => {
    checkMetadataKey(key);
    return [key, readMetadataValue(key, text)] as const;
  });
  checkMetadataCount(entries.length);
  return metadataText(entries);
}

/**
 * Converts metadata to JSON text. Shorter keys come first, because the service's database stores them in this
 * order (recording `py.resources.file_upload_with_metadata`).
 */
export function metadataText(entries: Iterable<readonly [key: string, value: string]>): string {
  const sorted = [...entries].sort(
    ([a], [b]) => a.length - b.length || (a < b ? -1 : Number(a > b)),
  );
  return JSON.stringify(Object.fromEntries(sorted));
}
