import type { FileFacts } from '../../core/file-facts.ts';
import { asFileUuid, type FileUuid } from '../../core/file-uuid.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { DecodeText } from '../../transport/send.ts';
import type { BatchAnswer } from './batch-answer.ts';
import { factsFrom, type ListedPage } from './file-info.ts';

/**
 * Reads a page of the list of files. Gives the same result as the schema in a fraction of the time. Returns
 * null if the page is not exactly as expected: the schema then decides, and explains what is wrong.
 */
export function readPage(answer: JsonValue, decode: DecodeText): ListedPage | null {
  return nullIfUnexpected(() => {
    const { results, next, total } = objectIn(answer);
    const files: FileFacts[] = [];
    for (const file of arrayIn(results)) files.push(readFile(objectIn(file), decode));
    const isCount = Number.isSafeInteger(total) && Number(total) >= 0;
    return {
      files,
      next: next === null ? null : decode(textIn(next)),
      total: isCount ? Number(total) : null,
    };
  });
}

/** Reads the answer to a batch request in the same way. */
export function readBatch(answer: JsonValue, decode: DecodeText): BatchAnswer | null {
  return nullIfUnexpected(() => {
    const { result, problems } = objectIn(answer);
    const files = arrayIn(result).map((value) => {
      const { uuid, datetime_stored, datetime_removed } = objectIn(value);
      return {
        uuid: uuidIn(uuid),
        storedAt: timeOrNull(datetime_stored ?? null),
        removedAt: timeOrNull(datetime_removed ?? null),
        readFacts: () => nullIfUnexpected(() => readFile(objectIn(value), decode)),
      };
    });
    return { files, problems: new Map(Object.entries(textsIn(problems ?? {}, decode))) };
  });
}

function readFile(file: JsonObject, decode: DecodeText): FileFacts {
  const { metadata, tags } = file;
  const optionalText = (value: JsonValue | undefined) =>
    value == null ? value : decode(textIn(value));
  return factsFrom({
    uuid: uuidIn(file['uuid']),
    original_filename: optionalText(file['original_filename']),
    size: numberIn(file['size']),
    mime_type: optionalText(file['mime_type']),
    is_image: file['is_image'] == null ? null : booleanIn(file['is_image']),
    is_ready: booleanIn(file['is_ready']),
    datetime_uploaded: timeIn(file['datetime_uploaded']),
    datetime_stored: timeOrNull(file['datetime_stored']),
    datetime_removed: timeOrNull(file['datetime_removed']),
    metadata: metadata == null ? null : textsIn(metadata, decode),
    tags: tags == null ? null : arrayIn(tags).map((tag) => decode(textIn(tag))),
    original_file_url: optionalText(file['original_file_url']),
  });
}

class Unexpected extends Error {}

function nullIfUnexpected<Answer>(read: () => Answer): Answer | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unexpected) return null;
    throw error;
  }
}

function objectIn(value: JsonValue | undefined): JsonObject {
  if (!isJsonObject(value)) throw new Unexpected();
  return value;
}

function arrayIn(value: JsonValue | undefined): JsonValue[] {
  if (!Array.isArray(value)) throw new Unexpected();
  return value;
}

function textIn(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new Unexpected();
  return value;
}

function numberIn(value: JsonValue | undefined): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Unexpected();
  return value;
}

function booleanIn(value: JsonValue | undefined): boolean {
  if (typeof value !== 'boolean') throw new Unexpected();
  return value;
}

function uuidIn(value: JsonValue | undefined): FileUuid {
  const uuid = asFileUuid(textIn(value));
  if (uuid === null) throw new Unexpected();
  return uuid;
}

function timeIn(value: JsonValue | undefined): number {
  return numberIn(Date.parse(textIn(value)));
}

function timeOrNull(value: JsonValue | undefined): number | null {
  return value === null ? null : timeIn(value);
}

const PLAIN_KEY = /^[\x20-\x7e]*$/;

/** The texts of an object. Its keys must not need decoding. */
function textsIn(value: JsonValue, decode: DecodeText): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [key, text] of Object.entries(objectIn(value))) {
    if (key === '__proto__' || !PLAIN_KEY.test(key)) throw new Unexpected();
    texts[key] = decode(textIn(text));
  }
  return texts;
}
