import { createHash } from 'node:crypto';
import type { EmulatedFile } from '../core/emulated-file.ts';
import { type CdnOperation, type CdnPath, frameSeconds } from './cdn-path.ts';
import {
  decodePicture,
  drawPicture,
  encodePicture,
  type Picture,
  type PictureSize,
  scalePicture,
} from './picture.ts';

/** The CDN's answer: the bytes and their MIME type, or the text of an error. */
export type CdnResult =
  | { readonly status: 200; readonly bytes: Buffer; readonly mimeType: string }
  | { readonly status: 400; readonly problem: string };

/** A file, and its bytes if they were uploaded. */
export interface CdnSource {
  readonly file: EmulatedFile;
  readonly uploaded: Buffer | undefined;
  /** The bytes of the file without any operation: as uploaded, or generated. */
  readonly original: () => Buffer;
}

interface ContentInfo {
  readonly image?: Partial<PictureSize>;
  readonly video?: { readonly duration?: number; readonly video?: readonly Partial<PictureSize>[] };
}

const LARGEST_SIDE = 5000;
const DEFAULT_SIDE = 64;
const PREVIEW_SIDE = 2048;
const DONE = new Set(['preview', 'resize', 'format']);

/**
 * Applies the operations of a CDN URL that change the size or format of an image, and extracts frames of
 * videos. All other operations are ignored, and files other than images stay unchanged. Both are assumptions:
 * no recording of the real service shows these cases.
 */
export function transformFile(
  source: CdnSource,
  { videoframe, operations }: Pick<CdnPath, 'videoframe' | 'operations'>,
): CdnResult {
  const { file } = source;
  const info: ContentInfo = JSON.parse(file.contentInfo) ?? {};
  if (videoframe !== null) return frameOf(file, info, { videoframe, operations });
  const isDone = operations.some(({ name }) => DONE.has(name));
  if (!isDone || file.isImage !== true) {
    const mimeType = file.mimeType || 'application/octet-stream';
    return { status: 200, bytes: source.original(), mimeType };
  }
  const decoded = source.uploaded === undefined ? undefined : decodePicture(source.uploaded);
  const size = decoded ?? sizeOf(info.image);
  const format = file.mimeType === 'image/jpeg' ? 'jpeg' : 'png';
  const picture = (target: PictureSize) =>
    decoded === undefined ? drawPicture(file.uuid, target) : scalePicture(decoded, target);
  return render({ size, format, picture }, operations);
}

function frameOf(
  { uuid }: EmulatedFile,
  { video }: ContentInfo,
  { videoframe, operations }: { readonly videoframe: string } & Pick<CdnPath, 'operations'>,
): CdnResult {
  if (video === undefined) return refused('The file is not a video.');
  const seconds = frameSeconds(videoframe);
  if (seconds === undefined) return refused(`Bad timestamp: ${videoframe}`);
  // Assumption: the service refuses a time after the end of the video. No recording of the real service shows
  // this case.
  if (seconds * 1000 > (video.duration ?? 0)) return refused('The video is shorter.');
  const seed = `${uuid} ${Math.floor(seconds)}`;
  const size = sizeOf(video.video?.[0]);
  const picture = (target: PictureSize) => drawPicture(seed, target);
  return render({ size, format: 'png', picture }, operations);
}

interface Rendering {
  readonly size: PictureSize;
  readonly format: 'jpeg' | 'png';
  readonly picture: (target: PictureSize) => Picture;
}

function render(rendering: Rendering, operations: readonly CdnOperation[]): CdnResult {
  let { size, format } = rendering;
  for (const { name, values } of operations) {
    const [value = ''] = values;
    if (name === 'format') format = formatOf(value) ?? format;
    const target = sizeAfter(name, size, value);
    if (target === undefined) return refused(`Cannot parse url part: ${name}/${value}`);
    size = target;
  }
  const bytes = encodePicture(rendering.picture(size), format);
  return { status: 200, bytes, mimeType: `image/${format}` };
}

// Selects the format of the new image; undefined to keep the old format. The emulator can't create WebP or
// AVIF. It sends a JPEG instead, so that the client still gets an image.
function formatOf(value: string): 'jpeg' | 'png' | undefined {
  if (value === 'preserve') return undefined;
  return value === 'png' ? 'png' : 'jpeg';
}

function sizeAfter(name: string, size: PictureSize, value: string): PictureSize | undefined {
  if (name === 'preview') return preview(size, value);
  return name === 'resize' ? resized(size, value) : size;
}

// The size that an image has after shrinking it to fit into a box. An image that is smaller than the box
// keeps its size.
function preview(size: PictureSize, value: string): PictureSize | undefined {
  const box = value === '' ? { width: PREVIEW_SIDE, height: PREVIEW_SIDE } : sides(value);
  if (box?.width === undefined || box.height === undefined) return undefined;
  const scale = Math.min(1, box.width / size.width, box.height / size.height);
  return scaled(size, scale);
}

function resized(size: PictureSize, value: string): PictureSize | undefined {
  const asked = sides(value);
  if (asked === undefined) return undefined;
  const { width, height } = asked;
  if (width !== undefined && height !== undefined) return { width, height };
  return scaled(size, width === undefined ? (height ?? 0) / size.height : width / size.width);
}

function sides(value: string): Partial<PictureSize> | undefined {
  const match = /^(\d*)x(\d*)$/.exec(value);
  const [width, height] = [match?.[1], match?.[2]].map((side) => Number(side || 0));
  if (match === null || (!width && !height)) return undefined;
  if (Math.max(width ?? 0, height ?? 0) > LARGEST_SIDE) return undefined;
  return { ...(width ? { width } : {}), ...(height ? { height } : {}) };
}

function scaled({ width, height }: PictureSize, scale: number): PictureSize {
  const side = (length: number) => Math.min(Math.max(Math.round(length * scale), 1), LARGEST_SIDE);
  return { width: side(width), height: side(height) };
}

function sizeOf(claimed: Partial<PictureSize> | undefined): PictureSize {
  return { width: claimed?.width || DEFAULT_SIDE, height: claimed?.height || DEFAULT_SIDE };
}

function refused(problem: string): CdnResult {
  return { status: 400, problem };
}

/**
 * The ETag header of an answer. It is computed only from the file and the operations, so the same URL always
 * has the same ETag.
 */
export function cdnTag(source: string, path: Pick<CdnPath, 'videoframe' | 'operations'>): string {
  const { videoframe, operations } = path;
  if (videoframe === null && operations.length === 0) return source;
  const done = JSON.stringify([source, videoframe, operations]);
  return createHash('sha256').update(done).digest('hex');
}
