import type { FileFacts } from './file-facts.ts';
import type { FileUuid } from './file-uuid.ts';
import type { JsonValue } from './json.ts';

/** Writes the facts of a file as a list, which is shorter than an object. Inventories and ledgers store it. */
export function encodeFile(facts: FileFacts): JsonValue {
  const { uuid, filename, size, mimeType, isImage, isReady, url } = facts;
  const { uploadedAt, storedAt, removedAt, metadata, tags } = facts;
  return [
    uuid,
    filename,
    size,
    mimeType,
    isImage,
    isReady,
    uploadedAt,
    storedAt,
    removedAt,
    metadata === null ? null : { ...metadata },
    tags === null ? null : [...tags],
    ...(url === undefined ? [] : [url]),
  ];
}

/** The types of the list that `encodeFile` writes. */
type EncodedFile = readonly [
  uuid: FileUuid,
  filename: string | null,
  size: number,
  mimeType: string | null,
  isImage: boolean | null,
  isReady: boolean,
  uploadedAt: number,
  storedAt: number | null,
  removedAt: number | null,
  metadata: Readonly<Record<string, string>> | null,
  tags: readonly string[] | null,
  url?: string | null,
];

/** Reads the list of a file. The caller has checked that `encodeFile` wrote it, so it has the right types. */
export function decodeFile(encoded: unknown): FileFacts {
  const [uuid, filename, size, mimeType, isImage, isReady, ...others] = encoded as EncodedFile;
  const [uploadedAt, storedAt, removedAt, metadata, tags, url] = others;
  return {
    uuid,
    filename,
    size,
    mimeType,
    isImage,
    isReady,
    uploadedAt,
    storedAt,
    removedAt,
    metadata,
    tags,
    ...(url !== undefined && { url }),
  };
}
