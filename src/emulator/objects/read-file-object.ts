import { sanitisedName } from '../core/sanitised-name.ts';
import type { FileSpec } from '../files/file-spec.ts';
import type { ObjectReader } from './object-reader.ts';

/** Reads a file in the format of the v0.7 API (docs/uploadcare-api.md 2.1). Ignores unknown fields. */
export function readFileObject(reader: ObjectReader): FileSpec {
  const field = (name: string) => reader.field(name);
  const name = field('original_filename').optional((value) => value.string()) ?? '';
  const mimeType = field('mime_type').optional((value) => value.string());
  const appdata = field('appdata').optional((value) => value.object());
  const tags = field('tags').optional((value) => value.items().map((tag) => tag.string()));
  const contentInfo = field('content_info');
  const variations = field('variations').nullable((value) => value.strings());
  return {
    uuid: field('uuid').uuid(),
    name,
    ...urlNameOf(field('original_file_url'), name),
    ...(mimeType === undefined ? {} : { mimeType }),
    size: field('size').optional((value) => value.count()) ?? 0,
    isImage: field('is_image').nullable((value) => value.boolean()),
    isReady: field('is_ready').optional((value) => value.boolean()) ?? true,
    uploadedAt: field('datetime_uploaded').instant(),
    storedAt: field('datetime_stored').nullable((value) => value.instant()),
    removedAt: field('datetime_removed').nullable((value) => value.instant()),
    variations,
    ...(contentInfo.isAbsent
      ? {}
      : { contentInfo: contentInfo.nullable((value) => value.object()) }),
    metadata: field('metadata').optional((value) => value.strings()) ?? {},
    ...(appdata === undefined ? {} : { appdata }),
    ...(tags === undefined ? {} : { tags }),
  };
}

// Returns the name at the end of `original_file_url`, but only if it can't be computed from the file's name.
function urlNameOf(url: ObjectReader, name: string): { urlName?: string } {
  const urlName = url
    .optional((value) => value.string())
    ?.split('/')
    .at(-1);
  return urlName === undefined || urlName === sanitisedName(name) ? {} : { urlName };
}
