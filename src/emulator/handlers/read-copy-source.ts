import { parseCopySource } from '../copy-source.ts';
import type { EmulatedFile } from '../emulated-file.ts';
import { refusals } from '../error-bodies.ts';
import type { Exchange } from '../exchange.ts';
import type { FileRef } from '../project-files.ts';

const GIGABYTE = 1024 ** 3;
// The limits of copies, and of copies with operations (api 3.6).
const PLAIN_LIMIT_BYTES = 5 * GIGABYTE;
const EFFECTS_LIMIT_BYTES = 100 * 1024 ** 2;

/** What a copy takes, looked up. */
export interface CopiedFile {
  readonly ref: FileRef;
  readonly file: EmulatedFile;
  /** E.g. `-/resize/10x10`; empty for the file as it is. */
  readonly effects: string;
}

/** Reads `source` and looks the file up; not recorded: an unknown or removed one is bad (api 15.15). */
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

/** Refuses what cannot be copied yet or at all (api 3.7). */
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
