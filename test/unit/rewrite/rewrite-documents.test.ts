import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DocumentResult } from '../../../src/rewrite/rewrite-document.ts';
import { type RewriteRequest, rewriteDocuments } from '../../../src/rewrite/rewrite-documents.ts';
import { uuidOf } from '../../support/file-json.ts';
import { type MovedItem, movedRun } from '../../support/moved-run.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

const OLD = uuidOf(1);
const NEW = uuidOf(2);
const URL_OF = (uuid: string) => `https://ucarecdn.com/${uuid}/-/preview/`;
const COPIED: MovedItem = { key: OLD, results: [{ file: NEW }] };

/** A folder with documents, and the run that is applied to them. */
function setup(items: readonly MovedItem[] = [COPIED], uses: readonly string[] = ['copy-local']) {
  const folder = tempDirectory();
  const run = movedRun(uses, items);
  const maps: { entries: number; unsettled: number }[] = [];
  return {
    folder,
    maps,
    path: (name: string) => join(folder, name),
    write(name: string, text: string | Buffer) {
      writeFileSync(join(folder, name), text);
    },
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    async rewrite(
      changes: Partial<RewriteRequest> = {},
      onDocument: (document: DocumentResult) => void = () => undefined,
    ): Promise<[string, DocumentResult['state'], number][]> {
      const request: RewriteRequest = {
        paths: [folder],
        oldHosts: [],
        newHost: null,
        bucketUrl: undefined,
        to: undefined,
        reverse: false,
        bareUuids: false,
        dryRun: false,
        backup: null,
        newId: () => 'id',
        signal: new AbortController().signal,
        onMap: ({ entries, unsettled }) => maps.push({ entries, unsettled }),
        ...changes,
      };
      const results: [string, DocumentResult['state'], number][] = [];
      for await (const document of rewriteDocuments(run, request)) {
        onDocument(document);
        results.push([document.path.slice(folder.length + 1), document.state, document.replaced]);
      }
      return results;
    },
  };
}

test('a folder is rewritten in place; a second time changes nothing, not even the time of change', async () => {
  const { path, write, read, rewrite } = setup();
  write('a.md', `![](${URL_OF(OLD)})`);
  write('b.txt', 'nothing');
  mkdirSync(path('c/d'), { recursive: true });
  write('c/d/e.json', JSON.stringify({ url: URL_OF(OLD), other: URL_OF(OLD) }));
  expect(await rewrite()).toEqual([
    ['a.md', 'rewritten', 1],
    ['b.txt', 'unchanged', 0],
    ['c/d/e.json', 'rewritten', 2],
  ]);
  expect(read('a.md')).toBe(`![](${URL_OF(NEW)})`);
  const { ino, mtimeMs } = statSync(path('a.md'));
  expect((await rewrite()).map(([, state]) => state)).toEqual([
    'unchanged',
    'unchanged',
    'unchanged',
  ]);
  expect(statSync(path('a.md'))).toMatchObject({ ino, mtimeMs });
  expect(readdirSync(path(''))).toEqual(['a.md', 'b.txt', 'c']);
});

test('bytes that are no UTF-8 stay, and so do the mode and what is in other chunks', async () => {
  const { path, write, rewrite } = setup();
  const filler = Buffer.alloc(700_000, Buffer.from([0xff, 0xfe, 0x80, 0x0a]));
  const around = (uuid: string) =>
    Buffer.concat([filler, Buffer.from(URL_OF(uuid)), filler, Buffer.from(URL_OF(uuid))]);
  write('dump.sql', around(OLD));
  chmodSync(path('dump.sql'), 0o641);
  expect(await rewrite()).toEqual([['dump.sql', 'rewritten', 2]]);
  expect(readFileSync(path('dump.sql')).equals(around(NEW))).toBe(true);
  expect(statSync(path('dump.sql')).mode & 0o777).toBe(0o641);
});

test('a dry run writes nothing and shows the first changes', async () => {
  const { write, read, rewrite } = setup();
  write('a.md', `one\n${URL_OF(OLD)}\n`.repeat(9));
  const seen: DocumentResult[] = [];
  expect(await rewrite({ dryRun: true }, (document) => seen.push(document))).toEqual([
    ['a.md', 'would-change', 9],
  ]);
  expect(read('a.md')).toContain(OLD);
  expect(seen[0]?.changes.map(({ line }) => line)).toEqual([2, 4, 6, 8, 10]);
});

