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
