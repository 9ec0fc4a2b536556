import * as z from 'zod';
import { afterEffect, ClassifiedError } from '../core/failure.ts';
import { type FileUuid, parseFileUuid } from '../core/file-uuid.ts';
import type { Outcome } from '../core/outcome.ts';
import { checkedUpload, FOREIGN_ANSWER } from './checked-upload.ts';
import { hashedBody } from './hashed-body.ts';
import type { TransferPermit } from './operation.ts';
import { INTENT_KEY } from './operation-context.ts';
import {
  CONTENT_TYPE,
  type Transfer,
  type UploadDependencies,
  uploaded,
} from './upload-transfer.ts';

/** The schema of an upload whose check has not ended: the answer, and facts about the sent bytes. */
const keptUpload = z.object({
  uuid: z.string().transform(parseFileUuid),
  /** Number of sent bytes, and their SHA-256. */
  size: z.int(),
  sha256: z.string(),
});
type KeptUpload = z.output<typeof keptUpload>;

/**
 * The error code if an answer of the service names a new file, but a read right after it does not find this
 * file.
 */
const NOT_VISIBLE = 'not_visible';

/**
 * Uploads a file with one request. With `verify`, then reads the new file to check its size. ucbulk stores
 * the answer to the upload before this read. If the process ends between them, the next process knows the
 * file from the stored answer.
 */
export async function uploadDirectly(
  { upload }: UploadDependencies,
  { file, settings, verify }: Transfer,
  permit: TransferPermit,
): Promise<Outcome> {
  const hashing = { effect: 'unknown' } as const;
  const md5 = file.object?.md5 ?? null;
  const plain = file.part(0, file.size);
  const checked = md5 === null ? null : hashedBody(plain, { algorithm: 'md5', ...hashing });
  const { bytes, digest } = hashedBody(checked?.bytes ?? plain, {
    algorithm: 'sha256',
    ...hashing,
  });
  const contentType = file.object?.contentType ?? CONTENT_TYPE;
  const uuid = await upload.direct.upload(
    { filename: file.name, contentType, bytes },
    settings,
    permit,
  );
  const made = { uuid, size: file.size, sha256: digest() };
  if (checked !== null && checked.digest() !== md5) return otherContent(file.path, uuid);
  if (!verify) return uploaded(file, { ...made, size: null });
  await permit.notes.keepAnswer(made);
  return checkAnswer({ upload }, { made, tag: settings.metadata?.[INTENT_KEY] }, permit);
}

/** Checks the answer that an earlier attempt or process stored. Returns null if there is none. */
export async function checkKeptAnswer(
  place: Pick<UploadDependencies, 'upload'>,
  { tag }: { readonly tag: string },
  permit: TransferPermit,
): Promise<Outcome | null> {
  const kept = permit.notes.readAnswer();
  return kept === null ? null : checkAnswer(place, { made: keptUpload.parse(kept), tag }, permit);
}

/** Checks the new file. A failure must not cause a second upload, because the file exists. */
async function checkAnswer(
  { upload }: Pick<UploadDependencies, 'upload'>,
  { made, tag }: { readonly made: KeptUpload; readonly tag: string | undefined },
  { notes, signal }: Pick<TransferPermit, 'notes' | 'signal'>,
): Promise<Outcome> {
  try {
    const info = await upload.uploaded.file(made.uuid, signal);
    if (info === null) throw notVisible(made);
    const metadata = tag === undefined ? {} : { [INTENT_KEY]: tag };
    checkedUpload(info, { uuid: made.uuid, metadata });
    const size = info.isReady === false ? null : info.size;
    return uploaded(made, { ...made, size });
  } catch (error) {
    const failure = afterEffect(error);
    // The stored answer does not show which file was made, so remove it. ucbulk then searches for the file by
    // its tag.
    if (failure.code === NOT_VISIBLE || failure.code === FOREIGN_ANSWER) await notes.forget();
    throw failure;
  }
}

function otherContent(path: string, uuid: FileUuid): Outcome {
  const message = `The bytes of ${path} have another MD5 than its ETag. The service made file ${uuid} from them: look at it, then delete it`;
  return { kind: 'failed', failure: { code: 'md5_mismatch', message }, made: { file: uuid } };
}

function notVisible({ uuid }: KeptUpload): ClassifiedError {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'unknown',
    code: NOT_VISIBLE,
    message: `The service made file ${uuid}, but does not know it right after the upload`,
  });
}
