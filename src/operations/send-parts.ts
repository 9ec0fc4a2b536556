import { hashedBody } from './hashed-body.ts';
import type { TransferPermit } from './operation.ts';
import type { UploadSession } from './upload-session.ts';
import { CONTENT_TYPE, type Transfer, type UploadPlace } from './upload-transfer.ts';

/** Parts of one file that go up at once; each is read from the disk as its socket asks. */
const PARTS_AT_ONCE = 4;

/** A transfer, where its parts go, and the checksums of those that are there. */
export interface PartTransfer extends Pick<Transfer, 'file'> {
  readonly session: UploadSession;
  readonly known: ReadonlyMap<number, string>;
}

/** Sends the parts that are missing, several at once, and notes each; gives the MD5 of every part by its place. */
export async function sendParts(
  { upload }: Pick<UploadPlace, 'upload'>,
  { file, session, known }: PartTransfer,
  { notes, signal }: TransferPermit,
): Promise<ReadonlyMap<number, string>> {
  const digests = new Map(known);
  const missing = [...session.urls.entries()].filter(([place]) => !known.has(place));
  let hasFailed = false;
  const sendPart = async ([place, url]: readonly [number, string]): Promise<void> => {
    const part = file.part(place * session.partSize, session.partSize);
    const { bytes, digest } = hashedBody(part, { algorithm: 'md5', effect: 'none' });
    await upload.multipart.putPart({ url, contentType: CONTENT_TYPE, bytes }, signal);
    digests.set(place, digest());
    await notes.addPart(place, digest());
  };
  const sender = async (): Promise<void> => {
    for (let next = missing.shift(); next !== undefined && !hasFailed; next = missing.shift()) {
      await sendPart(next).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  // All are waited for: what is under way when one fails is there, and is noted.
  const ends = await Promise.allSettled(Array.from({ length: PARTS_AT_ONCE }, sender));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return digests;
}
