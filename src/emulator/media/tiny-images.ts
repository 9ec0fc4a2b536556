/** A valid GIF of any size: an area in one colour, and a frame of a single pixel. */
export function gifImage(width: number, height: number, colour: number): Buffer {
  const head = Buffer.alloc(13);
  head.write('GIF89a', 0, 'latin1');
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  // A palette of two colours. The first one is the colour of the area.
  head.writeUInt8(0x80, 10);
  const palette = Buffer.alloc(6);
  palette.writeUIntBE(colour, 0, 3);
  const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3b];
  return Buffer.concat([head, palette, Buffer.from(frame)]);
}

/**
 * A valid lossless WebP in one colour. Each of its code tables has a single symbol, so the pixels need no
 * bits at all.
 */
export function webpImage(width: number, height: number, colour: number): Buffer {
  const bits = new BitWriter();
  bits.write(0x2f, 8);
  bits.write(width - 1, 14);
  bits.write(height - 1, 14);
  // The header says: no alpha, version 0. The next bits say: no transform, no colour cache, no meta codes.
  bits.write(0, 4);
  bits.write(0, 3);
  for (const symbol of [(colour >> 8) & 0xff, (colour >> 16) & 0xff, colour & 0xff, 255]) {
    // A code table with one symbol of eight bits.
    bits.write(0b1_0_1, 3);
    bits.write(symbol, 8);
  }
  // The code table for distances: one symbol of one bit.
  bits.write(0b0_0_1, 3);
  bits.write(0, 1);
  return riff('WEBP', 'VP8L', bits.take());
}

function riff(form: string, chunk: string, data: Buffer): Buffer {
  const padded = data.length + (data.length & 1);
  const file = Buffer.alloc(20 + padded);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(12 + padded, 4);
  file.write(form + chunk, 8, 'latin1');
  file.writeUInt32LE(data.length, 16);
  data.copy(file, 20);
  return file;
}

class BitWriter {
  readonly #bits: number[] = [];

  /** Writes the lowest bit first, as lossless WebP requires. */
  write(value: number, count: number): void {
    for (let bit = 0; bit < count; bit += 1) this.#bits.push((value >>> bit) & 1);
  }

  take(): Buffer {
    const bytes = Buffer.alloc(Math.ceil(this.#bits.length / 8));
    for (const [at, bit] of this.#bits.entries()) {
      if (bit === 1) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
    }
    return bytes;
  }
}
