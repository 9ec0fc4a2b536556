import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uuidOf } from '../../support/file-json.ts';
import { rewriteText, type TextSettings } from './rewrite-text.ts';

const OLD = uuidOf(1);
const NEW = uuidOf(2);
const FILES = { files: { [OLD]: NEW } };
const COPY = { files: { [OLD]: 'https://files.example.com/cat%27s.jpg' } };
const SOURCE = 'https://example.com/images/a.jpg';
const IMPORTED = `https://ucarecdn.com/${NEW}/`;
const URLS = { urls: { [SOURCE]: IMPORTED, 'https://example.com/?a=1&b=2': IMPORTED } };

/** Each text becomes the one beside it, and a second time nothing changes. */
function expectRewrites(cases: readonly (readonly [string, string])[], settings: TextSettings) {
  for (const [text, wanted] of cases) {
    const once = rewriteText(text, settings);
    expect(once.text).toBe(wanted);
    expect(rewriteText(once.text, settings)).toMatchObject({ text: wanted, replaced: 0 });
  }
}
const same = (texts: readonly string[]) => texts.map((text) => [text, text] as const);

test('the UUID of a CDN URL is replaced, however its slashes are written; all else stays', () => {
  expectRewrites(
    [
      `https://ucarecdn.com/${OLD}/-/resize/x600/name.jpg`,
      `http://ucarecdn.com/${OLD}/`,
      `HTTPS://UCARECDN.COM/${OLD}`,
      `<img src="//ucarecdn.com/${OLD}/-/preview/">`,
      `see ucarecdn.com/${OLD}/, and more`,
      `https://www.ucarecdn.com/${OLD}/`,
      `https://1s4oyld5dc.ucarecd.net/${OLD}/nth.jpg?x=1#y`,
      `{"url":"https:\\/\\/ucarecdn.com\\/${OLD}\\/-\\/crop\\/1x1\\/"}`,
      `"{\\"url\\":\\"https:\\\\/\\\\/ucarecdn.com\\\\/${OLD}\\\\/\\"}"`,
      `?u=https%3A%2F%2Fucarecdn.com%2F${OLD}%2F-%2Fpreview%2F&v=1`,
      `?u=https%253a%252f%252fucarecdn.com%252f${OLD}%252f`,
      `https:&#x2F;&#x2F;ucarecdn.com&#x2F;${OLD}&#x2F;`,
      `https:&#47;&#47;ucarecdn.com&#47;${OLD}`,
      `"https:\\u002F\\u002Fucarecdn.com\\u002F${OLD}\\u002F"`,
      `![a cat](https://ucarecdn.com/${OLD}/cat.jpg)`,
      `url(https://ucarecdn.com/${OLD}/)`,
      `INSERT INTO p VALUES ('<a href=\\"https://ucarecdn.com/${OLD}/\\">');`,
      `https://ucarecdn.com/${OLD}/ https://ucarecdn.com/${OLD}/`,
      `\nhttps://ucarecdn.com/${OLD}`,
    ].map((text) => [text, text.replaceAll(OLD, NEW)]),
    FILES,
  );
});

test('the UUID may be in upper case', () => {
  expectRewrites(
    [[`https://ucarecdn.com/${OLD.toUpperCase()}/`, `https://ucarecdn.com/${NEW}/`]],
    FILES,
  );
});

test('what is no URL of an old file on an old host stays', () => {
  expectRewrites(
    same([
      OLD,
      `https://ucarecdn.com/${uuidOf(7)}/`,
      `https://ucarecdn.com/${OLD}~3/nth/0/`,
      `https%3A%2F%2Fucarecdn.com%2F${OLD}%7E3%2F`,
      `https://ucarecdn.com/${OLD}0/`,
      `https://ucarecdn.com/${OLD}-large/`,
      `https://evil-ucarecdn.com/${OLD}/`,
      `https://ucarecdn.com.example.com/${OLD}/`,
      `https://ucarecd.net/${OLD}/`,
      `https://ucarecdnxcom/${OLD}/`,
      `https://api.uploadcare.com/files/${OLD}/`,
      `https://ucarecdn.com/path/${OLD}/`,
      `user@ucarecdn.com/${OLD}`,
    ]),
    FILES,
  );
});

