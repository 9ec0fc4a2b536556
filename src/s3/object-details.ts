import type { Item } from '../core/item.ts';
import { isJsonObject, type JsonObject, type JsonValue, texts } from '../core/json.ts';
import type { ListedObject } from './list-answer.ts';

/** The facts about a deleted file that are known beside its backup. Those that are null are not known. */
export interface DeletedFileFacts {
  readonly filename: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly tags: readonly string[] | null;
}

/** The facts about an object that are stored with its item. */
export interface ObjectDetails {
  /** The key of the object. It is also the key of the item, unless the object is the backup of a deleted file. */
  readonly key: string;
  /** Size in bytes. */
  readonly size: number;
  readonly etag: string | null;
  /** Time of the last change, ms since 1970; null if it is not known. */
  readonly modifiedAt: number | null;
  /** True if the object is archived, so that it can't be read. */
  readonly isArchived: boolean;
  /** The deleted file of which the object is the backup; null for any other object. */
  readonly deleted: DeletedFileFacts | null;
}

/** Storage classes whose objects must be restored before they can be read (AWS S3 User Guide). */
const ARCHIVES: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

/** True if the object must be restored before it can be read. */
export function isArchived({ storageClass }: ListedObject): boolean {
  return storageClass !== null && ARCHIVES.includes(storageClass);
}

/** True for an empty object that programs write to show a folder. */
export function isFolderMarker({ key, size }: ListedObject): boolean {
  return size === 0 && key.endsWith('/');
}

/** The details to store with the item of an object. */
export function objectDetails(object: ListedObject): JsonObject {
  const { size, etag, modifiedAt } = object;
  return { object: { size, etag, modifiedAt, ...(isArchived(object) && { isArchived: true }) } };
}

/** The details to store with the item of a deleted file: its backup, and what else is known about the file. */
export function backupDetails(
  { key, size, etag }: Pick<ObjectDetails, 'key' | 'size' | 'etag'>,
  { filename, metadata, tags }: DeletedFileFacts,
): JsonObject {
  const deleted = { filename, metadata: metadata && { ...metadata }, tags: tags && [...tags] };
  return { object: { key, size, etag, modifiedAt: null, deleted } };
}

/** The object of an item; null if the item is not an object of a bucket. */
export function readObjectDetails({
  key: itemKey,
  details,
}: Pick<Item, 'key' | 'details'>): ObjectDetails | null {
  const object = details?.['object'];
  if (!isJsonObject(object)) return null;
  const { key, size, etag, modifiedAt } = object;
  return {
    key: typeof key === 'string' ? key : itemKey,
    size: Number(size),
    etag: typeof etag === 'string' ? etag : null,
    modifiedAt: typeof modifiedAt === 'number' ? modifiedAt : null,
    isArchived: object['isArchived'] === true,
    deleted: readDeleted(object['deleted']),
  };
}

function readDeleted(value: JsonValue | undefined): DeletedFileFacts | null {
  if (!isJsonObject(value)) return null;
  const { filename, metadata, tags } = value;
  return {
    filename: typeof filename === 'string' ? filename : null,
    metadata: isJsonObject(metadata) ? texts(metadata) : null,
    tags: Array.isArray(tags) ? tags.map(String) : null,
  };
}
