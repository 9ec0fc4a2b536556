import { expect, test } from 'vitest';
import { readableList } from '../../../../src/cli/one-liners/list-text.ts';

const A = '6bb67c5a-7b4e-4a0c-9e6b-1c1a3fc1a001';
const B = '6bb67c5a-7b4e-4a0c-9e6b-1c1a3fc1a002';

/** Reads a list that arrives in pieces of `size` bytes. */
async function read(text: string, size = 7): Promise<string> {
  async function* pieces() {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const parts: Uint8Array[] = [];
  for await (const part of readableList(pieces())) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

test.each([
  ['nothing', ''],
  ['one a line', `${A}\n${B}\n`],
  ['CSV', `uuid,name\n${A},"ä, b"\n`],
  ['NDJSON', `{"uuid":"${A}"}\n{"uuid":"${B}"}\n`],
  ['a CSV with a column UUID', `UUID,SIZE\n${A},3\n`],
])('%s passes unchanged', async (_, text) => {
  expect(await read(text)).toBe(text);
});

test.each([
  ['an array of objects', `[{"uuid":"${A}"},\n {"uuid":"${B}"}]`],
  [
    'an answer of the REST API',
    `{\n  "next": null,\n  "results": [{"uuid":"${A}"},{"uuid":"${B}"}]\n}`,
  ],
  ['such an answer in one line', `{"next":null,"results":[{"uuid":"${A}"},{"uuid":"${B}"}]}\n`],
  ['an array with a byte order mark', `\uFEFF[{"uuid":"${A}"},{"uuid":"${B}"}]`],
])('%s becomes one value a line', async (_, text) => {
  expect(await read(text)).toBe(`{"uuid":"${A}"}\n{"uuid":"${B}"}\n`);
});

test('an array of texts and a single object in several lines are read too', async () => {
  expect(await read(`["${A}"]`)).toBe(`${A}\n`);
  expect(await read(`{\n "uuid": "${A}"\n}`)).toBe(`{"uuid":"${A}"}\n`);
});

test.each([1, 7, 1000])(
  'of a table, the first column is taken, in pieces of %i bytes',
  async (size) => {
    const table = `UUID                                  SIZE    FILENAME   STORED\n${A}  2.4 MB  ä b.jpg    true\n${B}  1 KB    c.pdf      true`;
    expect(await read(table, size)).toBe(`${A}\n${B}\n`);
  },
);

test('a table without rows is an empty list', async () => {
  expect(await read('UUID  SIZE  FILENAME  STORED\n')).toBe('');
});

test('JSON that was cut off is refused as a whole', async () => {
  await expect(read(`[{"uuid":"${A}"},`)).rejects.toThrow('it was probably cut off');
});
