import { expect, test } from 'vitest';
import { type MapForm, mapTexts } from '../../../src/report/map-texts.ts';
import type { MoveTarget } from '../../../src/report/moves.ts';
import type { REDIRECT_SERVERS } from '../../../src/report/redirect-lines.ts';
import { uuidOf } from '../../support/file-json.ts';
import { movedRun } from '../../support/moved-run.ts';

const SETTINGS = { oldHosts: [], newHost: 'ucarecdn.com' };
const COPIED = { key: uuidOf(1), results: [{ file: uuidOf(2) }] };
const noCounts = () => ({ written: 0, unsettled: 0, deleted: 0, unmatched: 0 });
const NINE = `${uuidOf(9)}~2`;

/** The map of a run whose items went through these operations. */
function setup(uses: Parameters<typeof movedRun>[0], ...items: Parameters<typeof movedRun>[1]) {
  const run = movedRun(uses, items);
  const counts = noCounts();
  return {
    counts,
    rows: (settings = {}) =>
      [...mapTexts(run, { as: 'ndjson' }, { ...SETTINGS, ...settings }, counts)].map((line) =>
        JSON.parse(line),
      ),
    text: (form: MapForm) => [...mapTexts(run, form, SETTINGS, counts)].join(''),
  };
}

const sql = (changes: object = {}): MapForm => ({
  as: 'sql',
  sql: {
    table: 'posts',
    column: 'body',
    dialect: 'ansi',
    type: 'text',
    match: 'part',
    to: undefined,
    ...changes,
  },
});
const redirects = (
  server: (typeof REDIRECT_SERVERS)[number],
  to?: MoveTarget,
  warnings: string[] = [],
): MapForm => ({
  as: 'redirects',
  redirects: { server, to, onLimit: (warning) => warnings.push(warning) },
});

test('an item that was made into nothing new has no line', () => {
  const { rows } = setup(
    ['info', 'store'],
    { key: uuidOf(1), results: [{ uuid: uuidOf(1), url: 'https://ucarecdn.com/x/' }, null] },
    { key: uuidOf(2), results: [{ file: uuidOf(3) }] },
  );
  expect(rows()).toEqual([]);
});

test('all that several steps made is on one line; of two files the later one', () => {
  const { rows } = setup(['addon/remove_bg', 'convert/document', 'copy-to-remote'], {
    key: uuidOf(1),
    results: [
      { file: uuidOf(2) },
      { file: uuidOf(3), group: NINE },
      { url: "s3://bucket/a b/it's.pdf" },
    ],
  });
  expect(rows({ oldHosts: ['*.ucarecd.net', 'cdn.example.com'] })).toEqual([
    {
      version: 1,
      type: 'move',
      item: uuidOf(1),
      oldUrl: `https://cdn.example.com/${uuidOf(1)}/`,
      state: 'done',
      newFile: uuidOf(3),
      newUrl: `https://ucarecdn.com/${uuidOf(3)}/`,
      object: "s3://bucket/a b/it's.pdf",
      objectUrl: 'https://bucket.s3.amazonaws.com/a%20b/it%27s.pdf',
      group: NINE,
      groupUrl: `https://ucarecdn.com/${NINE}/`,
      thumbnails: null,
    },
  ]);
  expect(rows({ bucketUrl: 'https://files.example.com' })[0].objectUrl).toBe(
    'https://files.example.com/a%20b/it%27s.pdf',
  );
});

test('old things are files, URLs and paths; a URL of an original is its file', () => {
  const { rows, text } = setup(
    ['import-url'],
    { key: 'https://example.com/a.jpg', results: [{ file: uuidOf(2) }] },
    { key: `https://ucarecdn.com/${uuidOf(3)}/cat.jpg`, results: [{ file: uuidOf(4) }] },
    { key: 'images/b.jpg', results: [{ file: uuidOf(5) }] },
  );
  expect(rows().map(({ oldUrl }) => oldUrl)).toEqual([
    'https://example.com/a.jpg',
    `https://ucarecdn.com/${uuidOf(3)}/`,
    null,
  ]);
  expect(text(redirects('netlify'))).toBe(
    `/a.jpg https://ucarecdn.com/${uuidOf(2)}/ 301\n/${uuidOf(3)}/* https://ucarecdn.com/${uuidOf(4)}/:splat 301\n`,
  );
});