test('links are not followed: one that was named is refused, one in a folder is passed by', async () => {
  const { path, write, read, rewrite } = setup();
  const outside = setup();
  outside.write('secret.md', URL_OF(OLD));
  write('a.md', URL_OF(OLD));
  symlinkSync(outside.path('secret.md'), path('link.md'));
  symlinkSync(outside.folder, path('folder'));
  expect(await rewrite()).toEqual([['a.md', 'rewritten', 1]]);
  expect(await rewrite({ paths: [path('link.md'), path('gone.md')] })).toEqual([
    ['link.md', 'failed', 0],
    ['gone.md', 'failed', 0],
  ]);
  expect(outside.read('secret.md')).toBe(URL_OF(OLD));
  expect(read('link.md')).toBe(URL_OF(OLD));
});

test('in a folder, what is no text and what belongs to tools is left alone; by name it is rewritten', async () => {
  const { path, write, rewrite } = setup();
  write('image.bin', `\0${URL_OF(OLD)}`);
  for (const name of ['.git', 'node_modules']) {
    mkdirSync(path(name));
    write(`${name}/config`, URL_OF(OLD));
  }
  write('.ucbulk-1.tmp', URL_OF(OLD));
  expect(await rewrite()).toEqual([['image.bin', 'skipped', 0]]);
  expect(await rewrite({ paths: [path('image.bin')] })).toEqual([['image.bin', 'rewritten', 1]]);
});

test('the backup is the old document; one that is there is never written over', async () => {
  const { write, read, rewrite } = setup();
  write('a.md', URL_OF(OLD));
  expect(await rewrite({ backup: '.bak' })).toEqual([['a.md', 'rewritten', 1]]);
  expect(read('a.md.bak')).toBe(URL_OF(OLD));
  expect((await rewrite({ backup: '.bak' }))[0]).toEqual(['a.md', 'unchanged', 0]);
  write('a.md', `again ${URL_OF(OLD)}`);
  expect((await rewrite({ backup: '.bak' }))[0]).toEqual(['a.md', 'failed', 0]);
  expect(read('a.md')).toBe(`again ${URL_OF(OLD)}`);
  expect(read('a.md.bak')).toBe(URL_OF(OLD));
});

test('a hard link elsewhere keeps the old bytes', async () => {
  const { path, write, read, rewrite } = setup();
  write('a.md', URL_OF(OLD));
  linkSync(path('a.md'), path('b.png'));
  expect(await rewrite({ paths: [path('a.md')] })).toEqual([['a.md', 'rewritten', 1]]);
  expect(read('b.png')).toBe(URL_OF(OLD));
});

test('a document that a temporary file can not be made for stays as it is, and the others are done', async () => {
  const { path, write, read, rewrite } = setup();
  mkdirSync(path('a'));
  write('a/a.md', URL_OF(OLD));
  write('a/.ucbulk-id.tmp', 'of somebody else');
  write('b.md', URL_OF(OLD));
  expect(await rewrite({ paths: [path('a/a.md'), path('b.md')] })).toEqual([
    ['a/a.md', 'failed', 0],
    ['b.md', 'rewritten', 1],
  ]);
  expect(read('a/a.md')).toBe(URL_OF(OLD));
  expect(read('a/.ucbulk-id.tmp')).toBe('of somebody else');
});

test('a document of another program meanwhile is left to it', async () => {
  const { folder, write, read, rewrite } = setup();
  write('a.md', URL_OF(OLD));
  const newId = () => {
    write('a.md', `${URL_OF(OLD)} and more`);
    return 'id';
  };
  expect(await rewrite({ newId })).toEqual([['a.md', 'failed', 0]]);
  expect(read('a.md')).toBe(`${URL_OF(OLD)} and more`);
  expect(readdirSync(folder)).toEqual(['a.md']);
});

test('a stop leaves the document it was at as it was', async () => {
  const { folder, write, read, rewrite } = setup();
  write('a.md', URL_OF(OLD));
  const stop = new AbortController();
  const newId = () => {
    stop.abort();
    return 'id';
  };
  await expect(rewrite({ newId, signal: stop.signal })).rejects.toThrow('aborted');
  expect(read('a.md')).toBe(URL_OF(OLD));
  expect(readdirSync(folder)).toEqual(['a.md']);
});

test('references of items that did not end well stay; the map says how many', async () => {
  const { write, read, maps, rewrite } = setup(
    [
      { key: OLD, results: [{ file: NEW }, null], state: 'failed', reason: 'problem' },
      { key: uuidOf(3), results: [{ file: uuidOf(4) }, null] },
    ],
    ['copy-local', 'store'],
  );
  write('a.md', `${URL_OF(OLD)} ${URL_OF(uuidOf(3))}`);
  await rewrite();
  expect(read('a.md')).toBe(`${URL_OF(OLD)} ${URL_OF(uuidOf(4))}`);
  expect(maps).toEqual([{ entries: 1, unsettled: 1 }]);
});

