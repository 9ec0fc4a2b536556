import { expect, test } from 'vitest';
import { mapTexts } from '../../src/report/map-texts.ts';
import { noMoveCounts } from '../../src/report/moves.ts';
import type { RedirectSettings } from '../../src/report/redirect-lines.ts';
import { startApache } from '../support/apache.ts';
import { startCloudfront } from '../support/cloudfront-function.ts';
import { uuidOf } from '../support/file-json.ts';
import { type MovedItem, movedRun } from '../support/moved-run.ts';
import { startNginx } from '../support/nginx.ts';
import { requireService } from '../support/require-service.ts';

const NGINX = requireService('nginx', 'nginx-light');
const APACHE = requireService('apache2', 'apache2');
const SETTINGS = { oldHosts: [], newHost: null };

/** The servers with a program that reads the redirects, and how a test starts it. */
const SERVERS = {
  nginx: (text: string) => startNginx(NGINX ?? '', text),
  apache: (text: string) => startApache(APACHE ?? '', text),
  cloudfront: (text: string) => startCloudfront(text),
} as const;

type Server = keyof typeof SERVERS;
const INSTALLED = (Object.keys(SERVERS) as Server[]).filter(
  (server) => !(server === 'nginx' && NGINX === null) && !(server === 'apache' && APACHE === null),
);

/** The redirects of a run with these items, in a running server. */
async function serve(
  server: Server,
  uses: readonly string[],
  items: readonly MovedItem[],
  sizes?: RedirectSettings['sizes'],
) {
  const counts = noMoveCounts();
  const warnings: string[] = [];
  const redirects: RedirectSettings = {
    server,
    to: undefined,
    sizes,
    onLimit: (warning) => warnings.push(warning),
  };
  const form = { as: 'redirects', redirects } as const;
  const text = [...mapTexts(movedRun(uses, items), form, SETTINGS, counts)].join('');
  return { counts, warnings, ...(await SERVERS[server](text)) };
}

async function imported(
  server: Server,
  urls: readonly string[],
  sizes?: RedirectSettings['sizes'],
) {
  const items = urls.map((key, place) => ({ key, results: [{ file: uuidOf(place + 1) }] }));
  return serve(server, ['import-url'], items, sizes);
}

async function serveNginx(urls: readonly string[]) {
  const running = await imported('nginx', urls);
  if (!('objections' in running)) throw new Error('This is not nginx');
  return running;
}

const placeOf = (place: number) => `https://ucarecdn.com/${uuidOf(place + 1)}/`;

test.each(INSTALLED)(
  '%s takes all redirects, and leads each old URL to its file',
  async (server) => {
    const urls = [
      'https://example.com/logo.png',
      'https://cdn.example.com/logo.png',
      'https://example.com/IMG_1.JPG',
      'https://example.com/img_1.jpg',
      'https://example.com/One.jpg',
      'https://example.com:8443/port.jpg',
      `https://example.com/wp-content/uploads/2019/10/${'a-long-name-'.repeat(36)}1024x575.jpg`,
      'https://example.com/a.jpg?v=2&w=$1',
      'https://example.com/$price;{x}.jpg',
      "https://example.com/it's(1)[2]+a|b^c~.jpg",
      'https://example.com/q?a="b"&c={d};e\\f',
      'https://example.com/%7Eme/%C3%A4 b.jpg',
      'https://example.com/größe/写真.jpg',
      'https://bücher.example/a.jpg',
      'https://example.com/default',
      'https://example.com/',
      `https://ucarecdn.com/${uuidOf(900)}/-/resize/300x/`,
    ];
    const { redirectOf, counts, warnings } = await imported(server, urls);
    expect(warnings).toEqual([]);
    for (const [place, url] of urls.entries()) {
      const { href } = new URL(url);
      expect([href, await redirectOf(href)]).toEqual([href, placeOf(place)]);
    }
    expect(counts).toMatchObject({ written: urls.length, unmatched: 0 });
  },
);

