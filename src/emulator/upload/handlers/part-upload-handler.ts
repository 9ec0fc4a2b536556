import { createHash } from 'node:crypto';
import { isSameText } from '../../auth/request-signature.ts';
import type { EmulatorRequest, EmulatorResponse } from '../../protocol/emulator-request.ts';
import type { MultipartUpload } from '../multipart-uploads.ts';
import { PART_PREFIX, partSignature, partUrlEnd } from '../part-urls.ts';
import type { UploadService } from '../upload-service.ts';

// Number of bytes that are kept of each part, to detect the file's type and the size of an image. The number
// is high because a large thumbnail can come before the size in the image's header.
const HEAD_BYTES = 256 * 1024;
const PATH = new RegExp(`^${PART_PREFIX}([0-9a-f-]{36})/`);

/**
 * Answers the PUT of a part to its presigned URL with 200 and no body. If the part is sent again, it replaces
 * the former one (docs/uploadcare-api.md 11.3).
 */
export function putPart(
  service: UploadService,
  request: EmulatorRequest,
  nowMs: number,
): EmulatorResponse {
  const [path = '', search = ''] = request.target.split('?', 2);
  const query = new URLSearchParams(search);
  const uuid = PATH.exec(path)?.[1] ?? '';
  const found = service.findMultipart(uuid);
  const isOpen = found !== undefined && found.upload.uploadId === query.get('uploadId');
  // The errors of the storage are assumptions: no recording of the real service shows them. The texts are
  // those of Amazon S3.
  if (!isOpen) return storageError(404, 'NoSuchUpload', 'The specified upload does not exist.');
  if (request.headers.authorization !== undefined) {
    return storageError(400, 'InvalidArgument', 'Only one auth mechanism allowed.');
  }
  const signature = partSignature(found.project.secretKey, uuid, query);
  if (!isSameText(query.get('X-Amz-Signature') ?? '', signature)) {
    return storageError(403, 'SignatureDoesNotMatch', 'The request signature does not match.');
  }
  if (nowMs > partUrlEnd(query)) return storageError(403, 'AccessDenied', 'Request has expired');
  const etag = keepPart(service, found.upload, {
    number: Number(query.get('partNumber')),
    request,
  });
  return { status: 200, headers: { etag: `"${etag}"` }, body: '' };
}

function keepPart(
  service: UploadService,
  upload: MultipartUpload,
  { number, request }: { readonly number: number; readonly request: EmulatorRequest },
): string {
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  const md5 = createHash('md5').update(body).digest('hex');
  const isKept = service.originals.hasRoomFor(upload.size);
  const head = Buffer.from(body.subarray(0, HEAD_BYTES));
  upload.parts.set(number, { size: body.length, md5, bytes: isKept ? body : null, head });
  service.countPart(upload.uuid, number);
  return md5;
}

function storageError(status: number, code: string, message: string): EmulatorResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
