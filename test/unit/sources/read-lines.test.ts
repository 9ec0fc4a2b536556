import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Line, MAX_LINE_BYTES, readLines } from '../../../src/sources/read-lines.ts';

const START = { offset: 0, line: 1 };

async function* chunksOf(bytes: Uint8Array, size: number) {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function linesOf(
  text: string | Uint8Array,
  { size = 7, from = START } = {},
): Promise<Line[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const lines: Line[] = [];
  for await (const block of readLines(chunksOf(bytes.subarray(from.offset), size), from))
    lines.push(...block);
  return lines;
}

test('lines end with \\n or \\r\\n, and the last one with nothing', async () => {
  const lines = await linesOf('a\r\n\nb');
  expect(lines.map(({ no, text, fault }) => [no, text, fault])).toEqual([
    [1, 'a', null],
    [2, '', null],
    [3, 'b', null],
  ]);
  expect(lines.map(({ next }) => next.offset)).toEqual([3, 4, 5]);
});

test('a text of nothing has no lines', async () => {
  expect(await linesOf('')).toEqual([]);
  expect(await linesOf('a\n')).toHaveLength(1);
});

test('however a text is cut into chunks, its lines are the same, and any line can be gone on from', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n\0\ufeff]/g, '')),
        { maxLength: 8 },
      ),
      fc.integer({ min: 1, max: 20 }),
      async (texts, size) => {
        const text = texts.join('\n');
        const whole = await linesOf(text, { size: 1000 });
        expect(await linesOf(text, { size })).toEqual(whole);
        for (const [place, { next }] of whole.entries()) {
          expect(await linesOf(text, { size, from: next })).toEqual(whole.slice(place + 1));
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('a UTF-8 byte order mark is no part of the first line, and counts as bytes', async () => {
  const [first] = await linesOf('\ufeffid\nx');
  expect(first).toMatchObject({ text: 'id', next: { offset: 6, line: 2 } });
});

test('a line of 10 MB is told by its number, in little memory, and the next one is good', async () => {
  const chunk = new Uint8Array(64 * 1024).fill(0x61);
  async function* huge() {
    for (let count = 0; count < 160; count += 1) yield chunk;
    yield new TextEncoder().encode('\ngood\n');
  }
  const before = process.memoryUsage().arrayBuffers;
  const lines: Line[] = [];
  for await (const block of readLines(huge(), START)) lines.push(...block);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
  expect(lines).toMatchObject([
    { no: 1, text: '', fault: 'is longer than 65536 bytes' },
    { no: 2, text: 'good', fault: null },
  ]);
});

test('a line may have 64 KB, and not a byte more', async () => {
  const lines = await linesOf(`${'a'.repeat(MAX_LINE_BYTES)}\n${'b'.repeat(MAX_LINE_BYTES + 1)}`, {
    size: 9999,
  });
  expect(lines.map(({ fault }) => fault === null)).toEqual([true, false]);
});

test.each([
  ['a NUL', Uint8Array.from([0x61, 0, 0x62, 0x0a, 0x63]), /NUL/],
  ['bytes that are not UTF-8', Uint8Array.from([0xc3, 0x28, 0x0a, 0x63]), /not UTF-8/],
  ['half a surrogate', Uint8Array.from([0xed, 0xa0, 0x80, 0x0a, 0x63]), /not UTF-8/],
])('a line with %s is bad alone', async (_, bytes, fault) => {
  const lines = await linesOf(bytes);
  expect(lines[0]?.fault).toMatch(fault);
  expect(lines[1]).toMatchObject({ no: 2, text: 'c', fault: null });
});
