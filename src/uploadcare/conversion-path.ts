import type { FileUuid } from '../core/file-uuid.ts';

/** What becomes of a document; what is absent is the service's default (api 7.1). */
export interface DocumentConversion {
  /** `pdf`, `jpg`, `docx` … */
  readonly format?: string;
  /** From 1; only for images. */
  readonly page?: number;
  /** Of a JPEG: 1 to 100. */
  readonly quality?: number;
  /** Of an image. */
  readonly dpi?: number;
}

/** What becomes of a video; what is absent is the service's default (api 7.1). */
export interface VideoConversion {
  readonly format?: 'mp4' | 'webm' | 'ogg';
  readonly quality?: 'normal' | 'better' | 'best' | 'lighter' | 'lightest';
  readonly size?: {
    /** Pixels, divisible by four; one of the two may be absent. */
    readonly width?: number;
    readonly height?: number;
    readonly mode?: 'preserve_ratio' | 'change_ratio' | 'scale_crop' | 'add_padding';
  };
  /** `HHH:MM:SS.sss` or `SSS.sss`; a length of `end` is up to the end. */
  readonly cut?: { readonly start: string; readonly length: string };
  /** How many thumbnails: 1 to 50. */
  readonly thumbs?: number;
  /** The one thumbnail to make, from 0; with `thumbs`. */
  readonly thumbAt?: number;
}

/** `<uuid>/document/-/format/pdf/`: one path a conversion. */
export function documentPath(uuid: FileUuid, conversion: DocumentConversion): string {
  const { format, page, quality, dpi } = conversion;
  return join(`${uuid}/document/`, [
    format === undefined ? null : `format/${checkWord(format)}`,
    page === undefined ? null : `page/${page}`,
    quality === undefined ? null : `quality/${quality}`,
    dpi === undefined ? null : `dpi/${dpi}`,
  ]);
}

/** `<uuid>/video/-/size/600x400/-/format/webm/`: one path a conversion. */
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
 * A path as the service may write it in its answer and as we wrote it, made equal: without host,
 * leading slash and letter case of the UUID.
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

/** A slash in it would be another operation. */
function checkWord(format: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,19}$/i.test(format)) return format;
  throw new Error(`Not a format: ${JSON.stringify(format.slice(0, 40))}; expected e.g. pdf`);
}

function checkTime(time: string): string {
  if (/^(end|(\d{1,3}:){0,2}\d{1,6}(\.\d{1,3})?)$/.test(time)) return time;
  throw new Error(`Not a time: ${JSON.stringify(time.slice(0, 40))}; expected e.g. 0:01:30.0`);
}
