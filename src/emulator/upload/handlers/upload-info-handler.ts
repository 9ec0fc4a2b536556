import { UploadRefusal } from '../../protocol/upload-refusal.ts';
import type { UploadExchange } from '../upload-exchange.ts';
import { uploadFileInfo } from '../upload-file-json.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Answers `GET /info/` (docs/uploadcare-api.md 11.6) with the JSON of a file. Assumption: a removed file
 * counts as not found. No recording of the real service shows this case.
 */
export function uploadedFileInfo(exchange: UploadExchange): string {
  const { project } = exchange.openProject('pub_key');
  const id = exchange.form.get('file_id').toLowerCase();
  if (id === '') throw new UploadRefusal('FileIdRequiredError');
  if (!UUID.test(id)) throw new UploadRefusal('FileIdInvalidError');
  const ref = project.files.find(id);
  const file = ref === undefined ? undefined : project.files.describe(ref);
  if (file === undefined || file.removedAt !== null) throw new UploadRefusal('FileNotFoundError');
  return JSON.stringify(uploadFileInfo(file));
}
