/** Any value that `JSON.parse` can return. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** True if the value is a JSON object: not null, not an array and not a plain value. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries of an object with their values as texts. */
export function texts(block: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(block).map(([key, value]) => [key, String(value)]));
}