test('own hosts are known where they are given, and new URLs get a new one if asked', () => {
  const port = 'cdn.example.com%3A8080';
  expectRewrites(
    [
      [`https://cdn.example.com:8080/${OLD}/a.jpg`, `https://cdn.example.com:8080/${NEW}/a.jpg`],
      [`https://a.b.img.example.com/${OLD}/`, `https://a.b.img.example.com/${NEW}/`],
      [`https%3A%2F%2F${port}%2F${OLD}`, `https%3A%2F%2F${port}%2F${NEW}`],
    ],
    { ...FILES, oldHosts: ['cdn.example.com:8080', '*.img.example.com'] },
  );
  expectRewrites(
    [
      [`http:\\/\\/ucarecdn.com\\/${OLD}\\/-\\/`, `http:\\/\\/new.example.com\\/${NEW}\\/-\\/`],
      [`//x.ucarecd.net/${OLD}/`, `//new.example.com/${NEW}/`],
      [`https://ucarecdn.com/${uuidOf(7)}/`, `https://ucarecdn.com/${uuidOf(7)}/`],
    ],
    { ...FILES, newHost: 'new.example.com' },
  );
});

test('bare UUIDs are replaced only if asked, and only whole', () => {
  expectRewrites(
    [
      [OLD, NEW],
      [`{"uuid":"${OLD}"}`, `{"uuid":"${NEW}"}`],
      [`https://api.uploadcare.com/files/${OLD}/`, `https://api.uploadcare.com/files/${NEW}/`],
      [`files%2F${OLD}%2F`, `files%2F${NEW}%2F`],
      [`\\n${OLD}\\n`, `\\n${NEW}\\n`],
      ...same([`a${OLD}`, `${OLD}0`, `${OLD}~2`, `x-${OLD}`, `${OLD}-x`, `_${OLD}`]),
    ],
    { ...FILES, bareUuids: true },
  );
});

test('a copy in a bucket takes the place of the whole URL of an original', () => {
  const url = 'https://files.example.com/cat%27s.jpg';
  expectRewrites(
    [
      [`"https://ucarecdn.com/${OLD}/"`, `"${url}"`],
      [`(http://ucarecdn.com/${OLD}/a-b_c.min.jpg).`, `(${url}).`],
      [`see https://ucarecdn.com/${OLD}/cat.jpg.`, `see ${url}.`],
      [`https://ucarecdn.com/${OLD}/my%20cat.jpg `, `${url} `],
      [`//ucarecdn.com/${OLD}`, '//files.example.com/cat%27s.jpg'],
      [`ucarecdn.com/${OLD}/`, 'files.example.com/cat%27s.jpg'],
      [`"https:\\/\\/ucarecdn.com\\/${OLD}\\/"`, `"${url.replaceAll('/', '\\/')}"`],
      [`?u=https%3A%2F%2Fucarecdn.com%2F${OLD}%2Fcat.jpg&x`, `?u=${encodeURIComponent(url)}&x`],
      [`?u=%2F%2Fucarecdn.com%2F${OLD}%22`, `?u=${encodeURIComponent(url.slice(6))}%22`],
    ],
    COPY,
  );
});

test('where a copy in a bucket has no place for what follows the UUID, the URL stays and is counted', () => {
  for (const text of [
    `https://ucarecdn.com/${OLD}/-/resize/x600/`,
    `https:\\/\\/ucarecdn.com\\/${OLD}\\/-\\/preview\\/`,
    `https%3A%2F%2Fucarecdn.com%2F${OLD}%2F-%2Fpreview%2F`,
    `https://ucarecdn.com/${OLD}/a/b.jpg`,
    `https://ucarecdn.com/${OLD}/a(1).jpg`,
    `https%3A%2F%2Fucarecdn.com%2F${OLD}%2Fmy%2520cat.jpg`,
  ]) {
    expect(rewriteText(text, COPY)).toMatchObject({ text, replaced: 0, kept: 1 });
  }
});