test.each(INSTALLED)(
  '%s leads nowhere what is not in the map: another case, host, query or path',
  async (server) => {
    const { redirectOf } = await imported(server, [
      'https://example.com/One.jpg',
      'https://example.com/$.jpg',
      'https://example.com/x?v=1',
    ]);
    const others = [
      '/one.jpg',
      '/ONE.JPG',
      '/One.jpg?v=2',
      '/One.jpg/',
      '/one',
      '/x',
      '/x?V=1',
      '/$xjpg',
    ];
    for (const path of others) {
      expect([path, await redirectOf(`https://example.com${path}`)]).toEqual([path, null]);
    }
    expect(await redirectOf('https://other.example.com/One.jpg')).toBeNull();
    expect(await redirectOf('https://EXAMPLE.com/One.jpg')).toBe(placeOf(0));
  },
);

test.each(INSTALLED)(
  '%s keeps operations and names of a file that was copied; a copy in a bucket has none',
  async (server) => {
    const copied = await serve(
      server,
      ['copy-local'],
      [{ key: uuidOf(1), results: [{ file: uuidOf(2) }] }],
    );
    const at = (rest: string) => copied.redirectOf(`https://files.example.com/${uuidOf(1)}${rest}`);
    const to = `https://ucarecdn.com/${uuidOf(2)}`;
    expect(await at('/-/resize/300x200/cat.jpg')).toBe(`${to}/-/resize/300x200/cat.jpg`);
    expect(await at('/cat.jpg?inline=1&x=%20')).toBe(`${to}/cat.jpg?inline=1&x=%20`);
    expect(await at('/')).toBe(`${to}/`);
    expect(await at('')).toBe(to);
    expect(await at('a/')).toBeNull();
    const object = { url: 's3://bucket/a b/$it"s;.jpg' };
    const stored = await serve(server, ['copy-to-remote'], [{ key: uuidOf(1), results: [object] }]);
    expect(await stored.redirectOf(`https://any.example.com/${uuidOf(1)}/cat.jpg`)).toBe(
      'https://bucket.s3.amazonaws.com/a%20b/%24it%22s%3B.jpg',
    );
  },
);

const PICTURES = [
  'https://example.com/a/photo.jpg',
  'https://example.com/a/own.png',
  'https://example.com/a/own-150x150.png',
  'https://example.com/a/big-scaled.jpg',
  // The picture itself is after its version, and differs from another one only in case.
  'https://example.com/a/Both-scaled.jpg',
  'https://example.com/a/Both.jpg',
  'https://example.com/a/both.jpg',
  'https://example.com/a/gr%C3%B6%C3%9Fe (1)$.WEBP',
  'https://cdn.example.com/a/photo.jpg',
  'https://example.com/a/text.pdf',
  'https://example.com/a/query.jpg?v=1',
];