test('a file that was moved on is followed to its end; what goes round in a circle stays', async () => {
  const { write, read, rewrite } = setup([
    { key: uuidOf(1), results: [{ file: uuidOf(2) }] },
    { key: uuidOf(2), results: [{ file: uuidOf(3) }] },
    { key: uuidOf(5), results: [{ file: uuidOf(6) }] },
    { key: uuidOf(6), results: [{ file: uuidOf(5) }] },
  ]);
  write('a.md', [1, 2, 5].map((number) => URL_OF(uuidOf(number))).join(' '));
  expect(await rewrite()).toEqual([['a.md', 'rewritten', 2]]);
  expect(read('a.md')).toBe([3, 3, 5].map((number) => URL_OF(uuidOf(number))).join(' '));
  expect(await rewrite()).toEqual([['a.md', 'unchanged', 0]]);
});

test('source URLs lead to their imports, by the name they were listed under and by its encoded form', async () => {
  const { write, read, rewrite } = setup(
    [{ key: 'https://example.com/für mich.jpg', results: [{ file: NEW }] }],
    ['import-url'],
  );
  write('a.html', '<a href="https://example.com/f%C3%BCr%20mich.jpg">');
  await rewrite({ newHost: 'cdn.example.com' });
  expect(read('a.html')).toBe(`<a href="https://cdn.example.com/${NEW}/">`);
});

test('copies in a bucket are led to where both were made, if asked', async () => {
  const { write, read, rewrite } = setup(
    [{ key: OLD, results: [{ file: NEW }, { url: 's3://bucket/cat.png' }] }],
    ['addon/remove_bg', 'copy-to-remote'],
  );
  const original = `https://ucarecdn.com/${OLD}/cat.jpg`;
  write('a.html', original);
  await rewrite({ to: 'object', bucketUrl: 'https://files.example.com' });
  expect(read('a.html')).toBe('https://files.example.com/cat.png');
  write('a.html', original);
  await rewrite();
  expect(read('a.html')).toBe(`https://ucarecdn.com/${NEW}/cat.jpg`);
});

test.each([
  ['.bak', null],
  ['.orig', '.bak'],
  ['.mine', '.mine'],
])('a backup %s stays at a second time with --backup %s', async (first, second) => {
  const { path, write, read, rewrite } = setup();
  write('a.md', URL_OF(OLD));
  await rewrite({ backup: first });
  const named = { paths: [path('a.md'), path(`a.md${first}`)] };

  for (const places of [{}, named]) {
    expect(await rewrite({ ...places, backup: second })).toEqual([
      ['a.md', 'unchanged', 0],
      [`a.md${first}`, 'backup', 0],
    ]);
  }
  expect(read(`a.md${first}`)).toBe(URL_OF(OLD));
  write('alone.bak', URL_OF(OLD));
  expect(await rewrite({ paths: [path('alone.bak')] })).toEqual([['alone.bak', 'rewritten', 1]]);
});

test('a reverse rewrite is the inverse of the rewrite, for files of the CDN and for imported URLs', async () => {
  const old = 'https://example.com/a.jpg?v=2';
  const imported = { key: old, results: [{ file: uuidOf(4) }] };
  for (const [items, uses, text] of [
    [[COPIED], 'copy-local', `<img src="${URL_OF(OLD)}"> ${URL_OF(uuidOf(9))}`],
    [[imported], 'import-url', `<img src="${old}"> https://example.com/b.jpg`],
    [
      [{ key: OLD, results: [{ url: 's3://b/x.jpg' }] }],
      'copy-to-remote',
      `"https://ucarecdn.com/${OLD}/"`,
    ],
  ] as const) {
    const { write, read, rewrite } = setup(items, [uses]);
    write('a.html', text);
    await rewrite();
    expect(read('a.html')).not.toBe(text);
    await rewrite({ reverse: true });
    expect(read('a.html')).toBe(text);
  }
});

test('a new file of several old ones does not lead back; ucbulk counts their items', async () => {
  const counts: number[] = [];
  const onMap = ({ ambiguous }: { ambiguous: number }) => counts.push(ambiguous);
  const same = { key: uuidOf(3), results: [{ file: NEW }] };
  const { write, read, rewrite } = setup([COPIED, same]);
  write('a.html', URL_OF(NEW));
  await rewrite({ reverse: true, onMap });
  expect(read('a.html')).toBe(URL_OF(NEW));
  // The first file moved to the second one, which moved on: both lead to the last one.
  const chain = setup([COPIED, { key: NEW, results: [{ file: uuidOf(5) }] }]);
  chain.write('a.html', URL_OF(uuidOf(5)));
  await chain.rewrite({ reverse: true, onMap });
  expect(chain.read('a.html')).toBe(URL_OF(uuidOf(5)));
  expect(counts).toEqual([2, 2]);
});
