import { UploadRefusal } from '../../protocol/upload-refusal.ts';
import { type MultipartUpload, partSizes } from '../multipart-uploads.ts';
import { partUrls } from '../part-urls.ts';
import type { UploadExchange } from '../upload-exchange.ts';
import { readAttributes } from '../upload-fields.ts';
import { uploadFileInfo } from '../upload-file-json.ts';
import type { UploadForm } from '../upload-form.ts';
import type { UploadProject } from '../upload-project.ts';
import { addArrivedFile, plainFileName } from '../uploaded-file.ts';

// Limits of a multipart upload in bytes (docs/uploadcare-api.md 11.3).
const SMALLEST_FILE = 10_485_760;
const PART_SIZE = { default: 5_242_880, least: 5_242_880, most: 5_368_709_120 };

/**
 * Answers `POST /multipart/start/` (docs/uploadcare-api.md 11.3) with a UUID for the file and a URL for each
 * part.
 */
export function startMultipart(exchange: UploadExchange): string {
  const upload = exchange.signedProject('UPLOADCARE_PUB_KEY', { operations: 1 });
  const { form, now } = exchange;
  const asked = {
    name: plainFileName(required(form, 'filename')),
    size: readSize(form, upload),
    mimeType: required(form, 'content_type'),
    partSize: readPartSize(form),
    attributes: readAttributes(form, 'UPLOADCARE_STORE', upload),
  };
  const uuid = upload.project.newUuid();
  const multipart = { ...asked, uuid, uploadId: upload.project.newUuid(), startedAt: now };
  upload.multipart.start(multipart);
  const parts = partUrls(multipart, upload.project.secretKey, {
    origin: exchange.originsOf(upload.project).upload,
    lifetimeMs: exchange.service.partUrlLifetimeMs,
  });
  return JSON.stringify({ uuid, parts });
}

/**
 * Answers `POST /multipart/complete/` (docs/uploadcare-api.md 11.3): joins the parts to a file. Refuses a
 * repeated request.
 */
export function completeMultipart(exchange: UploadExchange): string {
  const upload = exchange.openProject('UPLOADCARE_PUB_KEY');
  const uuid = exchange.form.get('uuid').toLowerCase();
  if (uuid === '') throw new UploadRefusal('MultipartFileIdRequiredError');
  const multipart = upload.multipart.find(uuid);
  if (multipart === undefined) {
    // The service sends `MultipartFileNotFoundError` even if the UUID is the text `nonexistent` (recording
    // `rbnext.upload_multipart_upload_complete_wrong_id`). The vendor's documentation has another text for
    // this case, `uuid is invalid.`
    const exists = upload.project.files.find(uuid) !== undefined;
    throw new UploadRefusal(
      exists ? 'MultipartFileAlreadyUploadedError' : 'MultipartFileNotFoundError',
    );
  }
  checkParts(multipart);
  upload.multipart.finish(uuid);
  return JSON.stringify(uploadFileInfo(addUpload(exchange, upload, multipart)));
}

function required(form: UploadForm, field: string): string {
  const value = form.get(field);
  if (value === '') throw new UploadRefusal('RequestParamRequiredError', [field]);
  return value;
}

function readSize(form: UploadForm, { settings }: UploadProject): number {
  const text = form.get('size');
  if (!/^\d{1,15}$/.test(text)) throw new UploadRefusal('MultipartSizeInvalidError');
  const size = Number(text);
  if (size < SMALLEST_FILE) {
    throw new UploadRefusal('MultipartFileSizeTooSmallError', [String(SMALLEST_FILE)]);
  }
  if (size > settings.fileSizeLimit) throw new UploadRefusal('MultipartFileSizeLimitExceededError');
  return size;
}

function readPartSize(form: UploadForm): number {
  const text = form.get('part_size');
  if (text === '') return PART_SIZE.default;
  if (!/^\d{1,15}$/.test(text)) throw new UploadRefusal('MultipartPartSizeInvalidError');
  const size = Number(text);
  if (size < PART_SIZE.least) {
    throw new UploadRefusal('MultipartPartSizeTooSmallError', [String(PART_SIZE.least)]);
  }
  if (size > PART_SIZE.most) {
    throw new UploadRefusal('MultipartPartSizeTooBigError', [String(PART_SIZE.most)]);
  }
  return size;
}

// Checks the sizes of the parts, and throws one of three errors if they are wrong. The conditions for each
// error are derived from its text. They are assumptions: no recording of the real service shows them.
function checkParts({ parts, size, partSize }: MultipartUpload): void {
  const uploaded = [...parts.values()].reduce((sum, part) => sum + part.size, 0);
  if (uploaded > size) throw new UploadRefusal('MultipartUploadSizeTooLargeError');
  if (uploaded < size) throw new UploadRefusal('MultipartUploadSizeTooSmallError');
  const isAsPlanned = partSizes(size, partSize).every(
    (expected, index) => parts.get(index + 1)?.size === expected,
  );
  if (!isAsPlanned) throw new UploadRefusal('MultipartFileCompletionFailedError');
}

function addUpload(exchange: UploadExchange, upload: UploadProject, multipart: MultipartUpload) {
  const { project } = upload;
  const { now: at, service } = exchange;
  const { uuid, name, size, attributes } = multipart;
  const parts = [...multipart.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
  const kept = parts.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
  const isWhole = kept.length === parts.length;
  if (isWhole) service.originals.put(uuid, Buffer.concat(kept));
  else service.originals.putSize(uuid, size);
  const head = parts[0]?.head ?? Buffer.alloc(0);
  const declaredType = multipart.mimeType;
  const ref = addArrivedFile(exchange, upload, {
    uuid,
    name,
    declaredType,
    size,
    head,
    attributes,
    at,
  });
  exchange.record('upload', project.number, { ref, at });
  const checksum = parts.map(({ md5 }) => md5).join(' ');
  service.creations.add('upload', project.publicKey, `${name} ${checksum} ${attributes.metadata}`);
  return project.files.describe(ref);
}