test('what ended badly after something was made is in the table, but nothing is led there', () => {
  const { rows, text } = setup(
    ['copy-local', 'store'],
    { key: uuidOf(1), results: [{ file: uuidOf(2) }, null], state: 'failed', reason: 'problem' },
    { key: uuidOf(3), results: [{ file: uuidOf(4) }, null], state: 'skipped', reason: 'expired' },
    {
      key: uuidOf(5),
      results: [{ file: uuidOf(6) }, null],
      state: 'skipped',
      reason: 'stored meanwhile',
    },
  );
  expect(rows().map(({ state }) => state)).toEqual(['failed', 'skipped', 'skipped']);
  expect(text(sql()).match(/UPDATE/g)).toHaveLength(1);
  const nginx = text(redirects('nginx'));
  expect(nginx).toContain(`  "${uuidOf(5)}" "https://ucarecdn.com/${uuidOf(6)}";\n`);
  expect(nginx).not.toMatch(new RegExp(`${uuidOf(2)}|${uuidOf(4)}`));
});

test('SQL: a UUID inside a text, or the whole of it', () => {
  const { text } = setup(['copy-local'], COPIED);
  expect(text(sql())).toBe(
    `BEGIN;\nUPDATE "posts" SET "body" = REPLACE("body", '${uuidOf(1)}', '${uuidOf(2)}') WHERE "body" LIKE '%${uuidOf(1)}%';\nCOMMIT;\n`,
  );
  const place = 'UPDATE `my`.`po"sts` SET `a``b` = ';
  const exact = 'CONVERT(`a``b` USING utf8mb4) COLLATE utf8mb4_bin';
  expect(
    text(sql({ match: 'whole', table: 'my.po"sts', column: 'a`b', dialect: 'mysql' })),
  ).toContain(
    `BEGIN;\n${place}'${uuidOf(2)}' WHERE \`a\`\`b\` = '${uuidOf(1)}' AND ${exact} = '${uuidOf(1)}';\n` +
      `${place}'https://ucarecdn.com/${uuidOf(2)}/' WHERE \`a\`\`b\` = 'https://ucarecdn.com/${uuidOf(1)}/' AND ${exact} = 'https://ucarecdn.com/${uuidOf(1)}/';\nCOMMIT;\n`,
  );
  expect(() => text(sql({ table: '' }))).toThrow('Not a name of a table');
});

test('SQL: nothing of a source URL or a path gets out of its quotes', () => {
  const { text } = setup(
    ['import-url'],
    { key: "https://example.com/'); DROP TABLE posts; --", results: [{ file: uuidOf(2) }] },
    { key: "b\\'.jpg", results: [{ file: uuidOf(3) }] },
  );
  expect(text(sql())).toContain(
    `WHERE "body" = 'https://example.com/''); DROP TABLE posts; --';\n`,
  );
  expect(text(sql({ dialect: 'mysql' }))).toContain("WHERE `body` = 'b\\\\''.jpg' AND ");
});

test('a copy in a bucket takes the place of the original alone, not of its pictures', () => {
  const { text } = setup(['copy-to-remote'], {
    key: uuidOf(1),
    results: [{ url: 's3://bucket/$cat;.jpg' }],
  });
  const url = 'https://bucket.s3.amazonaws.com/%24cat%3B.jpg';
  expect(text(sql())).toContain(
    `SET "body" = '${url}' WHERE "body" = 'https://ucarecdn.com/${uuidOf(1)}' OR ("body" LIKE 'https://ucarecdn.com/${uuidOf(1)}/%' AND "body" NOT LIKE '%/-/%');\n`,
  );
  expect(text(redirects('netlify'))).toBe(`/${uuidOf(1)}/* ${url} 301\n`);
  expect(text(redirects('nginx'))).toContain(`  "${uuidOf(1)}" "= ${url}";\n`);
  expect(text(redirects('nginx', 'file'))).not.toContain(uuidOf(1));
});

test('what is left out of updates is counted', () => {
  const run = movedRun(
    ['copy-local', 'store'],
    [COPIED, { ...COPIED, key: uuidOf(3), state: 'failed' }],
  );
  const counts = noCounts();
  const text = [...mapTexts(run, sql(), SETTINGS, counts)].join('');
  expect(text.match(/UPDATE/g)).toHaveLength(counts.written);
  expect(counts).toEqual({ written: 1, unsettled: 1, deleted: 0, unmatched: 0 });
});

