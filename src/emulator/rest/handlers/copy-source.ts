import type { EmulatedFile } from '../../core/emulated-file.ts';
import type { FileRef } from '../../files/project-files.ts';
import { refusals } from '../../protocol/rest-refusals.ts';
import type { Exchange } from '../exchange.ts';

const GIGABYTE = 1024 ** 3;
// Maximum sizes of a file that can be copied: without CDN operations, and with them (docs/uploadcare-api.md
// 3.6).
const PLAIN_LIMIT_BYTES = 5 * GIGABYTE;
const EFFECTS_LIMIT_BYTES = 100 * 1024 ** 2;

/** The file that a request wants to copy. */
export interface CopiedFile {
  readonly ref: FileRef;
  readonly file: EmulatedFile;
  /** CDN operations for the copy, e.g. `-/resize/10x10`. Empty for an unchanged copy. */
  readonly effects: string;
}

/**
 * Reads the field `source` of a copy request and finds the file. Assumption: an unknown or removed file is
 * refused (docs/uploadcare-api.md 15.15). No recording of the real service shows this case.
 */
export function readCopySource(exchange: Exchange, value: unknown): CopiedFile {
  if (value === undefined || value === null || value === '') {
    throw refusals.parameterRequired('source');
  }
  const source = typeof value === 'string' ? parseCopySource(value) : undefined;
  if (source === undefined) throw refusals.badSource();
  const { files } = exchange.project;
  const ref = files.find(source.uuid);
  if (ref === undefined) throw refusals.badSource();
  const file = files.describe(ref);
  if (file.removedAt !== null) throw refusals.badSource();
  return { ref, file, effects: source.effects };
}

/** Refuses to copy a file that is not ready or too large (docs/uploadcare-api.md 3.7). */
export function checkCopyable({ file, effects }: CopiedFile): void {
  if (!file.isReady) throw refusals.fileNotReady();
  const limit = effects === '' ? PLAIN_LIMIT_BYTES : EFFECTS_LIMIT_BYTES;
  if (file.size > limit) throw refusals.fileTooLargeToCopy();
}

/**
 * Reads a flag of a copy request. JSON booleans work as well as the words in the vendor's documentation
 * (docs/uploadcare-api.md 14.7).
 */
export function readCopyFlag(name: string, value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw refusals.expectedBoolean(name);
}

/** The field `source` of a copy request, split into the file's UUID and the CDN operations. */
interface CopySource {
  readonly uuid: string;
  /** CDN operations, e.g. `-/resize/10x10`. Empty for an unchanged copy. */
  readonly effects: string;
}

const SOURCE =
  /^(?:https?:\/\/[^/\s]+\/|\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\/\S*)?$/i;

/**
 * Splits a UUID, `uuid/-/operations/` or a CDN URL (docs/uploadcare-api.md 3.6). Returns undefined for any
 * other text.
 */
function parseCopySource(text: string): CopySource | undefined {
  const match = SOURCE.exec(text);
  if (match === null) return undefined;
  const [, uuid = '', rest = ''] = match;
  const hasEffects = rest.startsWith('/-/');
  // The text after the last slash is a file name, which the CDN ignores.
  const effects = hasEffects ? rest.slice(1, rest.lastIndexOf('/')) : '';
  return { uuid: uuid.toLowerCase(), effects };
}
