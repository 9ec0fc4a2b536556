import { afterEffect, ClassifiedError } from '../core/failure.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import type { Outcome } from '../core/outcome.ts';
import type { SendPermit } from '../transport/send.ts';
import type { UploadSettings } from '../uploadcare/upload-calls.ts';
import { checkedUpload } from './checked-upload.ts';
import { hashedBody } from './hashed-body.ts';
import { CONTENT_TYPE, type Transfer, type UploadPlace, uploaded } from './upload-transfer.ts';

/** Uploads a file with one request, and asks for its size where that is wanted. */
export async function uploadDirectly(
  { upload }: UploadPlace,
  { file, settings, verify }: Transfer,
  permit: SendPermit,
): Promise<Outcome> {
  const { bytes, digest } = hashedBody(file.part(0, file.size), {
    algorithm: 'sha256',
    effect: 'unknown',
  });
  const source = { filename: file.name, contentType: CONTENT_TYPE, bytes };
  const uuid = await upload.direct.upload(source, settings, permit);
  const sha256 = digest();
  const size = verify ? await sizeOf({ upload }, { uuid, settings }, permit.signal) : null;
  return uploaded(file, { uuid, size, sha256 });
}

/** The file is there: whatever goes wrong here must not make it twice. */
async function sizeOf(
  { upload }: Pick<UploadPlace, 'upload'>,
  { uuid, settings }: { readonly uuid: FileUuid; readonly settings: UploadSettings },
  signal: AbortSignal,
): Promise<number | null> {
  const info = await upload.uploaded.file(uuid, signal).catch((error: unknown) => {
    throw afterEffect(error);
  });
  if (info !== null) {
    checkedUpload(info, { uuid, ...settings });
    return info.isReady === false ? null : info.size;
  }
  throw new ClassifiedError({
    kind: 'transient',
    effect: 'unknown',
    code: 'not_visible',
    message: `The service made ${uuid} of the file, and does not know it right after`,
  });
}