test('the map does not lead to a new file that a later step deleted', () => {
  const made = ['import-url', { uses: 'delete', fileFrom: 0 }];
  const { rows, text } = setup(
    made,
    { key: 'https://example.com/a.jpg', results: [{ file: uuidOf(2) }, null] },
    // The step's `if` did not hold: the file is still there.
    {
      key: 'https://example.com/b.jpg',
      results: [{ file: uuidOf(3) }, null],
      state: 'skipped',
      reason: 'condition',
    },
    {
      key: 'https://example.com/c.jpg',
      results: [{ file: uuidOf(4) }, null],
      state: 'skipped',
      reason: 'gone',
    },
  );
  expect(rows().map(({ item }) => item)).toEqual(['https://example.com/b.jpg']);
  expect(text(sql()).match(/UPDATE/g)).toHaveLength(1);
  expect(text(redirects('netlify'))).toBe(`/b.jpg https://ucarecdn.com/${uuidOf(3)}/ 301\n`);
});

test('the map does not lead to a new file that ClamAV purged, nor to one that another item deleted', () => {
  const scan = { uses: 'addon/uc_clamav_virus_scan', fileFrom: 0 };
  const { rows, counts } = setup(
    ['copy-local', scan, 'delete'],
    { key: uuidOf(1), results: [{ file: uuidOf(2) }, { infected: true, removed: true }, null] },
    { key: uuidOf(3), results: [{ file: uuidOf(4) }, { infected: false }, null] },
    { key: uuidOf(5), results: [{ file: uuidOf(6) }, { infected: false }, null] },
    { key: uuidOf(6), results: [{ file: uuidOf(7) }, { infected: false }, null] },
  );
  expect(rows().map(({ item }) => item)).toEqual([uuidOf(3), uuidOf(6)]);
  expect(counts).toEqual({ written: 2, unsettled: 0, deleted: 2, unmatched: 0 });
});

test('of two new files the map leads to the one that was not deleted, and to the copy in a bucket', () => {
  const { rows } = setup(
    [
      'addon/remove_bg',
      { uses: 'copy-local', fileFrom: 0 },
      'copy-to-remote',
      { uses: 'delete', fileFrom: 1 },
    ],
    {
      key: uuidOf(1),
      results: [{ file: uuidOf(2) }, { file: uuidOf(3) }, { url: 's3://bucket/a' }, null],
    },
  );
  expect(rows()).toMatchObject([{ newFile: uuidOf(2), object: 's3://bucket/a' }]);
});

test('the map does not lead to a group whose files the run deleted', () => {
  const { rows } = setup(['create-group', 'delete'], {
    key: uuidOf(1),
    results: [{ group: NINE }, null],
  });
  expect(rows()).toEqual([]);
});

test('Netlify: lines name their host if there are several; what it can not match is counted', () => {
  const imported = (...urls: string[]) =>
    setup(['import-url'], ...urls.map((key) => ({ key, results: [{ file: uuidOf(2) }] })));
  const to = `https://ucarecdn.com/${uuidOf(2)}/ 301`;
  const several = imported('https://a.example.com/x*.jpg', 'http://b.example.com/:x.jpg');
  expect(several.text(redirects('netlify'))).toBe(
    `https://a.example.com/x%2A.jpg ${to}\nhttp://b.example.com/%3Ax.jpg ${to}\n`,
  );
  const { text, counts } = imported(
    'https://a.test/x.jpg',
    'https://a.test/x.jpg?v=2',
    'http://a.test/x.jpg',
  );
  expect(text(redirects('netlify'))).toBe(`/x.jpg ${to}\n`);
  expect(counts).toMatchObject({ written: 3, unmatched: 2 });
});

