import { ClassifiedError } from '../core/failure.ts';
import type { UploadedFile } from '../uploadcare/wire/uploaded-answer.ts';
import { INTENT_KEY } from './operation-context.ts';

/** The error code of an answer that describes another file. */
export const FOREIGN_ANSWER = 'answer_of_another';

/** The facts about the file of an upload that are known before the answer. */
interface ExpectedUpload {
  readonly uuid: string;
  /** The metadata that was sent; undefined if it is no longer known. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Returns the file that an answer describes. Throws if this file has another UUID than the upload, or the tag
 * of another upload. ucbulk then treats the answer as lost, and searches for the file with the tag of this
 * upload.
 */
export function checkedUpload(
  made: UploadedFile,
  { uuid, metadata = {} }: ExpectedUpload,
): UploadedFile {
  const sent = metadata[INTENT_KEY];
  const tag = made.metadata[INTENT_KEY] ?? sent;
  if (made.uuid === uuid && (sent === undefined || tag === sent)) return made;
  throw new ClassifiedError({
    kind: 'transient',
    effect: 'unknown',
    code: FOREIGN_ANSWER,
    message: `The answer is about file ${made.uuid}, which is not the file that was uploaded here (${uuid})`,
  });
}
