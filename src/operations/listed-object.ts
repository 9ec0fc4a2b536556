import { isGroupId } from '../core/group-id.ts';
import type { JsonObject } from '../core/json.ts';
import { expectedGroup } from './listed-group.ts';

/** How the object of a copied file must look in the listing of its bucket. */
export interface ExpectedObject {
  /** UUID of the file or group. */
  readonly uuid: string;
  /** Key of the object. */
  readonly key: string;
  /** Size in bytes; null if it is not known, as for a sidecar. */
  readonly size: number | null;
  /** MD5 of the bytes; null if it is not known, or if the ETag of the object was not its MD5. */
  readonly md5: string | null;
}

/** Finds the objects that a copy to a bucket wrote for a file or group. Empty if the result names none. */
export function copiedObjects(
  uuid: string,
  result: JsonObject | null,
  { sidecar }: { readonly sidecar: boolean },
): ExpectedObject[] {
  const { url, size, etag, md5 } = result ?? {};
  const key = typeof url === 'string' ? /^s3:\/\/[^/]+\/(.+)$/s.exec(url)?.[1] : undefined;
  if (key === undefined) return [];
  const isMd5 = typeof md5 === 'string' && etag === md5;
  const object: ExpectedObject = {
    uuid: isGroupId(uuid) ? expectedGroup(uuid).uuid : uuid,
    key,
    size: typeof size === 'number' ? size : null,
    md5: isMd5 ? md5 : null,
  };
  return sidecar && !isGroupId(uuid)
    ? [object, { uuid, key: `${key}.json`, size: null, md5: null }]
    : [object];
}
