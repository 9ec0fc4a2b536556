import type { Item } from '../core/item.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { ListedObject } from './list-answer.ts';

/** The facts about an object that are stored with its item. The key of the item is the key of the object. */
export interface ObjectDetails {
  /** Size in bytes. */
  readonly size: number;
  readonly etag: string | null;
  /** Time of the last change, ms since 1970; null if it is not known. */
  readonly modifiedAt: number | null;
  /** True if the object is archived, so that it can't be read. */
  readonly isArchived: boolean;
}

/** Storage classes whose objects must be restored before they can be read (AWS S3 User Guide). */
const ARCHIVES: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

/** True if the object must be restored before it can be read. */
export function isArchived({ storageClass }: ListedObject): boolean {
  return storageClass !== null && ARCHIVES.includes(storageClass);
}

/** The details to store with the item of an object. */
export function objectDetails(object: ListedObject): JsonObject {
  const { size, etag, modifiedAt } = object;
  return { object: { size, etag, modifiedAt, ...(isArchived(object) && { isArchived: true }) } };
}

/** The object of an item; null if the item is not an object of a bucket. */
export function readObjectDetails({ details }: Pick<Item, 'details'>): ObjectDetails | null {
  const object = details?.['object'];
  if (!isJsonObject(object)) return null;
  const { size, etag, modifiedAt } = object;
  return {
    size: Number(size),
    etag: typeof etag === 'string' ? etag : null,
    modifiedAt: typeof modifiedAt === 'number' ? modifiedAt : null,
    isArchived: object['isArchived'] === true,
  };
}
