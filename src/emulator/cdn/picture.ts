import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { deriveSeed } from '../core/integer-hash.ts';

/** An image as pixels in memory. A pixel has four bytes: red, green, blue, opacity. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

/** Width and height in pixels. */
export type PictureSize = Pick<Picture, 'width' | 'height'>;

const STRIPES = 8;
const JPEG_QUALITY = 80;
const DECODED_MEGAPIXELS = 40;
const DECODED_MEGABYTES = 512;

/**
 * Decodes a JPEG or PNG. Returns undefined for another format, a damaged file, or an image that is too large.
 */
export function decodePicture(bytes: Buffer): Picture | undefined {
  try {
    if (bytes.subarray(0, 2).toString('hex') === 'ffd8') {
      return jpeg.decode(bytes, {
        maxResolutionInMP: DECODED_MEGAPIXELS,
        maxMemoryUsageInMB: DECODED_MEGABYTES,
        formatAsRGBA: true,
        useTArray: false,
      });
    }
    const isPng = bytes.subarray(1, 4).toString('latin1') === 'PNG';
    const pixels = isPng ? bytes.readUInt32BE(16) * bytes.readUInt32BE(20) : 0;
    return pixels > 0 && pixels <= DECODED_MEGAPIXELS * 1e6 ? PNG.sync.read(bytes) : undefined;
  } catch {
    // Both decoders throw an ordinary `Error` if they can't read the data. So any error here means that the
    // picture can't be decoded.
    return undefined;
  }
}

/**
 * Draws a picture for a file whose bytes were never uploaded: stripes from light to dark in one colour.
 * `seed` decides the colour and the position of the lightest stripe.
 */
export function drawPicture(seed: string, { width, height }: PictureSize): Picture {
  const colour = deriveSeed(seed, 'colour') & 0xffffff;
  const first = deriveSeed(seed, 'first stripe') % STRIPES;
  const data = Buffer.alloc(width * height * 4, 0xff);
  const line = Buffer.alloc(width * 4, 0xff);
  let drawn = -1;
  for (let y = 0; y < height; y += 1) {
    const stripe = Math.floor((y * STRIPES) / height);
    if (stripe !== drawn) fillLine(line, colour, 1 - ((stripe + first) % STRIPES) / STRIPES);
    drawn = stripe;
    line.copy(data, y * line.length);
  }
  return { width, height, data };
}

/** Scales a picture. Each new pixel copies the nearest pixel of the source. */
export function scalePicture(picture: Picture, { width, height }: PictureSize): Picture {
  if (picture.width === width && picture.height === height) return picture;
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(((y + 0.5) * picture.height) / height) * picture.width;
    for (let x = 0; x < width; x += 1) {
      const from = (row + Math.floor(((x + 0.5) * picture.width) / width)) * 4;
      data.writeUInt32LE(picture.data.readUInt32LE(from), (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

export function encodePicture(picture: Picture, format: 'jpeg' | 'png'): Buffer {
  if (format === 'jpeg') return jpeg.encode(picture, JPEG_QUALITY).data;
  const png = new PNG({ width: picture.width, height: picture.height });
  picture.data.copy(png.data);
  return PNG.sync.write(png);
}

function fillLine(line: Buffer, colour: number, light: number): void {
  for (let at = 0; at < line.length; at += 4) {
    for (const [place, shift] of [16, 8, 0].entries()) {
      line[at + place] = Math.round(((colour >> shift) & 0xff) * light);
    }
  }
}
