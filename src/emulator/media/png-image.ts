import { crc32, deflateSync } from 'node:zlib';
import type { DrawnImage } from './drawn-image.ts';

const INCHES_A_METRE = 39.37;
const FIELDS = 8;
// For each colour mode, the PNG colour type and the bytes per pixel. An image with a palette of two colours
// needs one bit per pixel.
const KINDS: Readonly<Record<string, readonly [type: number, bytes: number]>> = {
  L: [0, 1],
  RGB: [2, 3],
  LA: [4, 2],
  RGBA: [6, 4],
};
const PALETTE = [3, 1 / 8] as const;
// Maximum number of pixels of an image in full colours. A larger image gets a palette of two colours, because
// drawing it in full colours would take about a second.
const TRUE_COLOUR_PIXELS = 4 * 1024 ** 2;

/** A valid PNG of any size. It shows stripes that alternate between a colour and its opposite. */
export function pngImage({ width, height, colour, dpi, colorMode }: DrawnImage): Buffer {
  const isSmall = width * height <= TRUE_COLOUR_PIXELS;
  const [type, bytes] = (isSmall ? KINDS[colorMode] : undefined) ?? PALETTE;
  const isPalette = type === PALETTE[0];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(isPalette ? 1 : 8, 8);
  header.writeUInt8(type, 9);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    dpi === null ? Buffer.alloc(0) : pngChunk('pHYs', density(dpi)),
    isPalette ? pngChunk('PLTE', palette(colour)) : Buffer.alloc(0),
    pngChunk('IDAT', deflateSync(stripes(height, Math.ceil(width * bytes), pixel(colour, bytes)))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

// Draws the stripes. Each line of a PNG starts with a byte that names a filter, and 0 means no filter.
function stripes(height: number, lineBytes: number, fill: Buffer): Buffer {
  const line = Buffer.concat([Buffer.alloc(1), Buffer.alloc(lineBytes, fill)]);
  const opposite = Buffer.concat([
    Buffer.alloc(1),
    Buffer.alloc(lineBytes, Buffer.from(fill.map((byte) => byte ^ 0xff))),
  ]);
  const stripe = Math.ceil(height / FIELDS);
  const image = Buffer.alloc(line.length * height);
  for (let row = 0; row < height; row += 1) {
    (Math.floor(row / stripe) % 2 === 0 ? line : opposite).copy(image, row * line.length);
  }
  return image;
}

function pixel(colour: number, bytes: number): Buffer {
  const rgb = [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
  if (bytes < 1) return Buffer.from([0]);
  // If the colour mode has transparency, every second stripe is transparent.
  return Buffer.from(bytes % 2 === 0 ? [...rgb.slice(0, bytes - 1), 0xff] : rgb.slice(0, bytes));
}

function palette(colour: number): Buffer {
  const colours = Buffer.alloc(6);
  colours.writeUIntBE(colour, 0, 3);
  colours.writeUIntBE(colour ^ 0xffffff, 3, 3);
  return colours;
}

function density([x, y]: readonly [number, number]): Buffer {
  const data = Buffer.alloc(9, 1);
  data.writeUInt32BE(Math.round(x * INCHES_A_METRE), 0);
  data.writeUInt32BE(Math.round(y * INCHES_A_METRE), 4);
  return data;
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}