test('source URLs are replaced where they stand whole', () => {
  const escaped = (url: string) => url.replaceAll('/', '\\/');
  expectRewrites(
    [
      [SOURCE, IMPORTED],
      [`<img src="${SOURCE}">`, `<img src="${IMPORTED}">`],
      [`![](${SOURCE}) and ${SOURCE}.`, `![](${IMPORTED}) and ${IMPORTED}.`],
      [`srcset="${SOURCE} 1x, ${SOURCE} 2x"`, `srcset="${IMPORTED} 1x, ${IMPORTED} 2x"`],
      [`a,${SOURCE},b`, `a,${IMPORTED},b`],
      [`"${escaped(SOURCE)}"`, `"${escaped(IMPORTED)}"`],
      [`\\"${SOURCE}\\"\\n${SOURCE}\\n`, `\\"${IMPORTED}\\"\\n${IMPORTED}\\n`],
      [`?u=${encodeURIComponent(SOURCE)}&w=1`, `?u=${encodeURIComponent(IMPORTED)}&w=1`],
      ['href="https://example.com/?a=1&amp;b=2"', `href="${IMPORTED}"`],
      ['"https:\\/\\/example.com\\/?a=1\\u0026b=2"', `"${escaped(IMPORTED)}"`],
      [`&quot;${SOURCE}&quot;`, `&quot;${IMPORTED}&quot;`],
    ],
    URLS,
  );
});

test('a URL that only begins with a source URL is another URL', () => {
  expectRewrites(
    same([
      `${SOURCE}?v=2`,
      `${SOURCE}.bak`,
      `${SOURCE}/x`,
      `${SOURCE}%20`,
      `${SOURCE}#top`,
      'https://example.com/images/A.jpg',
      'https://example.com/images%2Fa.jpg',
      'https://example.com:8443/images/a.jpg',
      'ftp://example.com/images/a.jpg',
      'x//example.com/images/a.jpg',
    ]),
    URLS,
  );
});

test('the longest source URL counts, brackets in it and all', () => {
  const urls = {
    'https://e.com/a': 'https://ucarecdn.com/1/',
    'https://e.com/a_(1).jpg': 'https://ucarecdn.com/2/',
  };
  expect(rewriteText('(https://e.com/a_(1).jpg) [https://e.com/a]', { urls }).text).toBe(
    '(https://ucarecdn.com/2/) [https://ucarecdn.com/1/]',
  );
});

test('changes tell their line and what is around them', () => {
  const { changes } = rewriteText(`one\ntwo\n a ucarecdn.com/${OLD}/ b\nthree`, FILES);
  expect(changes).toEqual([
    { line: 3, before: ' a ucarecdn.com/', old: OLD, next: NEW, after: '/ b' },
  ]);
});

const PIECES = [
  `https://ucarecdn.com/${OLD}/-/resize/x600/`,
  `https:\\/\\/ucarecdn.com\\/${OLD}\\/`,
  `https%3A%2F%2Fucarecdn.com%2F${OLD}%2F`,
  `//cdn.example.com/${OLD}/a.jpg`,
  SOURCE,
  encodeURIComponent(SOURCE),
  `https://example.com/${'x'.repeat(7000)}`,
  OLD,
  'https://',
  'ucarecdn.com/',
  '\\'.repeat(40),
  '%25'.repeat(10),
  '"',
  ' ',
  '\n',
  '/',
  '\xff\xfe\x00',
];

test('pieces of any size give what the whole gives, and a second time changes nothing', () => {
  const settings: TextSettings = {
    files: { [OLD]: NEW },
    ...URLS,
    oldHosts: ['cdn.example.com'],
    newHost: 'new.example.com',
    bareUuids: true,
  };
  const filler = fc.nat({ max: 9000 }).map((length) => 'ab/-0 '.repeat(length / 6));
  const text = fc
    .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, filler), {
      maxLength: 40,
    })
    .map((parts) => parts.join(''));
  const sizes = fc.array(fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 20_000 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(text, sizes, (whole, cuts) => {
      const wanted = rewriteText(whole, settings);
      const cut = rewriteText(whole, settings, cuts);
      expect(cut.text === wanted.text && cut.replaced === wanted.replaced).toBe(true);
      expect(rewriteText(wanted.text, settings).replaced).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('any bytes without a reference come out as they went in', () => {
  const settings = { ...FILES, ...URLS, bareUuids: true };
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40_000 }),
      fc.array(fc.nat({ max: 9000 })),
      (bytes, cuts) => {
        const text = Buffer.from(bytes).toString('latin1');
        expect(rewriteText(text, settings, cuts).text).toBe(text);
      },
    ),
    { numRuns: 50 },
  );
});

