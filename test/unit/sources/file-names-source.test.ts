import { appendFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FILE_NAMES, fileNamesSource } from '../../../src/sources/file-names-source.ts';
import { keepInput } from '../../../src/sources/list-input.ts';
import { checkWholeList, type ListOptions } from '../../../src/sources/list-source.ts';
import { createRestClient } from '../../../src/uploadcare/rest-client.ts';
import { uuidOf } from '../../support/file-json.ts';
import { readKeys, readPages, signal, tempFolder, withInput } from './local-disk.ts';

const { files: filesApi } = createRestClient(() => Promise.reject(new Error('no request')), {
  origin: 'https://api.uploadcare.com',
});

type Changes = Partial<ListOptions>;

async function setup(text: string | Uint8Array, name = 'list.txt', changes: Changes = {}) {
  const folder = tempFolder();
  const path = await folder.write(name, text);
  const options = { path, columns: [], onBadRow: 'fail', ...changes } as const;
  const ports = { files: folder.files, inputPath: null };
  const open = (more: Changes = {}) => fileNamesSource(filesApi, { ...options, ...more }, ports);
  return { ...folder, path, options, ports, open, source: open() };
}

const A = uuidOf(1);
const B = uuidOf(2);

test.each([
  ['list.txt', `${A}\n\n# a comment\n  ${B.toUpperCase()}  \r\n`],
  [
    'list.txt',
    `https://ucarecdn.com/${A}/\nhttps://abc.ucarecd.net/${B}/-/resize/x600/cat.jpg?x#y\n`,
  ],
  ['list.txt', `https://api.uploadcare.com/files/${A}/\n${B}/-/preview/`],
  ['list.csv', `name,uuid\ncat,${A}\n"dog, the",${B}\n`],
  ['list.csv', `UUID;name\n${A};cat\n${B};dog\n`],
  ['list.tsv', `name\turl\ncat\thttps://ucarecdn.com/${A}/\ndog\t${B}\n`],
  ['list.csv', `cat,${A}\ndog,${B}\n`],
  ['list.csv', `\ufeffuuid,note\r\n${A},"two\r\nlines"\r\n\r\n${B},\r\n`],
  ['list.ndjson', `{"uuid":"${A}","n":1}\n\n"${B}"\n`],
  ['list.jsonl', `{"key":"${A}"}\n{"file":"${B}"}`],
  ['list', `{"key":"${A}"}\n{"original_file_url":"https://ucarecdn.com/${B}/a.jpg"}`],
])('%s with %j names two files', async (name, text) => {
  const { source } = await setup(text, name);
  expect(await readKeys(source)).toEqual([A, B]);
});

test('an empty list, and one of a header only, name nothing', async () => {
  expect(await readPages((await setup('')).source)).toEqual([{ candidates: [], next: null }]);
  expect(await readKeys((await setup('uuid,a\n', 'x.csv')).source)).toEqual([]);
  expect(await readKeys((await setup('', 'x.csv')).source)).toEqual([]);
});

test('other columns are kept where they are asked for', async () => {
  const { open } = await setup(`uuid,album,__proto__,empty\n${A},pets,x,\n`, 'list.csv');
  const [first] = await open({ columns: undefined })
    .readPage(null, signal)
    .then((page) => page.candidates);
  expect(JSON.stringify(first?.details)).toBe('{"columns":{"album":"pets","__proto__":"x"}}');
  const [second] = await readPages(open({ columns: ['album'] }));
  expect(second?.candidates).toEqual([
    { key: A, facts: null, details: { columns: { album: 'pets' } } },
  ]);
  const [third] = await readPages(open());
  expect(third?.candidates).toEqual([{ key: A, facts: null }]);
});

test('a column of another name is named', async () => {
  const { open } = await setup(`id,link\n7,${A}\n`, 'list.csv');
  expect(await readKeys(open({ column: 'Link' }))).toEqual([A]);
  await expect(readKeys(open({ column: 'lnik' }))).rejects.toMatchObject({
    message:
      'list.csv:1 has no column lnik; it has id, link. Rename one of them, or name it with column: NAME in a job file.',
  });
});

test('one bad row, and nothing is done: each is told with its line, and all at once', async () => {
  const good = Array.from({ length: 2500 }, (_, number) => uuidOf(number));
  const { options, ports } = await setup([...good, 'cat.jpg', ...good, `${A}~2`].join('\n'));
  await expect(checkWholeList(options, FILE_NAMES, ports, signal)).rejects.toMatchObject({
    kind: 'fatal',
    code: 'bad_rows',
    message: `list.txt:2501: not a file's UUID or CDN URL: "cat.jpg"\nlist.txt:5002: a group, not a file: "${A}~2"\nNothing was done. Fix these lines, or remove them. A job file can leave them out: onBadRow: skip.`,
  });
});

test('a bad row that came after the look ends the walk', async () => {
  const good = Array.from({ length: 1500 }, (_, number) => uuidOf(number));
  const { source } = await setup(['cat.jpg', ...good].join('\n'));
  await expect(source.readPage(null, signal)).rejects.toMatchObject({ code: 'bad_rows' });
});

