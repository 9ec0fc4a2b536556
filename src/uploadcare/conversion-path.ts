import type { FileUuid } from '../core/file-uuid.ts';

/**
 * Options of a document conversion. For a missing option, Uploadcare uses its default (docs/uploadcare-api.md
 * 7.1).
 */
export interface DocumentConversion {
  /** The format of the new file, such as `pdf`, `jpg` or `docx`. */
  readonly format?: string;
  /** The page to convert, from 1. Only for image formats. */
  readonly page?: number;
  /** JPEG quality from 1 to 100. */
  readonly quality?: number;
  /** The resolution in dots per inch. Only for image formats. */
  readonly dpi?: number;
}

/**
 * Options of a video conversion. For a missing option, Uploadcare uses its default (docs/uploadcare-api.md
 * 7.1).
 */
export interface VideoConversion {
  readonly format?: 'mp4' | 'webm' | 'ogg';
  readonly quality?: 'normal' | 'better' | 'best' | 'lighter' | 'lightest';
  readonly size?: {
    /** Width and height in pixels, divisible by four. One of them may be missing. */
    readonly width?: number;
    readonly height?: number;
    readonly mode?: 'preserve_ratio' | 'change_ratio' | 'scale_crop' | 'add_padding';
  };
  /**
   * The part of the video to convert. Times are written `HHH:MM:SS.sss` or `SSS.sss`. The length `end` means
   * the rest of the video.
   */
  readonly cut?: { readonly start: string; readonly length: string };
  /** The number of thumbnails to make, 1 to 50. */
  readonly thumbs?: number;
  /**
   * The index (from 0) of one of the `thumbs` thumbnails. If it is given, the service makes only this
   * thumbnail.
   */
  readonly thumbAt?: number;
}

/**
 * Returns the path that describes a document conversion in a request, such as
 * `<uuid>/document/-/format/pdf/`.
 */
export function documentPath(uuid: FileUuid, conversion: DocumentConversion): string {
  const { format, page, quality, dpi } = conversion;
  return join(`${uuid}/document/`, [
    format === undefined ? null : `format/${checkWord(format)}`,
    page === undefined ? null : `page/${page}`,
    quality === undefined ? null : `quality/${quality}`,
    dpi === undefined ? null : `dpi/${dpi}`,
  ]);
}

/**
 * Returns the path that describes a video conversion in a request, such as
 * `<uuid>/video/-/size/600x400/-/format/webm/`.
 */
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
 * Normalizes a conversion path: removes the host and the slash at the start, and writes the UUID in lower
 * case. ucbulk can then compare the path in a request with the path in its answer.
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

/**
 * Throws if a format contains a slash. A slash would end the format, and the rest would become another
 * operation in the path.
 */
function checkWord(format: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,19}$/i.test(format)) return format;
  throw new Error(`Not a format: ${JSON.stringify(format.slice(0, 40))}; expected e.g. pdf`);
}

function checkTime(time: string): string {
  if (/^(end|(\d{1,3}:){0,2}\d{1,6}(\.\d{1,3})?)$/.test(time)) return time;
  throw new Error(`Not a time: ${JSON.stringify(time.slice(0, 40))}; expected e.g. 0:01:30.0`);
}
