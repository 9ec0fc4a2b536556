import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder, readSource } from '../support/read-source.ts';

// Folders as people have them, and globs as they write them for other tools: which files are taken.

async function taken(names: readonly string[], options: object = {}) {
  const path = newFolder();
  for (const name of names) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), 'x');
  }
  const { keys, excluded, message } = await readSource({ folder: { path, ...options } }, 'upload');
  return { keys, excluded, message };
}

const TREE = ['a.jpg', 'd/b.jpg', 'd/e/c.jpg', 'f.png'];

test.each<[glob: string, keys: readonly string[]]>([
  ['**/*.jpg', ['a.jpg', 'd/b.jpg', 'd/e/c.jpg']],
  ['**', TREE],
  ['**/**/b.jpg', ['d/b.jpg']],
  ['./*.jpg', ['a.jpg', 'd/b.jpg', 'd/e/c.jpg']],
  ['/a.jpg', ['a.jpg']],
  ['d/', ['d/b.jpg', 'd/e/c.jpg']],
  ['d/**', ['d/b.jpg', 'd/e/c.jpg']],
  ['d/**/c.jpg', ['d/e/c.jpg']],
  ['d/**/b.jpg', ['d/b.jpg']],
  ['{**/c,a}.*', ['a.jpg', 'd/e/c.jpg']],
])('match: %s', async (match, keys) => {
  expect(await taken(TREE, { match })).toEqual({ keys, excluded: 0, message: '' });
});

const PROJECT = ['a', 'node_modules/x', 'p/node_modules/y', 'p/t.tmp', 't.tmp'];

test.each<[glob: string, keys: readonly string[]]>([
  ['node_modules/', ['a', 'p/t.tmp', 't.tmp']],
  ['**/node_modules', ['a', 'p/t.tmp', 't.tmp']],
  ['**/node_modules/**', ['a', 'p/t.tmp', 't.tmp']],
  ['./node_modules', ['a', 'p/node_modules/y', 'p/t.tmp', 't.tmp']],
  ['/t.tmp', ['a', 'node_modules/x', 'p/node_modules/y', 'p/t.tmp']],
  ['**/*.tmp', ['a', 'node_modules/x', 'p/node_modules/y']],
  ['p/*.tmp', ['a', 'node_modules/x', 'p/node_modules/y', 't.tmp']],
])('exclude: %s', async (exclude, keys) => {
  expect(await taken(PROJECT, { exclude })).toMatchObject({ keys, message: '' });
});

test.each(['/', './', `${'**/a/'.repeat(9)}b`])(
  'the glob %s is refused with the job',
  async (match) => {
    expect((await taken(['a'], { match })).message).toContain(
      'source.folder.match has a glob that',
    );
  },
);

test.each<[what: string, name: string]>([
  ['capitals', 'THUMBS.DB'],
  ['thumbnails of Windows Media Center', 'ehthumbs_vista.db'],
  ['the bin of a Windows disk', '$RECYCLE.BIN/x'],
  ['what Windows keeps on a disk', 'System Volume Information/x'],
  ['a lock of Word', '~$report.docx'],
  ['a lock of LibreOffice', '.~lock.report.odt#'],
  ['the icon of a folder of a Mac', 'Icon\r'],
  ['a name of two dots and more', '..x'],
])('junk, %s: left out and counted', async (_, name) => {
  expect(await taken(['report.docx', name])).toEqual({
    keys: ['report.docx'],
    excluded: 1,
    message: '',
  });
});

test.each([
  ['like junk and more', 'thumbs.db.jpg'],
  ['like a lock', 'a~$b.docx'],
  ['like a device of Windows', 'CON'],
  ['like a path', 'a\\b:c.txt'],
  ['like an option', '-rf'],
  ['like a comment', '#a'],
  ['with a line break', 'a\nb\t'],
  ['with a mark of direction', '\u202eabc'],
  ['of 255 bytes', 'x'.repeat(255)],
  ['200 folders down', `${'d/'.repeat(200)}f`],
])('a name %s is taken', async (_, name) => {
  expect(await taken([name])).toEqual({ keys: [name], excluded: 0, message: '' });
});

test('folders that link to each other end, and each file is taken by each of its paths once', async () => {
  const path = newFolder();
  for (const name of ['a', 'b']) mkdirSync(join(path, name));
  writeFileSync(join(path, 'a/1'), 'x');
  symlinkSync('../b', join(path, 'a/b'));
  symlinkSync('../a', join(path, 'b/a'));
  execFileSync('mkfifo', [join(path, 'pipe')]);
  symlinkSync('pipe', join(path, 'link-to-pipe'));
  symlinkSync('itself', join(path, 'itself'));
  const folder = { path, followLinks: true, onUnreadable: 'skip' };
  expect((await readSource({ folder }, 'upload')).keys).toEqual(['a/1', 'b/a/1']);
});
