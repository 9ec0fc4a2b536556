import type { EmulatedFile } from '../../core/emulated-file.ts';
import type { FileRef } from '../../files/project-files.ts';
import { refusals } from '../../protocol/rest-refusals.ts';
import type { Exchange } from '../exchange.ts';

const GIGABYTE = 1024 ** 3;
// The limits of copies, and of copies with operations (api 3.6).
const PLAIN_LIMIT_BYTES = 5 * GIGABYTE;
const EFFECTS_LIMIT_BYTES = 100 * 1024 ** 2;

/** The source of a copy. */
export interface CopiedFile {
  readonly ref: FileRef;
  readonly file: EmulatedFile;
  /** E.g. `-/resize/10x10`; empty for the file as it is. */
  readonly effects: string;
}

/**
 * Reads `source` and finds the file. Not recorded: refuses an unknown or removed file (api 15.15).
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

/** Refuses files that are not ready or too large (api 3.7). */
export function checkCopyable({ file, effects }: CopiedFile): void {
  if (!file.isReady) throw refusals.fileNotReady();
  const limit = effects === '' ? PLAIN_LIMIT_BYTES : EFFECTS_LIMIT_BYTES;
  if (file.size > limit) throw refusals.fileTooLargeToCopy();
}

/** A flag of a copy: JSON booleans work as well as the documented words (api 14.7). */
export function readCopyFlag(name: string, value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw refusals.expectedBoolean(name);
}

/** A copy's source as text: a file, and the operations of the CDN URL if there are any. */
interface CopySource {
  readonly uuid: string;
  /** E.g. `-/resize/10x10`; empty for the file as it is. */
  readonly effects: string;
}

const SOURCE =
  /^(?:https?:\/\/[^/\s]+\/|\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\/\S*)?$/i;

/** Reads a UUID, `uuid/-/operations/` or a CDN URL (api 3.6); undefined for anything else. */
function parseCopySource(text: string): CopySource | undefined {
  const match = SOURCE.exec(text);
  if (match === null) return undefined;
  const [, uuid = '', rest = ''] = match;
  const hasEffects = rest.startsWith('/-/');
  // After the last slash comes a file name, which the CDN ignores.
  const effects = hasEffects ? rest.slice(1, rest.lastIndexOf('/')) : '';
  return { uuid: uuid.toLowerCase(), effects };
}
