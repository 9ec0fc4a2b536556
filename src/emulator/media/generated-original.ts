import { deriveSeed } from '../core/integer-hash.ts';
import {
  DOCX_ENTRIES,
  docContainer,
  mp4Container,
  oggContainer,
  webmContainer,
  zipArchive,
} from './containers.ts';
import type { DrawnImage } from './drawn-image.ts';
import { jpegImage } from './jpeg-image.ts';
import { pdfDocument } from './pdf-document.ts';
import { pngImage } from './png-image.ts';
import { gifImage, webpImage } from './tiny-images.ts';

/**
 * The properties of a file from which its bytes are generated. The same properties always give the same
 * bytes.
 */
export interface OriginalFacts {
  readonly uuid: string;
  readonly name: string;
  readonly mimeType: string;
  /** Size in bytes. */
  readonly size: number;
  /** JSON text of `content_info`. For an image, it contains the width and height. */
  readonly contentInfo: string;
}

// Maximum size of a file that is generated in full length. The bytes of a larger file are fewer than its
// `size` says.
const WRITTEN_OUT_BYTES = 16 * 1024 ** 2;
const DEFAULT_SIDE = 64;
// Maximum number of pixels of a drawn image. Drawing a larger one would take too long.
const DRAWN_PIXELS = 64 * 1024 ** 2;

/**
 * Generates the bytes of a file that was never uploaded. The result is a valid file of the right type. Up to
 * 16 MiB, it is at least as long as `size` says.
 */
export function generatedOriginal(facts: OriginalFacts): Buffer {
  const size = facts.size <= WRITTEN_OUT_BYTES ? facts.size : 0;
  const bytes = generate({ ...facts, size });
  // Adds zeros until the file is long enough. Programs ignore bytes after the end of an image.
  return bytes.length >= size ? bytes : Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
}

function generate(facts: OriginalFacts): Buffer {
  const { mimeType, size, uuid, name } = facts;
  const image = imageOf(facts);
  const { width, height, colour } = image;
  switch (mimeType) {
    case 'image/png':
      return pngImage(image);
    case 'image/jpeg':
      return jpegImage(image);
    case 'image/gif':
      return gifImage(width, height, colour);
    case 'image/webp':
      return webpImage(width, height, colour);
    case 'application/pdf':
      return pdfDocument(`${name} ${uuid}`, size);
    case 'application/zip':
      return zipArchive({ 'readme.txt': `${name} ${uuid}\n` }, size);
    case 'application/vnd.openxmlformats-officedocument.wordprocessingml.document':
      return zipArchive(DOCX_ENTRIES, size);
    case 'application/msword':
      return docContainer(size);
    case 'audio/ogg':
      return oggContainer(size);
    case 'video/webm':
      return webmContainer(size);
    case 'video/mp4':
    case 'video/quicktime':
      return mp4Container(size);
    default:
      return textOf(facts);
  }
}

function textOf({ mimeType, uuid, name, size }: OriginalFacts): Buffer {
  const line =
    mimeType === 'text/csv' ? `${uuid},${JSON.stringify(name)}\r\n` : `${name} ${uuid}\n`;
  return Buffer.alloc(size === 0 ? Buffer.byteLength(line) : size, line);
}

interface ClaimedImage {
  readonly width?: number;
  readonly height?: number;
  readonly dpi?: readonly [number, number] | null;
  readonly color_mode?: string;
}

// Describes the image to draw. It must have the width, height and colour mode that the file's `content_info`
// claims.
function imageOf({ contentInfo, uuid }: OriginalFacts): DrawnImage {
  const info: { image?: ClaimedImage } | null = JSON.parse(contentInfo);
  const { width = 0, height = 0, dpi = null, color_mode: colorMode = 'RGB' } = info?.image ?? {};
  const colour = deriveSeed(uuid, 'colour') & 0xffffff;
  const isDrawable = width > 0 && height > 0 && width * height <= DRAWN_PIXELS;
  const sides = isDrawable ? { width, height } : { width: DEFAULT_SIDE, height: DEFAULT_SIDE };
  return { ...sides, colour, dpi, colorMode };
}
