import { UploadRefusal } from '../protocol/upload-refusal.ts';
import type { UploadAttributes } from './upload-attributes.ts';
import type { UploadForm } from './upload-form.ts';
import type { UploadProject } from './upload-project.ts';

// The limits of metadata (docs/uploadcare-api.md 4) and of tags (docs/uploadcare-api.md 5).
const METADATA = { keys: 50, keyLength: 64, valueLength: 512, keyForm: /^[A-Za-z0-9_.:-]+$/ };
const TAGS = { count: 50, length: 100, form: /^[a-z0-9._-]+$/ };
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_CHARACTERS = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * Reads the store flag, the metadata and the tags of an upload. `storeField` is the name of the field with
 * the store flag, which depends on the endpoint.
 */
export function readAttributes(
  form: UploadForm,
  storeField: 'UPLOADCARE_STORE' | 'store',
  project: UploadProject,
): UploadAttributes {
  return {
    isStored: readStore(form.get(storeField), project),
    metadata: readMetadata(form),
    tags: readTags(form),
  };
}

// Reads the store flag. Any value except those checked here means `auto`. Recordings show a stored file for
// the value `false`, and an unstored file if the field is missing (`rbnext.upload_upload_from_url`,
// `rbnext.upload_upload_from_url_progress`).
function readStore(value: string, { project, settings }: UploadProject): boolean {
  if (value === '1' || value === 'true') return true;
  if (value === '0') return false;
  const asked = value === '' ? settings.uploadStoreDefault : 'auto';
  return asked === 'auto' && project.isAutostored;
}

function readMetadata(form: UploadForm): string {
  const metadata = new Map<string, string>();
  for (const { key, value } of form.bracketed('metadata')) {
    const problem = metadataProblem(key, value);
    if (problem !== undefined) throw new UploadRefusal(problem, [key]);
    if (metadata.has(key)) throw new UploadRefusal('FileMetadataKeyDuplicatedError', [key]);
    metadata.set(key, value);
  }
  if (metadata.size > METADATA.keys) throw new UploadRefusal('FileMetadataKeysNumberTooBigError');
  return JSON.stringify(Object.fromEntries([...metadata].sort(byStoredOrder)));
}

function metadataProblem(key: string, value: string) {
  if (key === '') return 'FileMetadataKeyEmptyError';
  if (key.length > METADATA.keyLength) return 'FileMetadataKeyLengthTooBigError';
  if (!METADATA.keyForm.test(key)) return 'FileMetadataKeyForbiddenError';
  if (value === '') return 'FileMetadataValueEmptyError';
  if (value.length > METADATA.valueLength) return 'FileMetadataValueLengthTooBigError';
  // Assumption: a value may not contain these control characters. No recording of the real service shows
  // which ones the service refuses.
  if (CONTROL_CHARACTERS.test(value)) return 'FileMetadataValueForbiddenError';
  return undefined;
}

// Compares two metadata keys. The service stores shorter keys first, whatever their order in the request: in
// the recording `py.resources.file_upload_by_url_with_metadata`, the client sent them in the opposite order.
function byStoredOrder([a]: [string, string], [b]: [string, string]): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

// Reads the tags. Only the text of the error for too many tags is known (docs/uploadcare-api.md 5). The rest
// is an assumption: no recording of the real service shows an upload with tags.
function readTags(form: UploadForm): string | undefined {
  const sent = [form.get('tags'), ...form.bracketed('tags').map(({ value }) => value)].join(',');
  const tags = [...new Set(sent.split(',').map((tag) => tag.trim().toLowerCase()))].filter(Boolean);
  if (tags.length > TAGS.count) {
    throw tagRefusal(`Too many tags: ${tags.length} (max ${TAGS.count}).`);
  }
  for (const tag of tags) {
    if (tag.length > TAGS.length) throw tagRefusal(`Tag is too long: ${tag} (max ${TAGS.length}).`);
    if (!TAGS.form.test(tag)) throw tagRefusal(`Invalid tag: ${tag}.`);
  }
  return tags.length === 0 ? undefined : JSON.stringify(tags);
}

function tagRefusal(message: string): UploadRefusal {
  return new UploadRefusal('UploadViewsError', [message]);
}
