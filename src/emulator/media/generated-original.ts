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

/** The properties from which an original is generated. The same file always has the same bytes. */
export interface OriginalFacts {
  readonly uuid: string;
  readonly name: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** JSON text with the width and height of an image. */
  readonly contentInfo: string;
}

// Larger originals are not generated completely: the served bytes are shorter than the file's size.
const WRITTEN_OUT_BYTES = 16 * 1024 ** 2;
const DEFAULT_SIDE = 64;
// Larger images would take too long to draw.
const DRAWN_PIXELS = 64 * 1024 ** 2;

/** A valid file of the right type, exactly as long as it should be up to 16 MiB. */
export function generatedOriginal(facts: OriginalFacts): Buffer {
  const size = facts.size <= WRITTEN_OUT_BYTES ? facts.size : 0;
  const bytes = generate({ ...facts, size });
  // Viewers of images ignore bytes after the end.
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

// The bytes match the properties of the file.
function imageOf({ contentInfo, uuid }: OriginalFacts): DrawnImage {
  const info: { image?: ClaimedImage } | null = JSON.parse(contentInfo);
  const { width = 0, height = 0, dpi = null, color_mode: colorMode = 'RGB' } = info?.image ?? {};
  const colour = deriveSeed(uuid, 'colour') & 0xffffff;
  const isDrawable = width > 0 && height > 0 && width * height <= DRAWN_PIXELS;
  const sides = isDrawable ? { width, height } : { width: DEFAULT_SIDE, height: DEFAULT_SIDE };
  return { ...sides, colour, dpi, colorMode };
}
