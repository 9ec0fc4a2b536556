import type { EmulatedFile } from '../core/emulated-file.ts';
import { sanitisedName } from '../core/sanitised-name.ts';
import { formatInstant } from '../protocol/wire-instant.ts';

/** Scheme and host of the links in an answer. */
export interface WireOrigins {
  /** Scheme and host of `url`, `next` and `previous`. */
  readonly api: string;
  /** Scheme and host of `original_file_url`. */
  readonly cdn: string;
}

/**
 * The JSON of a file for v0.7. The keys have the order that recordings of the real service show
 * (docs/uploadcare-api.md 2.1). It is built as text for speed, because a page can have 1,000 files.
 */
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
    `{"datetime_removed":${quotedInstant(file.removedAt)},"datetime_stored":${quotedInstant(file.storedAt)},` +
    `"datetime_uploaded":${quotedInstant(file.uploadedAt)},"is_image":${file.isImage},"is_ready":${file.isReady},` +
    `"mime_type":"${file.mimeType}","original_file_url":${original},` +
    `"original_filename":${JSON.stringify(file.name)},"size":${file.size},` +
    `"url":"${origins.api}/files/${file.uuid}/","uuid":"${file.uuid}","variations":${file.variations},` +
    `"content_info":${file.contentInfo},"metadata":${file.metadata}${tags}${appdata}}`
  );
}

function quotedInstant(micros: number | null): string {
  return micros === null ? 'null' : `"${formatInstant(micros)}"`;
}

interface ContentInfo {
  readonly image?: Readonly<Record<string, unknown>>;
  readonly video?: {
    readonly duration?: unknown;
    readonly format?: unknown;
    readonly bitrate?: unknown;
    readonly audio?: readonly object[];
    readonly video?: readonly object[];
  };
}

// The order of the keys in the newest recordings of the v0.6 API, from 2021 (recording
// `py.resources.file_create_local_copy`).
const IMAGE_FIELDS = [
  'width',
  'height',
  'format',
  'color_mode',
  'geo_location',
  'orientation',
  'dpi',
  'datetime_original',
  'sequence',
] as const;

/**
 * The JSON of a file for v0.6, in the order of keys that recordings of the real service show. v0.6 has image
 * and video details at the top level, and no metadata (docs/uploadcare-api.md 13).
 */
export function oldFileJson(
  file: EmulatedFile,
  origins: WireOrigins,
  include: 'plain' | 'rekognition',
): string {
  const content: ContentInfo | null = JSON.parse(file.contentInfo);
  const isFetchable = file.removedAt === null && file.isReady;
  const urlName = file.urlName ?? sanitisedName(file.name);
  return JSON.stringify({
    datetime_removed: instant(file.removedAt),
    datetime_stored: instant(file.storedAt),
    datetime_uploaded: instant(file.uploadedAt),
    image_info: imageInfo(content),
    is_image: file.isImage,
    is_ready: file.isReady,
    mime_type: file.mimeType,
    original_file_url: isFetchable ? `${origins.cdn}/${file.uuid}/${urlName}` : null,
    original_filename: file.name,
    size: file.size,
    url: `${origins.api}/files/${file.uuid}/`,
    uuid: file.uuid,
    variations: JSON.parse(file.variations),
    video_info: videoInfo(content),
    ...(include === 'rekognition' ? { rekognition_info: rekognitionInfo(file.appdata) } : {}),
  });
}

function imageInfo(content: ContentInfo | null): object | null {
  const image = content?.image;
  if (image === undefined) return null;
  return Object.fromEntries(IMAGE_FIELDS.map((field) => [field, image[field] ?? null]));
}

// The video details of a file in v0.6. v0.6 has one audio and one video track, while v0.7 has lists. This
// comes from the vendor's v0.6 reference: no recording of the real service shows a video in v0.6.
function videoInfo(content: ContentInfo | null): object | null {
  const video = content?.video;
  if (video === undefined) return null;
  const { duration, format, bitrate } = video;
  return {
    audio: video.audio?.[0] ?? null,
    video: video.video?.[0] ?? null,
    duration,
    format,
    bitrate,
  };
}

// The labels that `aws_rekognition_detect_labels` found, as an object from label to confidence. Null if the
// add-on never ran on the file. This comes from the vendor's v0.6 reference: no recording of the real service
// shows the field.
function rekognitionInfo(appdata: string): object | null {
  const apps: {
    aws_rekognition_detect_labels?: { data: { Labels: { Name: string; Confidence: number }[] } };
  } = JSON.parse(appdata);
  const labels = apps.aws_rekognition_detect_labels?.data.Labels;
  if (labels === undefined) return null;
  return Object.fromEntries(labels.map(({ Name, Confidence }) => [Name, Confidence]));
}

function instant(micros: number | null): string | null {
  return micros === null ? null : formatInstant(micros);
}