test.each(INSTALLED)('%s redirects smaller versions of pictures with sizes', async (server) => {
  const { redirectOf, counts } = await imported(server, PICTURES, 'wordpress');
  expect(counts).toMatchObject({ written: PICTURES.length, unmatched: 0 });
  for (const [place, url] of PICTURES.entries()) {
    const { href } = new URL(url);
    expect([href, await redirectOf(href)]).toEqual([href, placeOf(place)]);
  }
  const crop = (place: number, size: string) => `${placeOf(place)}-/scale_crop/${size}/center/`;
  const scaled = (place: number) => `${placeOf(place)}-/preview/2560x2560/`;
  const wanted: readonly (readonly [string, string | null])[] = [
    ['photo-300x200.jpg', crop(0, '300x200')],
    ['photo-1x2048.jpg', crop(0, '1x2048')],
    ['photo-2560x1.jpg', crop(0, '2560x1')],
    ['photo-1536x2048.jpg', crop(0, '1536x2048')],
    ['photo-scaled.jpg', scaled(0)],
    ['own-150x150.png', placeOf(2)],
    ['own-150x100.png', crop(1, '150x100')],
    ['own-150x150-50x50.png', crop(2, '50x50')],
    ['big-300x200.jpg', crop(3, '300x200')],
    ['Both-300x200.jpg', crop(5, '300x200')],
    ['Both-scaled.jpg', placeOf(4)],
    ['both-300x200.jpg', crop(6, '300x200')],
    ['both-scaled.jpg', scaled(6)],
    ['gr%C3%B6%C3%9Fe%20(1)$-300x200.WEBP', crop(7, '300x200')],
    ['photo-300x200.JPG', null],
    ['Photo-300x200.jpg', null],
    ['photo-300x200.png', null],
    ['photo-300x200.jpg?v=1', null],
    ['photo-300x200.jpg/', null],
    ['photo-0x0.jpg', null],
    ['photo-300x.jpg', null],
    ['photo-3000x4000.jpg', null],
    ['photo-SCALED.jpg', null],
    ['photo-e1600000000000-300x200.jpg', null],
    ['text-300x200.pdf', null],
    ['query-300x200.jpg', null],
    ['other-300x200.jpg', null],
  ];
  for (const [name, target] of wanted) {
    expect([name, await redirectOf(`https://example.com/a/${name}`)]).toEqual([name, target]);
  }
  expect(await redirectOf('https://CDN.example.com/a/photo-9x9.jpg')).toBe(crop(8, '9x9'));
  expect(await redirectOf('https://other.example.com/a/photo-9x9.jpg')).toBeNull();
});

test.each(INSTALLED)(
  '%s redirects no smaller versions without sizes, of a copy in a bucket, and of a file of the CDN',
  async (server) => {
    const size = 'https://example.com/a/photo-300x200.jpg';
    expect(await (await imported(server, PICTURES)).redirectOf(size)).toBeNull();
    const object = { url: 's3://bucket/photo.jpg' };
    const stored = await serve(
      server,
      ['import-url', 'copy-to-remote'],
      [
        { key: 'https://example.com/a/photo.jpg', results: [null, object] },
        { key: uuidOf(1), results: [{ file: uuidOf(2) }] },
      ],
      'wordpress',
    );
    expect(await stored.redirectOf('https://example.com/a/photo.jpg')).toContain('bucket.s3');
    expect(await stored.redirectOf(size)).toBeNull();
    expect(await stored.redirectOf(`https://a.example.com/${uuidOf(1)}/photo-3x2.jpg`)).toBe(
      `https://ucarecdn.com/${uuidOf(2)}/photo-3x2.jpg`,
    );
  },
);

test.skipIf(NGINX === null)(
  'nginx takes 4,000 redirects without a warning; a URL that it could not read is left out',
  async () => {
    const urls = Array.from(
      { length: 4_000 },
      (_, place) => `https://example.com/Photo-${place}.jpg`,
    );
    const { objections, redirectOf, counts } = await serveNginx([
      ...urls,
      `https://example.com/${'x'.repeat(3990)}`,
      'http://example.com/Photo-7.jpg',
    ]);
    expect(objections).toBe('');
    expect(counts.unmatched).toBe(2);
    expect(await redirectOf('https://example.com/Photo-7.jpg')).toBe(placeOf(7));
    expect(await redirectOf('https://example.com/Photo-3999.jpg')).toBe(placeOf(3_999));
  },
);

test.skipIf(APACHE === null)(
  'Apache reads the longest entry; a longer one is left out, and Apache would not find it',
  async () => {
    // The key is the host and the path; the URL of the file has 58 characters.
    const longest = `https://a.test/${'x'.repeat(1000 - placeOf(0).length - 'a.test/'.length)}`;
    const { redirectOf, counts } = await imported('apache', [longest, `${longest}y`]);
    expect(counts.unmatched).toBe(1);
    expect(await redirectOf(longest)).toBe(placeOf(0));
    expect(await redirectOf(`${longest}y`)).toBeNull();
  },
);
