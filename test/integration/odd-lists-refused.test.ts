import { expect, test } from 'vitest';
import { readList } from '../support/read-source.ts';

// Lists that are no list, or that can be read in more than one way: the sentence and the place, exit 2.

const A = 'https://a.test/1';
const B = 'https://a.test/2';
const utf16 = (text: string, order: 'le' | 'be') => {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};
const latin1 = (text: string) => Buffer.from(text, 'latin1');

type Text = string | Uint8Array;
type BadRow = [what: string, name: string, text: Text, options: object, message: string];

test.each<BadRow>([
  // Encodings and files that are no lists: refused as a whole, also if bad rows are skipped
  [
    'UTF-16 without a mark',
    'l.csv',
    utf16(`url\n${A}\n`, 'le'),
    { onBadRow: 'skip' },
    'l.csv is UTF-16',
  ],
  [
    'big-endian UTF-16',
    'l.txt',
    utf16(`\ufeff${A}\n`, 'be'),
    { onBadRow: 'skip' },
    'l.txt is UTF-16',
  ],
  ['big-endian UTF-16 without a mark', 'l.txt', utf16(`${A}\n`, 'be'), {}, 'l.txt is UTF-16'],
  ['UTF-32', 'l.txt', Buffer.from([0xff, 0xfe, 0, 0, 0x68, 0, 0, 0]), {}, 'l.txt is UTF-32'],
  [
    'an Excel workbook',
    'l.csv',
    latin1('PK\x03\x04\x14\x00'),
    { onBadRow: 'skip' },
    'l.csv is an Excel workbook',
  ],
  [
    'an old Excel workbook',
    'l.csv',
    latin1('\xd0\xcf\x11\xe0\xa1'),
    {},
    'l.csv is an old Excel workbook',
  ],
  ['gzip', 'l.ndjson', latin1('\x1f\x8b\x08\x00'), { onBadRow: 'skip' }, 'compressed with gzip'],
  [
    'a Latin-1 header',
    'l.csv',
    latin1(`url,größe\n${A},1\n`),
    {},
    'l.csv:1 is not UTF-8: save the list as UTF-8.',
  ],
  [
    'a Latin-1 cell',
    'l.csv',
    latin1(`url,n\n${A},Müller\n`),
    {},
    'l.csv:2: is not UTF-8: save the list',
  ],
  ['a login page', 'l.csv', '<!DOCTYPE html>\n<html>\n', {}, 'l.csv:1 has no column url'],
  // Quotes: a quote in the middle of a cell must not swallow the next row
  [
    'inch marks in short rows',
    'l.csv',
    `url,size,note\n${A},5"\n${B},6"\n`,
    {},
    'l.csv:2: has a quote in the middle of a cell',
  ],
  [
    'one inch mark',
    'l.csv',
    `url,size\n${A},5"\n${B},6\n`,
    {},
    'l.csv:2: has a quote that is never closed',
  ],
  [
    'a header over two lines',
    'l.csv',
    `url,a"b\nc"d\n${A},1\n`,
    {},
    'l.csv:1 has a quote in the middle',
  ],
  [
    'quotes with backslashes',
    'l.csv',
    `url,n\n${A},"say \\"hi\\""\n`,
    {},
    'l.csv:2: has text after a closing quote',
  ],
  ['single quotes', 'l.csv', `url,n\n'${A}',1\n`, {}, 'l.csv:2: not a URL of http or https'],
  // Separators and line ends that can't be meant
  ['sep= of another separator', 'l.csv', `sep=;\nurl,n\n${A},1\n`, {}, 'l.csv:2 has no column url'],
  ['sep= twice', 'l.csv', `sep=;\nsep=,\nurl;n\n${A};1\n`, {}, 'l.csv:2 has no column url'],
  ['commas in a .tsv', 'l.tsv', `url,n\n${A},1\n`, {}, 'l.tsv:1 has no column url'],
  [
    'LF below CR',
    'l.csv',
    `url,n\r${A},1\n${B},2\n`,
    {},
    'l.csv:2: has a line end of another kind',
  ],
  [
    'a separator beside format: txt',
    'l.txt',
    `${A};x\n`,
    { format: 'txt', separator: ';' },
    'separator is for a CSV only',
  ],
  // Headers
  [
    'columns that differ in case only',
    'l.csv',
    `URL,Url\n${A},${B}\n`,
    {},
    'l.csv:1 has columns that differ in case only',
  ],
  [
    'a title above the header',
    'l.csv',
    `Photos,\nurl,n\n${A},1\n`,
    {},
    'l.csv:1 has no column url',
  ],
  ['a second header', 'l.csv', `url,n\n${A},1\nurl,n\n${B},2\n`, {}, 'l.csv:3: not a URL'],
  [
    'a total below',
    'l.csv',
    `url,n\n${A},1\nTotal,1\n`,
    {},
    'l.csv:3: not a URL of http or https: "Total"',
  ],
  [
    'a cell under no column',
    'l.csv',
    `url,,n,,\n${A},x,1,y,\n`,
    {},
    'l.csv:2: has 4 cells under 3 columns',
  ],
  // JSON
  [
    'commas between objects',
    'l.ndjson',
    `{"url":"${A}"},\n{"url":"${B}"}\n`,
    {},
    'l.ndjson:1: is neither a JSON object',
  ],
  [
    'an object over several lines',
    'l.json',
    `{\n"url": "${A}"\n}\n`,
    {},
    'l.json:1: is neither a JSON object',
  ],
  [
    'a JSON array behind a mark',
    'l.json',
    `\ufeff[{"url":"${A}"}]`,
    { onBadRow: 'skip' },
    "jq -c '.[]'",
  ],
  [
    'a list of URLs in one object',
    'l.ndjson',
    `{"url":["${A}"]}\n`,
    {},
    'l.ndjson:1: has a url that is not a text',
  ],
  [
    'a key that no row has',
    'l.ndjson',
    `{"url":"${A}","SKU":"1"}\n`,
    { columns: ['sku'] },
    'No row of l.ndjson has the key sku; the first row has url, SKU',
  ],
  [
    'the same if bad rows are skipped',
    'l.ndjson',
    `{"url":"${A}"}\n`,
    { columns: ['sku'], onBadRow: 'skip' },
    'No row of l.ndjson has the key sku',
  ],
  [
    'a number that JavaScript rounds',
    'l.ndjson',
    `{"url":"${A}","id":12345678901234567890}\n`,
    {},
    'l.ndjson:1: the number in "id" is too large',
  ],
])('%s: exit 2 and the place', async (_, name, text, options, message) => {
  const end = await readList('urls', [name, text], options);
  expect(end).toMatchObject({ exit: 2, message: expect.stringContaining(message) });
});
