import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../core/json.ts';

/** Returns a hash of the result of an add-on. The order of keys does not change the hash. */
export function hashResult(result: JsonObject): string {
  const text = JSON.stringify(result, (_key, value: unknown) => {
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return createHash('sha256').update(text).digest('base64');
}
