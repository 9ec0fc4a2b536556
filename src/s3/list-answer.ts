import { XMLParser } from 'fast-xml-parser';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { referenceDecoder } from './xml-entities.ts';

/** An object of a bucket, as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  /** Size in bytes. */
  readonly size: number;
  /** The ETag without quotes; null if the server reports none. */
  readonly etag: string | null;
  /** Time of the last change, ms since 1970; null if the server reports none. */
  readonly modifiedAt: number | null;
  /** The storage class, such as `GLACIER`; null if the server reports none. */
  readonly storageClass: string | null;
}

/** A page of a listing. */
export interface ObjectPage {
  readonly objects: readonly ListedObject[];
  /** True if the listing has more pages. */
  readonly isTruncated: boolean;
}

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignoreAttributes: true,
  entityDecoder: referenceDecoder,
  isArray: (name) => name === 'Contents',
});

/**
 * Parses the answer of ListObjectsV2 (AWS S3 API Reference). Returns null if the text is not such an answer, such as
 * the HTML page of a proxy.
 */
export function parseListAnswer(text: string): ObjectPage | null {
  const result = child(parseXml(text), 'ListBucketResult');
  if (result === null) return null;
  const truncated = textOf(result, 'IsTruncated');
  if (truncated !== 'true' && truncated !== 'false') return null;
  const isEncoded = textOf(result, 'EncodingType') === 'url';
  const contents = result['Contents'] ?? [];
  if (!Array.isArray(contents)) return null;
  const objects = contents.map((entry) => parseObject(entry, isEncoded));
  if (objects.some((object) => object === null)) return null;
  return {
    objects: objects.filter((object) => object !== null),
    isTruncated: truncated === 'true',
  };
}

/** The code and message of an error answer; null if the text is none. */
export function parseErrorAnswer(
  text: string,
): { readonly code: string; readonly message: string; readonly region: string | null } | null {
  const error = child(parseXml(text), 'Error');
  const code = error === null ? null : textOf(error, 'Code');
  if (error === null || code === null) return null;
  return { code, message: textOf(error, 'Message') ?? '', region: textOf(error, 'Region') };
}

/** The text of an element of an answer, such as `UploadId`; null if there is none. */
export function parseAnswerText(text: string, root: string, name: string): string | null {
  const element = child(parseXml(text), root);
  return element === null ? null : textOf(element, name);
}

function parseObject(entry: JsonValue, isEncoded: boolean): ListedObject | null {
  if (!isJsonObject(entry)) return null;
  const key = textOf(entry, 'Key');
  const size = parseSize(textOf(entry, 'Size'));
  const plain = key === null ? null : isEncoded ? decodeKey(key) : key;
  if (plain === null || plain === '' || size === null) return null;
  const modifiedAt = Date.parse(textOf(entry, 'LastModified') ?? '');
  return {
    key: plain,
    size,
    etag: unquoted(textOf(entry, 'ETag')),
    modifiedAt: Number.isNaN(modifiedAt) ? null : modifiedAt,
    storageClass: textOf(entry, 'StorageClass'),
  };
}

function parseSize(text: string | null): number | null {
  const size = Number(text);
  return text !== null && /^\d+$/.test(text.trim()) && Number.isSafeInteger(size) ? size : null;
}

/** Removes the quotes around an ETag, and the mark of a weak one. */
export function unquoted(etag: string | null | undefined): string | null {
  const bare = etag?.replaceAll(/"|^\s*W\//g, '').trim() ?? '';
  return bare === '' ? null : bare;
}

function decodeKey(key: string): string | null {
  try {
    return decodeURIComponent(key.replaceAll('+', '%20'));
  } catch {
    return null;
  }
}

function parseXml(text: string): JsonObject {
  if (!text.trimStart().startsWith('<')) return {};
  try {
    return parser.parse(text) as JsonObject;
  } catch {
    return {};
  }
}

function child(parent: JsonObject, name: string): JsonObject | null {
  const value = parent[name];
  if (isJsonObject(value)) return value;
  return value === '' ? {} : null;
}

function textOf(parent: JsonObject, name: string): string | null {
  const value = parent[name];
  return typeof value === 'string' ? value : null;
}
