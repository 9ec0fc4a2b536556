import { hashedBody } from './hashed-body.ts';
import type { TransferPermit } from './operation.ts';
import { sendAll } from './send-all.ts';
import type { UploadSession } from './upload-session.ts';
import { CONTENT_TYPE, type Transfer, type UploadDependencies } from './upload-transfer.ts';

/** An upload with its session and the checksums of the parts that are uploaded already. */
export interface PartTransfer extends Pick<Transfer, 'file'> {
  readonly session: UploadSession;
  readonly known: ReadonlyMap<number, string>;
}

/**
 * Uploads the missing parts, several at the same time, and records each of them. Returns the MD5 of each part
 * by its number.
 */
export async function sendParts(
  { upload }: Pick<UploadDependencies, 'upload'>,
  { file, session, known }: PartTransfer,
  { notes, signal }: TransferPermit,
): Promise<ReadonlyMap<number, string>> {
  const digests = new Map(known);
  const missing = [...session.urls.entries()].filter(([place]) => !known.has(place));
  const sendPart = async ([place, url]: readonly [number, string]): Promise<void> => {
    const part = file.part(place * session.partSize, session.partSize);
    const { bytes, digest } = hashedBody(part, { algorithm: 'md5', effect: 'none' });
    const contentType = file.object?.contentType ?? CONTENT_TYPE;
    await upload.multipart.putPart({ url, contentType, bytes }, signal);
    digests.set(place, digest());
    await notes.addPart(place, digest());
  };
  await sendAll(missing, sendPart);
  return digests;
}
