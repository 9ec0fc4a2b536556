import { ClassifiedError, canceled } from '../core/failure.ts';
import type { Outcome } from '../core/outcome.ts';
import { present } from '../core/present.ts';
import { checkedSha256 } from './checked-sha256.ts';
import { checkedUpload, FOREIGN_ANSWER } from './checked-upload.ts';
import type { LocalFile } from './local-files.ts';
import type { TransferPermit } from './operation.ts';
import { sendParts } from './send-parts.ts';
import { canGoOn, parseSession, partSizeFor, type UploadSession } from './upload-session.ts';
import { CONTENT_TYPE, type Transfer, type UploadPlace, uploaded } from './upload-transfer.ts';

/** An upload in parts that an earlier process or attempt began; null where there is none to go on with. */
export interface PartsTransfer extends Transfer {
  readonly earlier: UploadSession | null;
}

/**
 * Uploads a file in parts, or goes on with an upload that was begun before. Nothing of it
 * shows before it is completed, so all but the completion is simply sent again where in question;
 * and before that, every part is held against the file as it then is.
 */
export async function uploadInParts(
  place: UploadPlace,
  transfer: PartsTransfer,
  permit: TransferPermit,
): Promise<Outcome> {
  const session = transfer.earlier ?? (await begin(place, transfer, permit));
  const known = permit.notes.read()?.parts ?? new Map<number, string>();
  try {
    const digests = await sendParts(place, { ...transfer, session, known }, permit);
    const sha256 = await checkedSha256(transfer.file, { session, digests }, permit.drain);
    if (permit.drain.aborted) throw canceled('The run is stopping');
    const made = await place.upload.multipart.complete(session.uuid, permit);
    const { uuid, size } = checkedUpload(made, { uuid: session.uuid, ...transfer.settings });
    return uploaded(transfer.file, { uuid, size, sha256 });
  } catch (error) {
    const isForeign = error instanceof ClassifiedError && error.code === FOREIGN_ANSWER;
    if (!isForeign && !isSpent(error)) throw error;
    await permit.notes.forget();
    throw isForeign ? error : startsAnew(error);
  }
}

/** What was begun before: the session to go on with, or the end it had; null where the upload has to begin. */
export async function earlierUpload(
  { upload, serverNow }: UploadPlace,
  file: LocalFile,
  { notes, signal }: TransferPermit,
): Promise<UploadSession | Outcome | null> {
  const kept = notes.read();
  if (kept === null) return null;
  const session = parseSession(kept.session);
  if (canGoOn(session, file, serverNow())) return session;
  // All parts were there, so it may have been completed: begun anew, the file would be there twice.
  if (kept.parts.size < session.urls.length) return null;
  const made = await upload.uploaded.file(session.uuid, signal);
  if (made !== null) checkedUpload(made, { uuid: session.uuid });
  return made === null ? null : uploaded(session, { ...made, sha256: null });
}

async function begin(
  { upload, serverNow }: UploadPlace,
  { file, settings }: Transfer,
  { notes, signal }: TransferPermit,
): Promise<UploadSession> {
  const { name: filename, size, modifiedAt } = file;
  const partSize = partSizeFor(size);
  const startedAt = serverNow();
  const described = { filename, contentType: CONTENT_TYPE, size, partSize };
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

/** True where the service has no such upload any more, or not with these parts. */
function isSpent(error: unknown): error is ClassifiedError {
  if (!(error instanceof ClassifiedError) || error.kind !== 'permanent') return false;
  return SPENT.includes(error.code) || error.status === 404;
}

/** Counts as an attempt: a file that does not go up within the life of its URLs must not be sent for ever. */
function startsAnew({ message, status, requestId }: ClassifiedError): ClassifiedError {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'upload_expired',
    message: `The upload can't be gone on with and starts anew: ${message}`,
    status: status ?? 400,
    ...present({ requestId }),
  });
}