test.each(['/', '\\/', '%2F'])('an overlay in the URL of another file, with %s', (slash) => {
  const written = (uuid: string, mine = uuidOf(7)) =>
    `https://img.mine.example/${mine}/-/overlay/${uuid}/50px50p/-/overlay/${uuid}/`.replaceAll(
      '/',
      slash,
    );
  const moved = { text: written(NEW), replaced: 2, kept: 0, bare: 0 };
  expect(rewriteText(written(OLD), FILES)).toMatchObject(moved);
  const both = `https://ucarecdn.com/${OLD}/-/overlay/${OLD}/`;
  expect(rewriteText(both, FILES).text).toBe(both.replaceAll(OLD, NEW));
});

test('an overlay that went to a bucket stays, and is counted', () => {
  const text = `https://ucarecdn.com/${uuidOf(7)}/-/overlay/${OLD}/50px50p/`;
  const files = { [OLD]: 'https://bucket.example/cat.jpg' };
  expect(rewriteText(text, { files })).toMatchObject({ text, replaced: 0, kept: 1 });
});

test('UUIDs of moved files that are in no known URL stay, and are counted', () => {
  const text = `<i data-id="${OLD}"> https://img.mine.example/${OLD}/ x${OLD} ${uuidOf(7)}`;
  expect(rewriteText(text, FILES)).toMatchObject({ text, replaced: 0, bare: 2 });
  expect(rewriteText(text, { ...FILES, bareUuids: true })).toMatchObject({ replaced: 2, bare: 0 });
  const hosts = { ...FILES, oldHosts: ['img.mine.example'] };
  expect(rewriteText(text, hosts)).toMatchObject({ replaced: 1, bare: 1 });
});

test('source URLs are compared however they are encoded, with either scheme or none', () => {
  const cafe = Buffer.from("https://example.com/café (1)/it's.jpg", 'utf8').toString('latin1');
  const urls = { [cafe]: IMPORTED, [SOURCE]: IMPORTED };
  expectRewrites(
    [
      ['http://example.com/images/a.jpg', IMPORTED],
      ['https://EXAMPLE.com:443/images/a%2Ejpg', IMPORTED],
      ['http://example.com:80/images/%61.jpg', IMPORTED],
      ['"//example.com/images/a.jpg"', `"${IMPORTED.slice(6)}"`],
      ['"\\/\\/example.com\\/images\\/a.jpg"', `"${IMPORTED.slice(6).replaceAll('/', '\\/')}"`],
      ['https://example.com/caf%C3%A9%20(1)/it%27s.jpg', IMPORTED],
      ["https://example.com/caf%c3%a9%20%281%29/it's.jpg", IMPORTED],
    ],
    { urls },
  );
});

test('sized pictures of a source URL stay, and are counted', () => {
  const text = [
    'https://example.com/images/a-300x200.jpg',
    '"//example.com/images/a-1024x768.jpg"',
    'http:\\/\\/example.com\\/images\\/a-scaled.jpg',
    'https://example.com/images/a.jpg?w=300',
    'https://example.com/images/a@2x.jpg',
    'https://example.com/images/b-300x200.jpg',
  ].join(' ');
  expect(rewriteText(text, URLS)).toMatchObject({ text, replaced: 0, sized: 5 });
  const scaled = { urls: { 'https://example.com/b-scaled.jpg': IMPORTED } };
  expect(rewriteText('https://example.com/b-150x150.jpg', scaled)).toMatchObject({ sized: 1 });
});
