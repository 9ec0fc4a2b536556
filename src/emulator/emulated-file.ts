import { sanitisedName } from './sanitised-name.ts';
import { formatInstant } from './wire-instant.ts';

/** A file as the service knows it; instants are microseconds since 1970, objects are JSON text. */
export interface EmulatedFile {
  readonly uuid: string;
  readonly uploadedAt: number;
  readonly storedAt: number | null;
  readonly removedAt: number | null;
  readonly name: string;
  /** The name in `original_file_url` where it is not the sanitised one, as with converted documents. */
  readonly urlName?: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** Null while the service still looks at the file (api 2.1). */
  readonly isImage: boolean | null;
  readonly isReady: boolean;
  /** Conversion path to the UUID of its result, e.g. of a document; `null` for most (rb.rest_file_list_load). */
  readonly variations: string;
  readonly contentInfo: string;
  readonly metadata: string;
  readonly appdata: string;
  /** A JSON array (api 5); absent where there never were any. */
  readonly tags?: string;
}

/** Where the links inside a body lead. */
export interface WireOrigins {
  /** Scheme and host of `url`, `next` and `previous`. */
  readonly api: string;
  /** Scheme and host of `original_file_url`. */
  readonly cdn: string;
}

/** A file's v0.7 JSON in the recorded key order (api 2.1), built by hand: a page has 1,000. */
export function fileJson(
  file: EmulatedFile,
  origins: WireOrigins,
  include: 'plain' | 'appdata',
  areTagsShown: boolean,
): string {
  const isFetchable = file.removedAt === null && file.isReady;
  const original = isFetchable
    ? `"${origins.cdn}/${file.uuid}/${file.urlName ?? sanitisedName(file.name)}"`
    : 'null';
  const appdata = include === 'appdata' ? `,"appdata":${file.appdata}` : '';
  const tags = areTagsShown ? `,"tags":${file.tags ?? '[]'}` : '';
  return (
    `{"datetime_removed":${instant(file.removedAt)},"datetime_stored":${instant(file.storedAt)},` +
    `"datetime_uploaded":${instant(file.uploadedAt)},"is_image":${file.isImage},"is_ready":${file.isReady},` +
    `"mime_type":"${file.mimeType}","original_file_url":${original},` +
    `"original_filename":${JSON.stringify(file.name)},"size":${file.size},` +
    `"url":"${origins.api}/files/${file.uuid}/","uuid":"${file.uuid}","variations":${file.variations},` +
    `"content_info":${file.contentInfo},"metadata":${file.metadata}${tags}${appdata}}`
  );
}

function instant(micros: number | null): string {
  return micros === null ? 'null' : `"${formatInstant(micros)}"`;
}