test('bad rows that are skipped are told and counted', async () => {
  const { source } = await setup(`${A}\nx\u001b[2J\n${'y'.repeat(70_000)}\n${B}\n`, 'l.txt', {
    onBadRow: 'skip',
  });
  const [page] = await readPages(source);
  expect(page?.candidates.map(({ key }) => key)).toEqual([A, B]);
  expect(page?.rejected).toEqual({
    count: 2,
    samples: [
      { place: 'l.txt:2', reason: `not a file's UUID or CDN URL: "x?[2J"` },
      { place: 'l.txt:3', reason: 'is longer than 65536 bytes' },
    ],
  });
});

test('200,000 bad rows are counted and not kept', async () => {
  const { source } = await setup('x\n'.repeat(200_000), 'l.txt', { onBadRow: 'skip' });
  const [page] = await readPages(source);
  expect(page?.rejected).toMatchObject({ count: 200_000, samples: { length: 50 } });
});

test('a list goes on at any page, also in another process', async () => {
  const uuids = Array.from({ length: 2500 }, (_, number) => uuidOf(number));
  for (const [name, text] of [
    ['a.txt', uuids.join('\r\n')],
    ['a.csv', `n,uuid\n${uuids.map((uuid) => `"line\n""${uuid.slice(-3)}""",${uuid}`).join('\n')}`],
  ] as const) {
    const { open } = await setup(text, name);
    const pages = await readPages(open());
    expect(pages.map(({ candidates }) => candidates.length)).toEqual([1000, 1000, 500]);
    expect(await readKeys(open())).toEqual(uuids);
    expect(await readKeys(open(), pages[0]?.next)).toEqual(uuids.slice(1000));
    expect(await readKeys(open(), pages[1]?.next)).toEqual(uuids.slice(2000));
  }
});

test('a list that was changed since is refused', async () => {
  const uuids = Array.from({ length: 1500 }, (_, number) => uuidOf(number));
  const { open, path } = await setup(uuids.join('\n'));
  const { next } = await open().readPage(null, signal);
  await appendFile(path, `\n${A}`);
  await expect(open().readPage(next, signal)).rejects.toMatchObject({ code: 'list_changed' });
  await utimes(path, 1, 1);
  await expect(open().readPage(next, signal)).rejects.toMatchObject({ code: 'list_changed' });
});

test('standard input is kept, and read from what was kept', async () => {
  const { files, root } = tempFolder();
  const inputPath = join(root, 'run.input');
  const uuids = Array.from({ length: 1500 }, (_, number) => uuidOf(number));
  const options = { path: '-', columns: [], onBadRow: 'fail' } as const;
  const text = uuids.join('\n');
  await keepInput(withInput(files, text.slice(0, 100), text.slice(100)), inputPath, signal);
  const open = () => fileNamesSource(filesApi, options, { files: withInput(files), inputPath });
  const { next } = await open().readPage(null, signal);
  expect(await readKeys(open(), next)).toEqual(uuids.slice(1000));
});

test('without a run standard input is not read', async () => {
  const { files } = tempFolder();
  const options = { path: '-', columns: [], onBadRow: 'fail' } as const;
  const plan = fileNamesSource(filesApi, options, { files, inputPath: null });
  await expect(plan.readPage(null, signal)).rejects.toMatchObject({ code: 'no_input' });
});

test('a list that is not there, or is a folder, says so', async () => {
  const { files, root } = tempFolder();
  const open = (path: string) =>
    fileNamesSource(filesApi, { path, columns: [], onBadRow: 'fail' }, { files, inputPath: null });
  await expect(readKeys(open(join(root, 'no')))).rejects.toMatchObject({
    code: 'no_list',
    kind: 'fatal',
  });
  await expect(readKeys(open(root))).rejects.toMatchObject({ code: 'no_list' });
});

test.each([
  ['UTF-16', 'l.txt', Uint8Array.from([0xff, 0xfe, 0x61, 0]), /UTF-16/],
  ['a column twice', 'l.csv', 'uuid,a,a\n', /the column "a" twice/],
  ['a header with a quote that never closes', 'l.csv', '"uuid\n', /never closed/],
  ['no column that names', 'l.csv', 'a,b\nc,d\n', /has no column uuid, file_id/],
])('a list with %s is refused as a whole', async (_, name, text, message) => {
  const { source } = await setup(text, name, { onBadRow: 'skip' });
  await expect(readKeys(source)).rejects.toMatchObject({
    kind: 'fatal',
    message: expect.stringMatching(message),
  });
});

