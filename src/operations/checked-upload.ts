import { ClassifiedError } from '../core/failure.ts';
import type { UploadedFile } from '../uploadcare/wire/uploaded-answer.ts';
import { INTENT_KEY } from './operation-context.ts';

/** The code of an answer that is about another file. */
export const FOREIGN_ANSWER = 'answer_of_another';

/** What is known of the file that an upload makes. */
interface ExpectedUpload {
  readonly uuid: string;
  /** Its metadata as it was sent; undefined if that is not known any more. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Returns the file that an answer describes. Throws if it is another one than was uploaded: it has
 * another UUID, or the tag of another upload. That is handled like a lost answer: the tag is searched.
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
