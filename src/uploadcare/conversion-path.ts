import type { FileUuid } from '../core/file-uuid.ts';

/** Options of a document conversion. An absent option has the service's default (api 7.1). */
export interface DocumentConversion {
  /** `pdf`, `jpg`, `docx` … */
  readonly format?: string;
  /** Page number from 1; only for image formats. */
  readonly page?: number;
  /** JPEG quality, 1 to 100. */
  readonly quality?: number;
  /** Resolution; only for image formats. */
  readonly dpi?: number;
}

/** Options of a video conversion. An absent option has the service's default (api 7.1). */
export interface VideoConversion {
  readonly format?: 'mp4' | 'webm' | 'ogg';
  readonly quality?: 'normal' | 'better' | 'best' | 'lighter' | 'lightest';
  readonly size?: {
    /** Pixels, divisible by four. One of width and height may be absent. */
    readonly width?: number;
    readonly height?: number;
    readonly mode?: 'preserve_ratio' | 'change_ratio' | 'scale_crop' | 'add_padding';
  };
  /** `HHH:MM:SS.sss` or `SSS.sss`. The length `end` means up to the end of the video. */
  readonly cut?: { readonly start: string; readonly length: string };
  /** Number of thumbnails: 1 to 50. */
  readonly thumbs?: number;
  /** Index of the only thumbnail to make, from 0; used with `thumbs`. */
  readonly thumbAt?: number;
}

/** The path of one document conversion: `<uuid>/document/-/format/pdf/`. */
export function documentPath(uuid: FileUuid, conversion: DocumentConversion): string {
  const { format, page, quality, dpi } = conversion;
  return join(`${uuid}/document/`, [
    format === undefined ? null : `format/${checkWord(format)}`,
    page === undefined ? null : `page/${page}`,
    quality === undefined ? null : `quality/${quality}`,
    dpi === undefined ? null : `dpi/${dpi}`,
  ]);
}

/** The path of one video conversion: `<uuid>/video/-/size/600x400/-/format/webm/`. */
export function videoPath(uuid: FileUuid, conversion: VideoConversion): string {
  const { format, quality, cut, size } = conversion;
  return join(`${uuid}/video/`, [
    size === undefined ? null : sizeOperation(size),
    quality === undefined ? null : `quality/${quality}`,
    format === undefined ? null : `format/${format}`,
    cut === undefined ? null : `cut/${checkTime(cut.start)}/${checkTime(cut.length)}`,
    thumbsOperation(conversion),
  ]);
}

/**
 * Normalizes a conversion path, so that the path that was sent and the path in the answer can be
 * compared: removes the host and the leading slash, and makes the UUID lower case.
 */
export function comparablePath(path: string): string {
  const bare = path.replace(/^https?:\/\/[^/]*/i, '').replace(/^\/+/, '');
  const end = bare.indexOf('/');
  return end === -1 ? bare.toLowerCase() : bare.slice(0, end).toLowerCase() + bare.slice(end);
}

function join(start: string, operations: readonly (string | null)[]): string {
  const given = operations.filter((operation) => operation !== null);
  return start + given.map((operation) => `-/${operation}/`).join('');
}

function sizeOperation({ width, height, mode }: NonNullable<VideoConversion['size']>): string {
  const size = `size/${width ?? ''}x${height ?? ''}`;
  return mode === undefined ? size : `${size}/${mode}`;
}

function thumbsOperation({ thumbs, thumbAt }: VideoConversion): string | null {
  if (thumbs === undefined) return null;
  return thumbAt === undefined ? `thumbs~${thumbs}` : `thumbs~${thumbs}/${thumbAt}`;
}

/** Rejects a slash, which would start another operation. */
function checkWord(format: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,19}$/i.test(format)) return format;
  throw new Error(`Not a format: ${JSON.stringify(format.slice(0, 40))}; expected e.g. pdf`);
}

function checkTime(time: string): string {
  if (/^(end|(\d{1,3}:){0,2}\d{1,6}(\.\d{1,3})?)$/.test(time)) return time;
  throw new Error(`Not a time: ${JSON.stringify(time.slice(0, 40))}; expected e.g. 0:01:30.0`);
}