test.each([
  [
    'a quote that never closes',
    `uuid,a\n${A},"open\n${'x\n'.repeat(40_000)}${B},b\n`,
    /lines 2 to \d+ were taken/,
  ],
  ['60,000 commas', `uuid,a\nx${','.repeat(60_000)}\n${B},b\n`, /more than 1000 cells/],
  ['more cells than columns', `uuid,a\n${A},b,c\n${B},b\n`, /has 3 cells under 2 columns/],
  ['a formula', `uuid,a\n=cmd|' /C calc'!A0,b\n${B},b\n`, /not a file's UUID/],
])('a CSV with %s costs its own rows only, and no time', async (_, text, reason) => {
  const { source } = await setup(text, 'bomb.csv', { onBadRow: 'skip' });
  const pages = await readPages(source);
  expect(pages.flatMap(({ candidates }) => candidates.map(({ key }) => key))).toContain(B);
  expect(pages[0]?.rejected?.samples.map((row) => row.reason).join()).toMatch(reason);
});

test.each([
  ['no JSON', '{"uuid":'],
  ['a number', '7'],
  ['a list', `["${A}"]`],
  ['an object without a name', '{"id":7}'],
  ['a name that is no text', '{"uuid":{}}'],
  ['a deep nest', '['.repeat(30_000)],
])('a line of NDJSON with %s is bad alone', async (_, line) => {
  const { source } = await setup(`"${A}"\n${line}\n"${B}"\n`, 'l.ndjson', { onBadRow: 'skip' });
  const [page] = await readPages(source);
  expect(page).toMatchObject({ candidates: [{ key: A }, { key: B }], rejected: { count: 1 } });
});

test.each([
  ['CR line ends', `sku,uuid\r1,${A}\r2,${B}\r`],
  ['CR line ends and a quoted line break', `sku,uuid\r"1\n2",${A}\r2,${B}`],
  ['sep=;', `sep=;\r\nsku;uuid\r\n"1,2";${A}\r\n2;${B}\r\n`],
  ['sep= without a header', `sep=;\n${A};x\n${B};y\n`],
  ['rows of separators only', `,,\nsku,uuid,\n1,${A},\n,,\n;;;\n2,${B},,,\n ,\n`],
  ['a comma in the first column of a header', `uuid;a,b\n${A};1,2\n${B};3\n`],
  ['a pipe', `sku|uuid\n1|${A}\n2|${B}\n`],
  ['no header, and commas beside', `a,b;${A}\nc;${B}\n`],
  ['no header, CDN URLs with commas', `https://ucarecdn.com/${A}/-/crop/1,2/\n${B}\n`],
])('a CSV with %s names its two files', async (_, text) => {
  expect(await readKeys((await setup(text, 'l.csv')).source)).toEqual([A, B]);
});

test('a list without header that has two items in a row asks which is meant', async () => {
  const text = `${A},${B}\n${B},${A}\n`;
  const { open } = await setup(text, 'l.csv');
  await expect(readKeys(open())).rejects.toMatchObject({
    message: 'l.csv:1 names 2 items: give the list a header, or set column: "1" for the first.',
  });
  expect(await readKeys(open({ column: '2' }))).toEqual([B, A]);
  const later = await setup(`${A},x\n${B},${A}\n`, 'l.csv');
  await expect(readKeys(later.source)).rejects.toMatchObject({
    message: expect.stringContaining('l.csv:2: names 2 items'),
  });
});

test.each([
  ['a line end of another kind', `sku,uuid\n1,${A}\r2,${B}\n`, 'l.csv:2: has a line end of'],
  ['a header with two separators', 'a,uuid,b;uuid;c\n', 'l.csv:1 can be read in more than one'],
  ['a row with another separator', `uuid;a\n${A};1\n${B},1\n`, 'l.csv:3: '],
])('a CSV with %s is refused at its row', async (_, text, message) => {
  const { source } = await setup(text, 'l.csv');
  await expect(readKeys(source)).rejects.toMatchObject({
    message: expect.stringContaining(message),
  });
});

test('the separator of the job goes before every guess', async () => {
  const { open } = await setup(`a,uuid,b;uuid;c\n1;${A};2\n`, 'l.csv');
  expect(await readKeys(open({ separator: ';' }))).toEqual([A]);
});

test.each(['l.ndjson', 'l.json', 'l'])(
  'a JSON array in %s is refused, with a way out',
  async (name) => {
    const { source } = await setup(`[\n"${A}"\n]\n`, name, { onBadRow: 'skip' });
    await expect(readKeys(source)).rejects.toMatchObject({
      code: 'json_array',
      message: expect.stringContaining("jq -c '.[]'"),
    });
  },
);

test.each(['list.csv', 'list.ndjson'])(
  'an accent counts the same in the name of a column and in the job: %s',
  async (name) => {
    const [key, album] = ['schl\u00fcssel', 'gr\u00f6\u00dfe'];
    const apart = (text: string) => text.normalize('NFD');
    const text = name.endsWith('.csv')
      ? `${apart(key)},${apart(album)}\n${A},5\n`
      : `${JSON.stringify({ [apart(key)]: A, [apart(album)]: '5' })}\n`;
    const { source } = await setup(text, name, { column: key, columns: [album] });
    const [page] = await readPages(source);
    expect(page?.candidates).toEqual([
      { key: A, facts: null, details: { columns: { [apart(album)]: '5' } } },
    ]);
  },
);
