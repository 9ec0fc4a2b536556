import { crc32, deflateSync } from 'node:zlib';

/** A valid PNG of any size in two colours: a checkerboard of eight fields a side. */
export function pngImage(
  width: number,
  height: number,
  colours: readonly [number, number],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // One bit a pixel, colours from a palette.
  header.writeUInt8(1, 8);
  header.writeUInt8(3, 9);
  const palette = Buffer.alloc(6);
  palette.writeUIntBE(colours[0], 0, 3);
  palette.writeUIntBE(colours[1], 3, 3);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('PLTE', palette),
    pngChunk('IDAT', deflateSync(pixels(width, height))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pixels(width: number, height: number): Buffer {
  const rowBytes = 1 + Math.ceil(width / 8);
  const field = Math.max(1, Math.ceil(rowBytes / 8));
  const row = Buffer.alloc(rowBytes);
  for (let at = 1; at < rowBytes; at += 1) row[at] = Math.floor(at / field) % 2 === 0 ? 0xff : 0;
  const inverse = Buffer.from(row.map((byte, at) => (at === 0 ? 0 : byte ^ 0xff)));
  const fieldRows = Math.max(1, Math.ceil(height / 8));
  const image = Buffer.alloc(rowBytes * height);
  for (let line = 0; line < height; line += 1) {
    (Math.floor(line / fieldRows) % 2 === 0 ? row : inverse).copy(image, line * rowBytes);
  }
  return image;
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}
