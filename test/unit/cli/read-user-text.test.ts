import { expect, test } from 'vitest';
import { readUserText } from '../../../src/cli/read-user-text.ts';

async function* chunksOf(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function read(bytes: Uint8Array, chunk = bytes.length) {
  return readUserText(chunksOf(bytes, chunk));
}

test('a UTF-8 text is read whole, however it comes in', async () => {
  const text = 'name: geschützt\n日本語 🙂\n';
  for (const chunk of [1, 3, 1000]) {
    expect(await read(Buffer.from(text), chunk)).toEqual({ text });
  }
  expect(await read(Buffer.alloc(0))).toEqual({ text: '' });
});

test.each([
  ['Latin-1', Buffer.from('a: b\nname: geschützt*\n', 'latin1'), { line: 2, column: 12 }],
  [
    'after characters of two bytes',
    Buffer.from([0xc3, 0xa9, 0x0a, 0xc3, 0xa9, 0xff]),
    { line: 2, column: 2 },
  ],
  ['UTF-16', Buffer.from('\ufeffa', 'utf16le'), { line: 1, column: 1 }],
  ['cut off', Buffer.from([0x61, 0xe2, 0x82]), { line: 1, column: 2 }],
])('the place of the first byte that is not UTF-8 is named: %s', async (_, bytes, place) => {
  expect(await read(bytes)).toEqual(place);
});
