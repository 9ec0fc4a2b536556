import type { DrawnImage } from './drawn-image.ts';

// JPEG divides an image into blocks of 8 × 8 pixels.
const BLOCK = 8;

/**
 * A valid JPEG of any size in one shade of grey. To keep the file small, only the first block sets the shade.
 * Each other block is two bits, which mean "same shade as the block before".
 */
export function jpegImage({ width, height, colour, dpi, colorMode }: DrawnImage): Buffer {
  const components = colorMode === 'L' ? [1] : [1, 2, 3];
  const blocks = Math.ceil(width / BLOCK) * Math.ceil(height / BLOCK);
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, ...density(dpi), 0, 0]),
    // With 8 as every divisor, a change of the DC value by one changes the grey by exactly one shade.
    segment(0xdb, [0, ...Array.from({ length: 64 }, () => BLOCK)]),
    segment(0xc0, [8, ...size, components.length, ...components.flatMap((id) => [id, 0x11, 0])]),
    // The code tables. DC: code 0 means "same shade", code 10 means "a change in seven bits follows". AC:
    // code 0 ends the block.
    segment(0xc4, [0x00, 1, 1, ...zeros(14), 0, 7]),
    segment(0xc4, [0x10, 1, ...zeros(15), 0]),
    segment(0xda, [components.length, ...components.flatMap((id) => [id, 0]), 0, 63, 0]),
    scan(blocks * components.length, colour & 0xff),
    Buffer.from([0xff, 0xd9]),
  ]);
}

// The header's density fields: dots per inch. If `dpi` is null, they only say that pixels are square.
function density(dpi: DrawnImage['dpi']): number[] {
  const [x, y] = dpi ?? [1, 1];
  return [dpi === null ? 0 : 1, x >> 8, x & 0xff, y >> 8, y & 0xff];
}

function segment(marker: number, data: readonly number[]): Buffer {
  const length = data.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 0xff, ...data]);
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}

// The compressed pixels. The first block sets the shade in 9 bits, and each other block is two zero bits.
// Ones fill the last byte. No byte can be 0xff, so JPEG's escaping of 0xff is not needed.
function scan(blocks: number, shade: number): Buffer {
  const bits = `10${changeBits(shade)}0`;
  const total = bits.length + 2 * (blocks - 1);
  const data = Buffer.alloc(Math.ceil(total / 8));
  for (const [at, bit] of [...bits].entries()) {
    if (bit === '1') data[at >> 3] = (data[at >> 3] ?? 0) | (0x80 >> (at & 7));
  }
  const last = data.length - 1;
  data[last] = (data[last] ?? 0) | ((1 << (data.length * 8 - total)) - 1);
  return data;
}

// The difference between the shade and middle grey, in the seven bits that JPEG uses. A positive difference
// (64 to 127) is written unchanged. A negative one (−127 to −64) is written after adding 127.
function changeBits(shade: number): string {
  const step = 64 + (shade & 0x3f);
  return (shade >= 128 ? step : 127 - step).toString(2).padStart(7, '0');
}
