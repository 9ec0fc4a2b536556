import { ClassifiedError, canceled } from '../core/failure.ts';
import type { Outcome } from '../core/outcome.ts';
import { present } from '../core/present.ts';
import { checkedSha256 } from './checked-sha256.ts';
import { checkedUpload, FOREIGN_ANSWER } from './checked-upload.ts';
import type { LocalFile } from './local-files.ts';
import type { TransferPermit } from './operation.ts';
import { sendParts } from './send-parts.ts';
import { canContinue, parseSession, partSizeFor, type UploadSession } from './upload-session.ts';
import {
  CONTENT_TYPE,
  type Transfer,
  type UploadDependencies,
  uploaded,
} from './upload-transfer.ts';

/**
 * An upload in parts. `earlier` is the session that an earlier attempt or process stored; null if there is
 * none.
 */
export interface PartsTransfer extends Transfer {
  readonly earlier: UploadSession | null;
}

/**
 * Uploads a file in parts, or continues an earlier upload. Only the last request, the completion, makes the
 * file visible. All requests before it can be sent twice without harm. Just before the completion, ucbulk
 * compares all parts with the local file.
 */
export async function uploadInParts(
  place: UploadDependencies,
  transfer: PartsTransfer,
  permit: TransferPermit,
): Promise<Outcome> {
  const session = transfer.earlier ?? (await begin(place, transfer, permit));
  const known = permit.notes.read()?.parts ?? new Map<number, string>();
  try {
    const digests = await sendParts(place, { ...transfer, session, known }, permit);
    const { file } = transfer;
    const sha256 = file.object?.isPinned
      ? null
      : await checkedSha256(file, { session, digests }, permit.drain);
    if (permit.drain.aborted) throw canceled('The run is stopping');
    const made = await place.upload.multipart.complete(session.uuid, permit);
    const { uuid, size } = checkedUpload(made, { uuid: session.uuid, ...transfer.settings });
    return uploaded(transfer.file, { uuid, size, sha256 });
  } catch (error) {
    const isForeign = error instanceof ClassifiedError && error.code === FOREIGN_ANSWER;
    if (!isForeign && !isSpent(error)) throw error;
    await permit.notes.forget();
    throw isForeign ? error : expiredUpload(error);
  }
}

/**
 * Finds an earlier upload of the file. Returns the session to continue, or the outcome if the upload was
 * complete. Null if ucbulk must begin a new upload.
 */
export async function findEarlierUpload(
  { upload, serverNow }: UploadDependencies,
  file: LocalFile,
  { notes, signal }: TransferPermit,
): Promise<UploadSession | Outcome | null> {
  const kept = notes.read();
  if (kept === null) return null;
  const session = parseSession(kept.session);
  if (canContinue(session, file, serverNow())) return session;
  // Without all parts, the earlier upload is certainly not complete. With all parts, it may be complete, and
  // a new upload would make a second file. So ask the service.
  if (kept.parts.size < session.urls.length) return null;
  const made = await upload.uploaded.file(session.uuid, signal);
  if (made !== null) checkedUpload(made, { uuid: session.uuid });
  return made === null ? null : uploaded(session, { ...made, sha256: null });
}

async function begin(
  { upload, serverNow }: UploadDependencies,
  { file, settings }: Transfer,
  { notes, signal }: TransferPermit,
): Promise<UploadSession> {
  const { name: filename, size, modifiedAt } = file;
  const partSize = partSizeFor(size);
  const startedAt = serverNow();
  const contentType = file.object?.contentType ?? CONTENT_TYPE;
  const described = { filename, contentType, size, partSize };
  const { uuid, parts } = await upload.multipart.start(described, settings, signal);
  const urls = [...parts];
  await notes.begin({ uuid, urls, partSize, size, modifiedAt, startedAt });
  return { uuid, urls, partSize, size, modifiedAt, startedAt };
}

const SPENT: readonly string[] = [
  'part_refused',
  'MultipartFileNotFoundError',
  'MultipartFileCompletionFailedError',
  'MultipartUploadSizeTooSmallError',
  'MultipartUploadSizeTooLargeError',
];

/** True if the service does not know this upload any more, or knows it with other parts. */
function isSpent(error: unknown): error is ClassifiedError {
  if (!(error instanceof ClassifiedError) || error.kind !== 'permanent') return false;
  return SPENT.includes(error.code) || error.status === 404;
}

/**
 * The error of an expired upload. It uses up an attempt, so that an upload that is always too slow is not
 * repeated for ever.
 */
function expiredUpload({ message, status, requestId }: ClassifiedError): ClassifiedError {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'upload_expired',
    message: `The upload can't continue and starts again: ${message}`,
    status: status ?? 400,
    ...present({ requestId }),
  });
}
