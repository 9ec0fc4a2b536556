import { expect, test } from 'vitest';
import type { ListOptions } from '../../../src/sources/list-source.ts';
import { urlListSource } from '../../../src/sources/url-list-source.ts';
import { readKeys, readPages, tempFolder } from './local-disk.ts';

async function setup(text: string, name: string, changes: Partial<ListOptions> = {}) {
  const { files, write } = tempFolder();
  const path = await write(name, text);
  return urlListSource({ path, onBadRow: 'skip', ...changes }, { files, inputPath: null });
}

test('the columns beside a URL go along with it', async () => {
  const text = 'url,album,note\nhttps://a.test/1?b=1&c=%20,pets,"two\nlines"\nhttp://b.test/,,\n';
  const [page] = await readPages(await setup(text, 'urls.csv'));
  expect(page?.candidates).toEqual([
    {
      key: 'https://a.test/1?b=1&c=%20',
      facts: null,
      details: { columns: { album: 'pets', note: 'two\nlines' } },
    },
    { key: 'http://b.test/', facts: null },
  ]);
});

test('a plain list of URLs may hold commas and hashes', async () => {
  const source = await setup('https://a.test/1,2#3\n#https://b.test/\n', 'urls.txt');
  expect(await readKeys(source)).toEqual(['https://a.test/1,2#3']);
});

test('JSON keeps what stands beside the URL as it is', async () => {
  const [page] = await readPages(
    await setup('{"source_url":"https://a.test/","n":1,"o":{"p":[]}}', 'u.ndjson'),
  );
  expect(page?.candidates[0]?.details).toEqual({ columns: { n: 1, o: { p: [] } } });
});

test.each([
  'file:///etc/passwd',
  'ftp://a.test/',
  'javascript:alert(1)',
  'a.test/1',
  'https://',
  'https://a b.test/',
  '//a.test/',
  `https://a.test/${'x'.repeat(5000)}`,
])('%s is no URL to import', async (url) => {
  const [page] = await readPages(await setup(`${url}\n`, 'urls.txt'));
  expect(page).toMatchObject({ candidates: [], rejected: { count: 1 } });
});

test.each([
  ['https://a.test/my cat.jpg', 'https://a.test/my%20cat.jpg'],
  ['https://a.test/größe.jpg?q=ä b', 'https://a.test/gr%C3%B6%C3%9Fe.jpg?q=%C3%A4%20b'],
  ['https://bücher.test/1', 'https://xn--bcher-kva.test/1'],
  ['https://a.test/%20|{x}', 'https://a.test/%20|{x}'],
])('%s is taken as browsers take it', async (url, key) => {
  expect(await readKeys(await setup(`${url}\n`, 'urls.txt'))).toEqual([key]);
});

const COMMAS = 'https://res.test/w_100,h_100/cat.jpg';

test.each([
  ['URLs with commas and no header', `${COMMAS}\n${COMMAS}\n`, 'urls.csv:1 can be read in more'],
  ['a semicolon and a comma', 'https://a.test/1.jpg;Hello, world\n', 'urls.csv:1 can be read'],
  ['a comma in a later row', `https://a.test/1\n${COMMAS}\n`, 'urls.csv:2: can be read in more'],
  ['a comma below a header of one', `url\nhttps://a.test/1\n${COMMAS}\n`, 'urls.csv:3: can be'],
])('a CSV with %s is refused at its row', async (_, text, message) => {
  const source = await setup(text, 'urls.csv', { onBadRow: 'fail' });
  await expect(readKeys(source)).rejects.toMatchObject({
    message: expect.stringContaining(message),
  });
});

test('URLs with commas are whole in quotes, with another separator, and as txt', async () => {
  const quoted = await setup(`url,title\n"${COMMAS}",x\n`, 'urls.csv', { onBadRow: 'fail' });
  const other = await setup(`${COMMAS};x\n`, 'urls.csv', { separator: ';' });
  const text = await setup(`${COMMAS}\n`, 'urls.csv', { format: 'txt' });
  for (const source of [quoted, other, text]) expect(await readKeys(source)).toEqual([COMMAS]);
});

test('a key column identifies the rows; the URL is among the details', async () => {
  const text = 'id,url,album\n 7 ,https://a.test/1,pets\n8,https://a.test/2,\n';
  const [page] = await readPages(await setup(text, 'urls.csv', { key: 'id', columns: ['album'] }));
  expect(page?.candidates).toEqual([
    {
      key: '7',
      facts: null,
      details: { sourceUrl: 'https://a.test/1', columns: { id: '7', album: 'pets' } },
    },
    {
      key: '8',
      facts: null,
      details: { sourceUrl: 'https://a.test/2', columns: { id: '8' } },
    },
  ]);
  const json = '{"url":"https://a.test/3","id":9}\n';
  const keys = await readKeys(await setup(json, 'u.ndjson', { key: 'id' }));
  expect(keys).toEqual(['9']);
});

test.each([
  ['', 'has no key in the column "id": give each row one'],
  ['x'.repeat(4097), 'has a key of more than 4096 characters in the column "id"'],
  ['a\u0007b', 'has a key with a control or damaged character in the column "id"'],
])('a key that no report can show is refused', async (id, reason) => {
  const source = await setup(`id,url\n${id},https://a.test/1\n`, 'u.csv', { key: 'id' });
  const [page] = await readPages(source);
  expect(page?.rejected?.samples).toEqual([{ place: 'u.csv:2', reason }]);
});

test('a list without the key column is refused', async () => {
  const source = await setup('url\nhttps://a.test/1\n', 'u.csv', { key: 'id' });
  await expect(readPages(source)).rejects.toThrow('has no column id');
});
