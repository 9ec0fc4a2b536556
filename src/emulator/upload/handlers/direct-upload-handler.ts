import { UploadRefusal } from '../../protocol/upload-refusal.ts';
import type { FormPart } from '../multipart-form.ts';
import type { UploadAttributes } from '../upload-attributes.ts';
import type { UploadExchange } from '../upload-exchange.ts';
import { readAttributes } from '../upload-fields.ts';
import type { UploadProject } from '../upload-project.ts';
import { addArrivedFile, plainFileName } from '../uploaded-file.ts';

// A larger file needs a multipart upload (docs/uploadcare-api.md 11.2).
const DIRECT_LIMIT_BYTES = 100 * 1024 ** 2;
// The maximum number of files in one request is an assumption: no recording of the real service shows it.
const FILES_LIMIT = 100;

/**
 * Answers `POST /base/` (docs/uploadcare-api.md 11.2): adds each file of the form. The answer maps the name
 * of each form field to the UUID of its file.
 */
export function directUpload(exchange: UploadExchange): string {
  const upload = exchange.signedProject('UPLOADCARE_PUB_KEY', {
    operations: exchange.form.files.length,
  });
  const attributes = readAttributes(exchange.form, 'UPLOADCARE_STORE', upload);
  const { files } = exchange.form;
  if (files.length === 0) throw new UploadRefusal('FilesRequiredError');
  if (files.length > FILES_LIMIT) throw new UploadRefusal('RequestFileNumberLimitExceededError');
  const limit = Math.min(DIRECT_LIMIT_BYTES, upload.settings.fileSizeLimit);
  if (files.some(({ data }) => data.length > limit)) {
    throw new UploadRefusal('FileSizeLimitExceededError');
  }
  const uuids = files.map((part) => [part.name, addUpload(exchange, upload, { part, attributes })]);
  return JSON.stringify(Object.fromEntries(uuids));
}

function addUpload(
  exchange: UploadExchange,
  upload: UploadProject,
  { part, attributes }: { readonly part: FormPart; readonly attributes: UploadAttributes },
): string {
  const { project } = upload;
  const { now: at, service } = exchange;
  const uuid = project.newUuid();
  const name = plainFileName(part.fileName ?? part.name);
  const { sha256 } = service.originals.put(uuid, part.data);
  const ref = addArrivedFile(exchange, upload, {
    uuid,
    name,
    declaredType: part.contentType,
    size: part.data.length,
    head: part.data,
    attributes,
    at,
  });
  exchange.record('upload', project.number, { ref, at });
  service.creations.add('upload', project.publicKey, `${name} ${sha256} ${attributes.metadata}`);
  return uuid;
}
