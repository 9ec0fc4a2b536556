import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FolderOptions, folderSource } from '../../../src/sources/folder-source.ts';
import { readKeys, readPages, signal, tempFolder } from './local-disk.ts';

async function setup(...names: readonly string[]) {
  const folder = tempFolder();
  for (const name of names) await folder.write(`in/${name}`, name);
  const path = join(folder.root, 'in');
  await mkdir(path, { recursive: true });
  const open = (changes: Partial<FolderOptions> = {}) =>
    folderSource({ path, followLinks: false, onBadRow: 'fail', ...changes }, folder.files);
  return { ...folder, path, open };
}

test('files come in the order of their names, folder by folder, with path, size and time', async () => {
  const { open, path } = await setup('b.txt', 'a/z', 'a/b/c', 'a.txt', 'B', '.hidden', 'é');
  const pages = await readPages(open());
  const keys = pages.flatMap(({ candidates }) => candidates.map(({ key }) => key));
  expect(keys).toEqual(['.hidden', 'B', 'a/b/c', 'a/z', 'a.txt', 'b.txt', 'é']);
  expect(pages[0]?.candidates[2]).toMatchObject({
    facts: null,
    details: { path: join(path, 'a/b/c'), size: 5, modifiedAt: expect.any(Number) },
  });
});

test('an empty folder has no files', async () => {
  expect(await readPages((await setup()).open())).toEqual([{ candidates: [], next: null }]);
});

test('a walk goes on behind any page, in this process and in another', async () => {
  const names = Array.from({ length: 2300 }, (_, n) => `d${n % 7}/x${String(n).padStart(4, '0')}`);
  const { open } = await setup(...names);
  const source = open();
  const pages = await readPages(source);
  expect(pages.map(({ candidates }) => candidates.length)).toEqual([1000, 1000, 300]);
  const keys = pages.flatMap(({ candidates }) => candidates.map(({ key }) => key));
  expect(keys).toEqual([...names].sort());
  expect(await readKeys(open(), pages[0]?.next)).toEqual(keys.slice(1000));
  expect(await readKeys(source, pages[1]?.next)).toEqual(keys.slice(2000));
});

test('what is gone by the time of a resume changes nothing for the others', async () => {
  const { open } = await setup('a/1', 'b', 'c/d');
  expect(await readKeys(open(), 'a/0')).toEqual(['a/1', 'b', 'c/d']);
  expect(await readKeys(open(), 'a/9/x')).toEqual(['b', 'c/d']);
  expect(await readKeys(open(), 'c/d')).toEqual([]);
  expect(await readKeys(open(), 'zz')).toEqual([]);
});

test('links are left out, or followed but for those that lead above themselves', async () => {
  const { open, path, root } = await setup('a/file', 'b/other');
  await writeFile(join(root, 'secret'), 's');
  await symlink(join(root, 'secret'), join(path, 'link-to-file'));
  await symlink(path, join(path, 'a', 'loop'));
  await symlink(join(path, 'b'), join(path, 'link-to-folder'));
  await symlink(join(path, 'nowhere'), join(path, 'broken'));
  expect(await readKeys(open())).toEqual(['a/file', 'b/other']);
  const [page] = await readPages(open({ followLinks: true, onBadRow: 'skip' }));
  expect(page?.candidates.map(({ key }) => key)).toEqual([
    'a/file',
    'b/other',
    'link-to-file',
    'link-to-folder/other',
  ]);
  expect(page?.rejected?.samples).toMatchObject([
    { place: '"a/loop"', reason: 'is a link to a folder above it' },
    { place: '"broken"', reason: expect.stringContaining('ENOENT') },
  ]);
});

test('the folder itself may be a link', async () => {
  const { path, root, open } = await setup('a');
  await symlink(path, join(root, 'link'));
  expect(await readKeys(open({ path: join(root, 'link') }))).toEqual(['a']);
});

test('a pipe is no file, and nobody waits for it', async () => {
  const { open, path } = await setup('a');
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(path, 'pipe')]);
  expect(await readKeys(open())).toEqual(['a']);
});

test('only what matches is taken', async () => {
  const { open } = await setup('a.jpg', 'b/c.jpg', 'b/d.png');
  const accepts = (path: string) => path.endsWith('.jpg');
  expect(await readKeys(open({ accepts }))).toEqual(['a.jpg', 'b/c.jpg']);
});

test('a name that is not UTF-8 can not be opened by it: it is told', async () => {
  const { open, path } = await setup('a');
  await writeFile(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0x62, 0xff])]), 'x');
  await expect(readKeys(open())).rejects.toMatchObject({ code: 'bad_rows', kind: 'fatal' });
  const [page] = await readPages(open({ onBadRow: 'skip' }));
  expect(page).toMatchObject({
    candidates: [{ key: 'a' }],
    rejected: { samples: [{ reason: 'has a name that is not UTF-8' }] },
  });
});

test.runIf(process.getuid?.() !== 0)('a folder that can not be read is told', async () => {
  const { open, path } = await setup('a', 'locked/b');
  await chmod(join(path, 'locked'), 0o000);
  const [page] = await readPages(open({ onBadRow: 'skip' }));
  await chmod(join(path, 'locked'), 0o700);
  expect(page).toMatchObject({ candidates: [{ key: 'a' }], rejected: { count: 1 } });
});

test('a folder that is not there, or is a file, stops the run', async () => {
  const { open, root, write } = await setup('a');
  await expect(readKeys(open({ path: join(root, 'no') }))).rejects.toMatchObject({
    code: 'no_folder',
  });
  const path = await write('file', '');
  await expect(readKeys(open({ path }))).rejects.toMatchObject({ code: 'no_folder' });
});

test('a stopped walk reads no further', async () => {
  const { open } = await setup('a');
  await expect(open().readPage(null, AbortSignal.abort())).rejects.toThrow();
  expect(await open().readPage(null, signal)).toMatchObject({ next: null });
});

test('what is excluded, and links, are left out and counted; an excluded folder counts once', async () => {
  const { open, path } = await setup('a.jpg', '.git/x', '.git/y', 'd/.DS_Store', 'd/b.jpg', 'e/f');
  await symlink(join(path, 'a.jpg'), join(path, 'link.jpg'));
  await symlink(join(path, 'd'), join(path, 'elsewhere'));
  const excludes: FolderOptions['excludes'] = ({ name, relativePath }) =>
    name.startsWith('.') || relativePath === 'e/f';
  const pages = await readPages(open({ excludes }));
  expect(pages).toMatchObject([
    { candidates: [{ key: 'a.jpg' }, { key: 'd/b.jpg' }], passedOver: { excluded: 3, links: 2 } },
  ]);
});

test('a walk in two processes counts each entry once', async () => {
  const names = Array.from({ length: 1500 }, (_, n) => `x${String(n).padStart(4, '0')}`);
  const { open } = await setup(...names, '.a', 'x0500.tmp', 'x1200.tmp', 'z.tmp');
  const excludes: FolderOptions['excludes'] = ({ name }) => /^\.|tmp$/.test(name);
  const first = await open({ excludes }).readPage(null, signal);
  const second = await open({ excludes }).readPage(first.next, signal);
  expect([first.passedOver, second.passedOver]).toEqual([
    { excluded: 2, links: 0 },
    { excluded: 2, links: 0 },
  ]);
});
