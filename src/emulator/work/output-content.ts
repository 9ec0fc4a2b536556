import { mixBits, unitInterval } from '../core/integer-hash.ts';
import type { FileContent } from '../files/project-files.ts';
import { mimeTypeOf } from './conversion-formats.ts';

const FORMAT_NAMES: Readonly<Record<string, string>> = { jpg: 'JPEG', thumbnail: 'PNG' };

/**
 * The content of an image that the emulator creates: a page of a document, a thumbnail, or a picture without
 * background.
 */
export function imageContent(
  format: string,
  size: { readonly width: number; readonly height: number; readonly bits: number },
): Omit<FileContent, 'name' | 'isReady'> {
  const mime = mimeTypeOf(format);
  const image = {
    dpi: null,
    width: size.width,
    format: FORMAT_NAMES[format] ?? format.toUpperCase(),
    height: size.height,
    sequence: false,
    color_mode: format === 'png' ? 'RGBA' : 'RGB',
    orientation: null,
    geo_location: null,
    datetime_original: null,
  };
  return {
    mimeType: mime,
    size: scaled(size.width * size.height * 0.3, size.bits),
    isImage: true,
    contentInfo: JSON.stringify({ mime: mimeInfo(mime), image }),
  };
}

/** The content of a document or an archive that a conversion creates. */
export function documentContent(
  format: string,
  bits: number,
): Omit<FileContent, 'name' | 'isReady'> {
  const mime = mimeTypeOf(format);
  return {
    mimeType: mime,
    size: scaled(60_000, bits),
    isImage: false,
    contentInfo: JSON.stringify({ mime: mimeInfo(mime) }),
  };
}

/** The content of a video that a conversion creates. It is as long as its source. */
export function videoContent(
  format: string,
  source: { readonly duration: number; readonly bits: number },
): Omit<FileContent, 'name' | 'isReady'> {
  const mime = mimeTypeOf(format);
  const bitrate = 600 + (source.bits % 1400);
  const video = {
    duration: source.duration,
    format: format === 'mp4' ? 'mpeg4' : format,
    bitrate,
    audio: [{ bitrate: 128, codec: 'aac', sample_rate: 44_100, channels: 2 }],
    video: [{ height: 720, width: 1280, frame_rate: 29.97, bitrate: bitrate - 128, codec: 'h264' }],
  };
  return {
    mimeType: mime,
    size: Math.ceil((bitrate * source.duration) / 8),
    isImage: false,
    contentInfo: JSON.stringify({ mime: mimeInfo(mime), video }),
  };
}

function mimeInfo(mime: string): object {
  const [type, subtype] = mime.split('/', 2);
  return { mime, type, subtype };
}

function scaled(bytes: number, bits: number): number {
  return Math.ceil(bytes * (0.5 + unitInterval(mixBits(bits, 7))));
}
