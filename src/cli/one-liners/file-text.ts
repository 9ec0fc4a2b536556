import { formatBytes } from '../../core/byte-size.ts';
import type { FileFacts } from '../../core/file-facts.ts';
import type { JsonObject } from '../../core/json.ts';
import { plainText } from '../../progress/terminal-text.ts';
import { shortenName } from '../shorten-name.ts';

/** The fields of a file in JSON, with their names in the REST API. */
export const FILE_FIELDS = [
  'uuid',
  'filename',
  'size',
  'mime_type',
  'is_image',
  'is_stored',
  'is_ready',
  'datetime_uploaded',
  'datetime_stored',
  'datetime_removed',
  'original_file_url',
  'metadata',
  'tags',
] as const;

/** The fields of a file as JSON; only these `fields` if they are given. Times are in RFC 3339. */
export function fileDocument(facts: FileFacts, fields: readonly string[] | undefined): JsonObject {
  const all: JsonObject = {
    uuid: facts.uuid,
    filename: facts.filename,
    size: facts.size,
    mime_type: facts.mimeType,
    is_image: facts.isImage,
    is_stored: facts.storedAt !== null,
    is_ready: facts.isReady,
    datetime_uploaded: instant(facts.uploadedAt),
    datetime_stored: instant(facts.storedAt),
    datetime_removed: instant(facts.removedAt),
    original_file_url: facts.url ?? null,
    metadata: facts.metadata,
    tags: facts.tags === null ? null : [...facts.tags],
  };
  if (fields === undefined) return all;
  return Object.fromEntries(fields.map((field) => [field, all[field] ?? null]));
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

const NAME_COLUMNS = 30;

/** The header of a table of files. Its columns are those of the official CLI. */
export const FILE_TABLE_HEADER = `${'UUID'.padEnd(36)}  ${'SIZE'.padStart(8)}  STORED  FILENAME`;

/** A row of the table of files. */
export function fileRow({ uuid, size, storedAt, removedAt, filename }: FileFacts): string {
  const name = filename === null ? '' : shortenName(plainText(filename), NAME_COLUMNS);
  const stored = removedAt !== null ? 'deleted' : storedAt === null ? 'no' : 'yes';
  return `${uuid}  ${formatBytes(size).padStart(8)}  ${stored.padEnd(7)} ${name}`;
}
