import { expect, test } from 'vitest';
import { uuidOf } from '../support/file-json.ts';
import { readList } from '../support/read-source.ts';

// Lists as people have them: what a run takes from each.

const A = 'https://a.test/1';
const B = 'https://a.test/2';
const U = uuidOf(1);
const V = uuidOf(2);
type Text = string | Uint8Array;
type Row = [what: string, name: string, text: Text, options?: object];

test.each<Row>([
  // Line ends and byte order marks
  ['LF above CRLF', 'l.csv', `url,n\n${A},1\r\n${B},2\n`],
  ['CRLF above LF', 'l.csv', `url,n\r\n${A},1\n${B},2\n`],
  ['CR CR LF, as Python writes it on Windows', 'l.csv', `url,n\r\r\n${A},1\r\r\n${B},2\r\r\n`],
  ['CR line ends in a plain text', 'l.txt', `${A}\r${B}\r`],
  ['CR line ends in NDJSON', 'l.ndjson', `{"url":"${A}","n":"\\""}\r{"url":"${B}"}\r`],
  ['a form feed at the end of a line', 'l.txt', `${A}\f\n${B}\n`],
  ['two byte order marks', 'l.csv', `\ufeff\ufeffurl\n${A}\n${B}\n`],
  ['a byte order mark inside: two files in one', 'l.csv', `\ufeffurl\n${A}\n\ufeff${B}\n`],
  ['a byte order mark before sep=', 'l.csv', `\ufeffsep=;\r\nurl;n\r\n${A};1\r\n${B};2\r\n`],
  ['a byte order mark before quotes', 'l.csv', `\ufeff"url","n"\n"${A}","1"\n"${B}","2"\n`],
  // Separators
  ['sep=, and semicolons in quotes', 'l.csv', `sep=,\n"url","n"\n"${A}","1;2"\n"${B}","3"\n`],
  ['sep=\\t, written out', 'l.csv', `sep=\\t\nurl\tn\n${A}\t1\n${B}\t2\n`],
  ['sep=; in a .tsv', 'l.tsv', `sep=;\nurl;n\n${A};1\n${B};2\n`],
  [
    'sep=; and another separator in the job',
    'l.csv',
    `sep=;\nurl,n\n${A},1\n${B},2\n`,
    { separator: ',' },
  ],
  ['a separator that only sep= can name', 'l.csv', `sep=:\nurl:n\n"${A}":1\n"${B}":2\n`],
  ['sep= below an empty line', 'l.csv', `\nsep=;\nurl;n\n${A};1\n${B};2\n`],
  ['a tab-delimited .txt of Excel', 'l.txt', `url\tn\n${A}\t1\n${B}\t2\n`],
  ['a CSV that is called .csv.txt', 'l.csv.txt', `n;url\n1;${A}\n2;${B}\n`],
  ['two pipes between cells', 'l.csv', `url||n\n${A}||1\n${B}||2\n`],
  // Headers and rows
  ['a header in a plain text', 'l.txt', `url\n${A}\n${B}\n`],
  ['spaces and capitals in the header', 'l.csv', ` Source_URL , Note \n${A},1\n${B},2\n`],
  ['a first column without a name', 'l.csv', `,url\n0,${A}\n1,${B}\n`],
  ['empty rows above the header', 'l.csv', `\n;;\nurl;n\n${A};1\n${B};2\n`],
  ['rows of empty quotes', 'l.csv', `url,n\n"",""\n${A},1\n"",""\n${B},2\n`],
  ['rows of tabs', 'l.tsv', `url\tn\n\t\t\n${A}\t1\n\t\n${B}\t2\n`],
  ['the column as it is spelled', 'l.csv', `url,URL\nx,${A}\ny,${B}\n`, { column: 'URL' }],
  ['inch marks in pairs', 'l.csv', `url,size\n${A},5" x 7"\n${B},6" x 8"\n`],
  // NDJSON
  ['keys in capitals', 'l.ndjson', `{"URL":"${A}"}\n{"URL":"${B}"}\n`],
  ['another case in the job', 'l.ndjson', `{"Link":"${A}"}\n{"Link":"${B}"}\n`, { column: 'link' }],
  ['escaped slashes', 'l.jsonl', `{"url":"${A.replaceAll('/', '\\/')}"}\n"${B}"\n`],
  ['empty lines before the first object', 'list', `\n\n{"url":"${A}"}\n{"url":"${B}"}\n`],
  [
    'a key that some rows lack',
    'l.ndjson',
    `{"url":"${A}"}\n{"url":"${B}","sku":"1"}\n`,
    { columns: ['sku'] },
  ],
])('%s: two URLs', async (_, name, text, options) => {
  const { keys, exit, message } = await readList('urls', [name, text], options);
  expect({ keys, exit, message }).toEqual({ keys: [A, B], exit: 0, message: '' });
});

test('a large number in a column that is not kept is nobody’s loss', async () => {
  const text = `{"url":"${A}","id":12345678901234567890,"n":"1"}\n`;
  const { columns } = await readList('urls', ['l.ndjson', text], { columns: ['n'] });
  expect(columns).toEqual([{ n: '1' }]);
});

test.each([
  ['capitals', `${U.toUpperCase()}\n${V}\n`],
  [
    'a header and CDN URLs',
    `Cdn_Url\nhttps://ucarecdn.com/${U}/-/crop/1,2/my cat.jpg\nhttps://x.ucarecd.net/${V}/\n`,
  ],
  ['an endpoint of the API', `https://api.uploadcare.com/files/${U}/storage/\n${V}\n`],
])('files, %s: two', async (_, text) => {
  expect((await readList('list', ['l.txt', text])).keys).toEqual([U, V]);
});

const CDN = (uuid: string) => `https://ucarecdn.com/${uuid}/`;
test.each([
  ['two CDN URLs in a line', 'l.txt', `${CDN(U)} ${CDN(V)}\n`, 'l.txt:1: more than one file'],
  ['two CDN URLs with a comma', 'l.txt', `${CDN(U)},${CDN(V)}\n`, 'l.txt:1: more than one file'],
  [
    'two CDN URLs in a cell',
    'l.csv',
    `uuid\n"${CDN(U)}, ${CDN(V)}"\n`,
    'l.csv:2: more than one file',
  ],
  ['a CDN URL and a UUID', 'l.txt', `${CDN(U)}; ${V}\n`, 'l.txt:1: more than one file'],
  ['two UUIDs in a line', 'l.txt', `${U} ${V}\n`, 'l.txt:1: more than one file'],
  ['a UUID in a query', 'l.txt', `https://x.test/?id=${U}\n`, "l.txt:1: not a file's UUID"],
  [
    'a header in a list of one item a line',
    'l.txt',
    `my ids\n${U}\n`,
    'l.txt:1: not a file\'s UUID or CDN URL: "my ids"; this line looks like a header: remove it, or save the list as .csv and set `column: my ids` in a job file',
  ],
  [
    'dashes of a word processor',
    'l.txt',
    `${U.replaceAll('-', '–')}\n`,
    "l.txt:1: not a file's UUID",
  ],
])('files, %s: exit 2 and the place', async (_, name, text, message) => {
  const end = await readList('list', [name, text]);
  expect(end).toMatchObject({ exit: 2, message: expect.stringContaining(message) });
});
