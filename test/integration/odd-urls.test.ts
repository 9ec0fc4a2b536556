import { expect, test } from 'vitest';
import { readList } from '../support/read-source.ts';

// URLs as people write them, one a line: the URL that is sent, or why the row is bad.

const long = (length: number) => `https://a.test/${'x'.repeat(length - 15)}`;

test.each<[what: string, given: string, sent: string]>([
  ['half an escape', 'https://a.test/a%2', 'https://a.test/a%2'],
  ['a percent sign of its own', 'https://a.test/100% off', 'https://a.test/100%%20off'],
  ['an escape of Latin-1', 'https://a.test/%E4.jpg', 'https://a.test/%E4.jpg'],
  ['an escape and a letter', 'https://a.test/ä%20b', 'https://a.test/%C3%A4%20b'],
  ['a plus', 'https://a.test/?q=a+b c', 'https://a.test/?q=a+b%20c'],
  ['an empty fragment', 'https://a.test/x#', 'https://a.test/x#'],
  ['a fragment with letters', 'https://a.test/x#größe', 'https://a.test/x#gr%C3%B6%C3%9Fe'],
  ['capitals', 'HTTPS://A.TEST/X', 'HTTPS://A.TEST/X'],
  ['the port of the scheme', 'https://a.test:443/x', 'https://a.test:443/x'],
  ['a port and a letter', 'https://a.test:8443/ä', 'https://a.test:8443/%C3%A4'],
  ['a login', 'https://me:pw@a.test/ä', 'https://me:pw@a.test/%C3%A4'],
  ['a German host', 'https://faß.test/x', 'https://xn--fa-hia.test/x'],
  [
    'a Japanese host and path',
    'https://例え.test/画.jpg',
    'https://xn--r8jz45g.test/%E7%94%BB.jpg',
  ],
  ['a full-width host', 'https://ａ。test/x', 'https://a.test/x'],
  ['an accent of two characters', 'https://a.test/e\u0301', 'https://a.test/e%CC%81'],
  ['a hard space around', '\u00a0https://a.test/x\u00a0', 'https://a.test/x'],
  ['brackets, quotes and pipes', 'https://a.test/[a]|"b"', 'https://a.test/[a]|"b"'],
  ['commas and semicolons', 'https://a.test/w_1,h_2;x', 'https://a.test/w_1,h_2;x'],
  ['a URL in the path', 'https://a.test/https://b.test/1', 'https://a.test/https://b.test/1'],
  [
    'a URL in the query',
    'https://a.test/?u=https://b.test/1',
    'https://a.test/?u=https://b.test/1',
  ],
  ['4,096 characters', long(4096), long(4096)],
])('%s', async (_, given, sent) => {
  const { keys, message } = await readList('urls', ['urls.txt', `${given}\n`]);
  expect({ keys, message }).toEqual({ keys: [sent], message: '' });
});

test.each<[what: string, given: string, reason: string]>([
  ['two URLs and a space', 'https://a.test/1 https://a.test/2', 'more than one URL'],
  ['two URLs and a tab', 'https://a.test/1\thttps://a.test/2', 'more than one URL'],
  ['two URLs and a comma', 'https://a.test/1,https://a.test/2', 'more than one URL'],
  ['two URLs and a pipe', 'https://a.test/1|https://a.test/2', 'more than one URL'],
  ['two URLs and a line separator', 'https://a.test/1\u2028https://a.test/2', 'more than one URL'],
  ['a line separator', 'https://a.test/1\u2029x', 'not a URL'],
  ['a comment behind', 'https://a.test/1 # cat', 'a # behind a space'],
  ['a name with #', 'https://a.test/Song #1.jpg', 'a # behind a space'],
  ['a damaged letter', 'https://a.test/gr\ufffde', 'a URL with a damaged character'],
  ['4,097 characters', long(4097), 'a URL of more than 4096 characters'],
  [
    'more once it is encoded',
    `https://a.test/${'ä'.repeat(700)}`,
    'a URL of more than 4096 characters, as it is encoded',
  ],
  ['a port that is none', 'https://a.test:99999/', 'not a URL'],
  ['one slash', 'https:/a.test/x', 'not a URL'],
  ['an address that is none', 'https://256.1.1.1/x', 'not a URL'],
  ['quotes around', '"https://a.test/x"', 'not a URL'],
  ['a Markdown list', '- https://a.test/x', 'not a URL'],
  ['a formula', '=HYPERLINK("https://a.test/x")', 'not a URL'],
  ['a bucket', 's3://bucket/key', 'not a URL'],
])('%s: exit 2', async (_, given, reason) => {
  const end = await readList('urls', ['urls.txt', `${given}\n`]);
  expect(end).toMatchObject({ exit: 2, message: expect.stringContaining(`urls.txt:1: ${reason}`) });
});

test('half a character, as JSON can write it, is a damaged one', async () => {
  const end = await readList('urls', ['u.ndjson', '{"url":"https://a.test/\\ud800"}\n']);
  expect(end).toMatchObject({
    exit: 2,
    message: expect.stringContaining('u.ndjson:1: a URL with a damaged'),
  });
});

test('the pictures of an article in one cell are not one picture', async () => {
  const text = 'sku,url\n1,"https://a.test/1.jpg, https://a.test/2.jpg"\n';
  const end = await readList('urls', ['shop.csv', text]);
  expect(end).toMatchObject({
    exit: 2,
    message: expect.stringContaining('shop.csv:2: more than one URL'),
  });
});
