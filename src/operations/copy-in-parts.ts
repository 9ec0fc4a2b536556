import * as z from 'zod';
import type { BucketRequests } from '../core/bucket-requests.ts';
import { ClassifiedError, canceled } from '../core/failure.ts';
import { bytesBody, md5Of } from '../s3/body.ts';
import type { Bucket, NewObject } from '../s3/bucket.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { TransferPermit } from './operation.ts';
import type { OriginalFile, ReadOriginal } from './original-file.ts';
import { sendAll } from './send-all.ts';

/** The bucket of a copy, the access to the bytes of its file, and the limit on bytes in memory. */
export interface CopyAccess {
  readonly bucket: Bucket;
  readonly readOriginal: ReadOriginal;
  readonly budget: ByteBudget;
}

/** The object to write, without its bytes. */
export type DescribedObject = Omit<NewObject, 'body' | 'md5'>;

/** The facts about a begun copy that are stored, so that another process can continue it. */
const sessionSchema = z.object({
  uploadId: z.string(),
  key: z.string(),
  size: z.int(),
  partSize: z.int().min(1),
});
type Session = z.output<typeof sessionSchema>;

const MIB = 1024 ** 2;
const PART_BYTES = 8 * MIB;
/** Maximum number of parts of an object (AWS S3 User Guide, "Multipart upload limits"). */
const MAX_PARTS = 10_000;

/** The requests for a copy of so many bytes in parts. */
export function requestsInParts(size: number): BucketRequests {
  return { POST: 2, PUT: Math.ceil(size / partSizeOf(size)) };
}

/** Number of bytes in each part of an object, except the last one. */
function partSizeOf(size: number): number {
  return Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB);
}

/**
 * Copies a file in parts, or continues an earlier copy. The server checks the MD5 of each part. The object exists only
 * after the last request. If the copy is given up, its parts are removed. Returns the ETag of the object.
 */
export async function copyInParts(
  access: CopyAccess,
  { file, object }: { readonly file: OriginalFile; readonly object: DescribedObject },
  permit: TransferPermit,
): Promise<string | null> {
  const { bucket } = access;
  const kept = permit.notes.read();
  const earlier = kept === null ? null : sessionSchema.parse(kept.session);
  const isSame = earlier?.key === object.key && earlier.size === file.size;
  const session = isSame ? earlier : await begin(bucket, { file, object }, permit);
  const known = isSame ? (kept?.parts ?? new Map<number, string>()) : new Map<number, string>();
  try {
    const etags = await sendParts(access, { file, session, known }, permit);
    if (permit.drain.aborted) throw canceled('The run is stopping');
    return await bucket.completeParts({ ...session, etags }, permit.signal);
  } catch (error) {
    if (!(error instanceof ClassifiedError) || error.kind !== 'permanent') throw error;
    if (error.code === 'no_upload') return findCompleted(access, session, permit);
    await bucket.abortParts(session, permit.signal).catch(() => undefined);
    await permit.notes.forget();
    throw error;
  }
}

/**
 * The server does not know the upload any more: an earlier request completed it and its answer was lost, or somebody
 * removed it. The key names the UUID of the file, so an object with the right size and number of parts is the copy.
 */
async function findCompleted(
  { bucket }: CopyAccess,
  { key, size, partSize }: Session,
  { notes, signal }: TransferPermit,
): Promise<string | null> {
  const facts = await bucket.head(key, signal);
  const parts = Math.ceil(size / partSize);
  if (facts?.size === size && (facts.etag ?? '').endsWith(`-${parts}`)) return facts.etag;
  await notes.forget();
  throw new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'upload_expired',
    message: `The bucket does not know the parts of ${bucket.name}/${key} any more. The copy starts again`,
    status: 404,
  });
}

async function begin(
  bucket: Bucket,
  { file, object }: { readonly file: OriginalFile; readonly object: DescribedObject },
  { notes, signal }: TransferPermit,
): Promise<Session> {
  const { size } = file;
  const partSize = partSizeOf(size);
  const uploadId = await bucket.beginParts(object, signal);
  const session = { uploadId, key: object.key, size, partSize };
  await notes.begin(session);
  return session;
}

/** Sends the missing parts and records each of them. Returns the ETags of all parts in order. */
async function sendParts(
  { bucket, readOriginal, budget }: CopyAccess,
  copy: { file: OriginalFile; session: Session; known: ReadonlyMap<number, string> },
  { notes, signal, drain }: TransferPermit,
): Promise<string[]> {
  const { file, session, known } = copy;
  const { key, uploadId, size, partSize } = session;
  const etags = new Map(known);
  const count = Math.ceil(size / partSize);
  const missing = Array.from({ length: count }, (_, part) => part).filter(
    (part) => !known.has(part),
  );
  const sendPart = async (part: number): Promise<void> => {
    const from = part * partSize;
    const length = Math.min(partSize, size - from);
    await budget.use(length, async () => {
      const bytes = await readOriginal(file.url, { from, length, size }, signal);
      const body = { body: bytesBody(bytes), md5: md5Of(bytes) };
      etags.set(part, await bucket.putPart({ key, uploadId, number: part + 1, ...body }, signal));
    });
    await notes.addPart(part, etags.get(part) ?? '');
  };
  await sendAll(missing, sendPart, () => drain.aborted);
  if (etags.size < count) throw canceled('The run is stopping');
  return Array.from({ length: count }, (_, part) => etags.get(part) ?? '');
}
