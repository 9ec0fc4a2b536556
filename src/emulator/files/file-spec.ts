import type { EmulatedFile } from '../core/emulated-file.ts';
import { parseInstant } from '../protocol/wire-instant.ts';

/** Describes a file that a test or `load` adds. Every field has a default. Times are in ISO 8601. */
export interface FileSpec {
  readonly uuid?: string;
  readonly name?: string;
  /** The name at the end of `original_file_url`. By default it follows from `name` (see `sanitisedName`). */
  readonly urlName?: string;
  readonly mimeType?: string;
  readonly size?: number;
  readonly isImage?: boolean | null;
  readonly isReady?: boolean;
  readonly uploadedAt?: string;
  readonly storedAt?: string | null;
  readonly removedAt?: string | null;
  readonly variations?: Readonly<Record<string, string>> | null;
  readonly contentInfo?: object | null;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly appdata?: object;
  readonly tags?: readonly string[];
}

/**
 * Creates the file that `spec` describes. Calls `newUuid` if the spec has no UUID. `now` is in microseconds
 * since 1970.
 */
export function specifiedFile(spec: FileSpec, newUuid: () => string, now: number): EmulatedFile {
  const { name = 'file.txt', mimeType = 'text/plain', size = 5, isImage = false } = spec;
  const { isReady = true, contentInfo = mimeInfo(mimeType) } = spec;
  const { variations = null, metadata = {}, appdata = {} } = spec;
  return {
    uuid: spec.uuid ?? newUuid(),
    uploadedAt: micros(spec.uploadedAt) ?? now,
    storedAt: micros(spec.storedAt),
    removedAt: micros(spec.removedAt),
    name,
    ...(spec.urlName === undefined ? {} : { urlName: spec.urlName }),
    mimeType,
    size,
    isImage,
    isReady,
    variations: JSON.stringify(variations),
    contentInfo: JSON.stringify(contentInfo),
    metadata: JSON.stringify(metadata),
    appdata: JSON.stringify(appdata),
    ...(spec.tags === undefined ? {} : { tags: JSON.stringify(spec.tags) }),
  };
}

function micros(text: string | null | undefined): number | null {
  if (text === undefined || text === null) return null;
  const instant = parseInstant(text);
  if (instant === undefined) throw new Error(`Expected a time in ISO 8601, got \`${text}\``);
  return instant;
}

function mimeInfo(mime: string): object {
  const [type, subtype] = mime.split('/', 2);
  return { mime: { mime, type, subtype } };
}