test('nginx: a key is host and path, its value repeats it to be compared exactly; keys that clash are patterns', () => {
  const { text } = setup(
    ['import-url'],
    ...[
      'https://a.test/x.jpg',
      'https://b.test/x.jpg',
      'https://a.test/Y.jpg',
      'https://a.test/y.jpg',
    ].map((key) => ({ key, results: [{ file: uuidOf(2) }] })),
  );
  const to = `https://ucarecdn.com/${uuidOf(2)}/`;
  const nginx = text(redirects('nginx'));
  expect(nginx).toContain(
    `  "a.test/x.jpg" "a.test/x.jpg ${to}";\n  "b.test/x.jpg" "b.test/x.jpg ${to}";\n`,
  );
  expect(nginx).toContain(
    `  "~^a\\\\.test/Y\\\\.jpg$" "= ${to}";\n  "~^a\\\\.test/y\\\\.jpg$" "= ${to}";\n`,
  );
  expect(nginx).toContain('"~^(?<moved_key>[^ ]+) \\k<moved_key> (?<moved_to>[^ ]+)$" $moved_to;');
});

/** The map of a run that imported these URLs, all into the same file. */
const importedAll = (...urls: string[]) =>
  setup(['import-url'], ...urls.map((key) => ({ key, results: [{ file: uuidOf(2) }] })));

test('Cloudflare: a line has a source without scheme, port and query; paths below a UUID are kept', () => {
  const { text, counts } = importedAll(
    'https://a.test:8443/x,y.jpg',
    'http://a.test/x,y.jpg',
    'https://a.test/x.jpg?v=2',
    `https://ucarecdn.com/${uuidOf(1)}/`,
  );
  const to = `https://ucarecdn.com/${uuidOf(2)}`;
  expect(text(redirects('cloudflare'))).toBe(
    `"a.test/x,y.jpg","${to}/",301,FALSE,FALSE,FALSE,FALSE\n` +
      `"ucarecdn.com/${uuidOf(1)}","${to}",301,TRUE,FALSE,TRUE,TRUE\n`,
  );
  expect(counts.unmatched).toBe(2);
});

test('Vercel: signs of its patterns are escaped; several hosts become conditions', () => {
  const to = `https://ucarecdn.com/${uuidOf(2)}/`;
  const { text } = importedAll('https://a.test/it(1)+:b.jpg', `https://ucarecdn.com/${uuidOf(1)}/`);
  expect(JSON.parse(text(redirects('vercel')))).toEqual({
    redirects: [
      { source: '/it\\(1\\)\\+\\:b.jpg', destination: to, statusCode: 301 },
      { source: `/${uuidOf(1)}/:rest(.*)`, destination: `${to}:rest`, statusCode: 301 },
    ],
  });
  const several = importedAll('https://a.test/x.jpg', 'https://b.test/x.jpg', 'https://b.test/?q');
  expect(JSON.parse(several.text(redirects('vercel'))).redirects).toEqual(
    ['a', 'b'].map((host) => ({
      source: '/x.jpg',
      has: [{ type: 'host', value: `${host}\\.test` }],
      destination: to,
      statusCode: 301,
    })),
  );
  expect(several.counts.unmatched).toBe(1);
});

test('CloudFront: a store without redirects is valid; a key that is too long is left out', () => {
  const { text, counts } = importedAll(`https://a.test/${'x'.repeat(512)}`);
  expect(JSON.parse(text(redirects('cloudfront')))).toEqual({ data: [] });
  expect(counts.unmatched).toBe(1);
});

test.each([
  ['vercel', 2048, 'Vercel takes at most 2,048 in vercel.json'],
  ['cloudflare', 10_000, '10,000 (Free), 25,000 (Pro), 50,000 (Business)'],
  ['netlify', 9999, 'Netlify warns that a deploy with 10,000 or more can fail'],
] as const)('%s: a warning from %i redirects on says what to do', (server, most, warning) => {
  const urls = Array.from({ length: most + 1 }, (_, place) => `https://a.test/${place}.jpg`);
  const warnings: string[] = [];
  importedAll(...urls.slice(0, most)).text(redirects(server, undefined, warnings));
  expect(warnings).toEqual([]);
  importedAll(...urls).text(redirects(server, undefined, warnings));
  expect(warnings).toEqual([expect.stringContaining(warning)]);
  expect(warnings[0]).toContain('--server nginx');
});

test('CloudFront: a warning from 5 MB on says what to do', () => {
  const urls = Array.from(
    { length: 9000 },
    (_, place) => `https://a.test/${'x'.repeat(460)}${place}.jpg`,
  );
  const warnings: string[] = [];
  importedAll(...urls).text(redirects('cloudfront', undefined, warnings));
  expect(warnings).toEqual([expect.stringContaining('takes at most 5.0 MB')]);
});
