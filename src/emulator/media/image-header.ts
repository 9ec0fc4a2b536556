/** The data in the header of an image file, under the service's names (docs/uploadcare-api.md 2.1). */
export interface ImageHeader {
  readonly format: 'PNG' | 'JPEG' | 'GIF' | 'WEBP';
  readonly width: number;
  readonly height: number;
  readonly colorMode: string;
  readonly dpi: readonly [number, number] | null;
  /** True if the image is an animation. */
  readonly isSequence: boolean;
}

/** Reads the header of a PNG, JPEG, GIF or WebP. Returns undefined for other types and for damaged files. */
export function readImageHeader(bytes: Buffer, mimeType: string): ImageHeader | undefined {
  try {
    if (mimeType === 'image/png') return readPng(bytes);
    if (mimeType === 'image/jpeg') return readJpeg(bytes);
    if (mimeType === 'image/gif') return readGif(bytes);
    if (mimeType === 'image/webp') return readWebp(bytes);
  } catch (error) {
    // A RangeError means that the file ends within its header.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

const PNG_MODES: Readonly<Record<number, string>> = {
  0: 'L',
  2: 'RGB',
  3: 'P',
  4: 'LA',
  6: 'RGBA',
};
const METRES_AN_INCH = 0.0254;

function readPng(bytes: Buffer): ImageHeader | undefined {
  if (bytes.subarray(12, 16).toString('latin1') !== 'IHDR') return undefined;
  const density = bytes.indexOf('pHYs');
  const perInch = (at: number) => Math.round(bytes.readUInt32BE(at) * METRES_AN_INCH);
  const isInMetres = density > 0 && bytes[density + 12] === 1;
  const isBilevel = bytes[24] === 1 && bytes[25] === 0;
  return {
    format: 'PNG',
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    colorMode: isBilevel ? '1' : (PNG_MODES[bytes[25] ?? 2] ?? 'RGB'),
    dpi: isInMetres ? [perInch(density + 4), perInch(density + 8)] : null,
    isSequence: bytes.includes('acTL'),
  };
}

const JPEG_MODES: Readonly<Record<number, string>> = { 1: 'L', 3: 'RGB', 4: 'CMYK' };

function readJpeg(bytes: Buffer): ImageHeader | undefined {
  let dpi: [number, number] | null = null;
  for (let at = 2; bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xe0 && bytes[at + 11] === 1) {
      dpi = [bytes.readUInt16BE(at + 12), bytes.readUInt16BE(at + 14)];
    }
    if (isFrameStart(marker)) {
      return {
        format: 'JPEG',
        width: bytes.readUInt16BE(at + 7),
        height: bytes.readUInt16BE(at + 5),
        colorMode: JPEG_MODES[bytes[at + 9] ?? 3] ?? 'RGB',
        dpi,
        isSequence: false,
      };
    }
  }
  return undefined;
}

// True for the JPEG markers that start a frame: 0xC0 to 0xCF, except three with another meaning (DHT, JPG and
// DAC).
function isFrameStart(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function readGif(bytes: Buffer): ImageHeader {
  const control = Buffer.from([0x21, 0xf9, 0x04]);
  return {
    format: 'GIF',
    width: bytes.readUInt16LE(6),
    height: bytes.readUInt16LE(8),
    colorMode: 'P',
    dpi: null,
    // Each frame of an animated GIF has its own graphic control block. So a GIF with at least two such blocks
    // is an animation.
    isSequence: bytes.indexOf(control) !== bytes.lastIndexOf(control),
  };
}

function readWebp(bytes: Buffer): ImageHeader | undefined {
  const kind = bytes.subarray(12, 16).toString('latin1');
  const size = webpSize(bytes, kind);
  if (size === undefined) return undefined;
  const hasAlpha = kind === 'VP8X' && ((bytes[20] ?? 0) & 0x10) !== 0;
  const colorMode = hasAlpha ? 'RGBA' : 'RGB';
  const isSequence = kind === 'VP8X' && ((bytes[20] ?? 0) & 0x02) !== 0;
  return { format: 'WEBP', ...size, colorMode, dpi: null, isSequence };
}

function webpSize(bytes: Buffer, kind: string): { width: number; height: number } | undefined {
  if (kind === 'VP8X') {
    return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  }
  if (kind === 'VP8L') {
    const bits = bytes.readUInt32LE(21);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind !== 'VP8 ') return undefined;
  return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
}
