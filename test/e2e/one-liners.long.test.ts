import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell, type Shell } from '../support/run-cli.ts';

/** Runs a command with a text as its standard input. */
function pipe(shell: Shell, args: readonly string[], text: string) {
  const program = shell.start(args, { input: 'pipe' });
  program.process.stdin?.end(text);
  return program.ended;
}

test('one line deletes the old files that nobody stored, each once', async () => {
  const shell = await openShell();
  const before = shell.project.counts();
  const line = ['file', 'delete', '--unstored', '--older-than', '48h', '--yes'];
  const end = await shell.ucbulk(line);
  expect(end.code).toBe(0);
  expect(end.stderr).toMatch(/^Finished file delete, run /m);
  const { removed, stored } = shell.project.counts();
  expect(stored).toBe(before.stored);
  expect(removed).toBeGreaterThan(50);
  expect(shell.emulator.audit.summary().delete).toMatchObject({
    effects: removed,
    filesChangedMoreThanOnce: 0,
  });
});

test('without a filter nothing is deleted, and without a yes the run waits for one', async () => {
  const shell = await openShell();
  const wide = await shell.ucbulk(['file', 'delete', '--yes']);
  expect([wide.code, wide.stdout]).toEqual([2, '']);
  expect(wide.stderr).toContain('add --all');
  const first = shell.project.seededFile(0).uuid;
  expect((await shell.ucbulk(['file', 'delete', first])).code).toBe(7);
  expect(shell.emulator.audit.length).toBe(0);
  expect((await shell.ucbulk(['resume', '--yes'])).code).toBe(0);
  expect(shell.project.counts().removed).toBe(1);
});

test('the output of the official CLI is a list, in each of its forms', async () => {
  const shell = await openShell();
  const [a, b, c, d] = [0, 1, 2, 3].map((index) => shell.project.seededFile(index).uuid);
  const line = ['file', 'delete', '--from-stdin', '--yes'];
  const lists = [
    `UUID                                  SIZE    FILENAME   STORED\n${a}  2 MB  x y.jpg    true\n`,
    `{"uuid":"${b}","filename":"x"}\n`,
    `[\n  {"uuid": "${c}", "filename": "x"}\n]\n`,
    `uuid,filename\n${d},x\n`,
  ];
  for (const list of lists) expect((await pipe(shell, line, list)).code).toBe(0);
  expect(shell.project.counts().removed).toBe(4);
});

test('a list that is empty deletes nothing, and one that was cut off is refused', async () => {
  const shell = await openShell();
  const line = ['file', 'delete', '--from-stdin', '--yes'];
  expect((await pipe(shell, line, '')).code).toBe(0);
  const cut = await pipe(shell, line, `[{"uuid":"${shell.project.seededFile(0).uuid}"},`);
  expect(cut.code).toBe(2);
  expect(cut.stderr).toContain('it was probably cut off. Nothing was done.');
  expect(shell.emulator.audit.length).toBe(0);
});

test('a saved job does what the line does, also from standard input', async () => {
  const shell = await openShell();
  const saved = await shell.ucbulk([
    'file',
    'delete',
    '--name',
    '*',
    '--limit',
    '3',
    '--save',
    'j.yaml',
  ]);
  expect(saved.stdout).toContain('Saved j.yaml. To run it: ucbulk run j.yaml');
  const again = await shell.ucbulk(['file', 'delete', '--all', '--save', 'j.yaml']);
  expect([again.code, shell.emulator.audit.length]).toEqual([2, 0]);
  expect((await shell.ucbulk(['run', 'j.yaml', '--yes'])).code).toBe(0);
  expect(shell.project.counts().removed).toBe(3);
  shell.write('k.yaml', '');
  const job = 'version: 1\nname: x\nsource: { files: {} }\nsteps: [{ uses: store }]\n';
  expect((await pipe(shell, ['run', '-'], job)).code).toBe(0);
});

test('uploads take a folder, a file, or files of one folder', async () => {
  const shell = await openShell({ files: 0 });
  mkdirSync(join(shell.cwd, 'up'));
  for (const name of ['a.txt', 'b [1].txt', 'c.md'])
    writeFileSync(join(shell.cwd, 'up', name), name);
  const total = () => shell.project.counts().stored + shell.project.counts().unstored;
  expect((await shell.ucbulk(['upload', 'up/b [1].txt', '--store'])).code).toBe(0);
  expect(total()).toBe(1);
  expect((await shell.ucbulk(['upload', 'up/a.txt', 'up/c.md'])).code).toBe(0);
  expect(total()).toBe(3);
  expect((await shell.ucbulk(['upload', 'up', '--match', '*.txt'])).code).toBe(0);
  expect(total()).toBe(5);
  const missing = await shell.ucbulk(['upload', 'nothing-here']);
  expect([missing.code, total()]).toEqual([2, 5]);
  expect(missing.stderr).toContain('There is no file or folder `nothing-here`.');
});

test('tags and metadata of named files', async () => {
  const shell = await openShell();
  const { uuid } = shell.project.seededFile(0);
  expect((await shell.ucbulk(['tags', 'add', uuid, 'one', 'two'])).code).toBe(0);
  expect((await shell.ucbulk(['metadata', 'set', uuid, 'sku', 'A 1'])).code).toBe(0);
  expect(shell.project.file(uuid)).toMatchObject({
    tags: '["one","two"]',
    metadata: '{"sku":"A 1"}',
  });
});

test('file list shows what file delete would take, and file info reads one file', async () => {
  const shell = await openShell();
  const filter = ['--unstored', '--older-than', '48h'];
  const listed = await shell.ucbulk(['file', 'list', ...filter, '--json=uuid,is_stored']);
  const rows = listed.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(new Set(rows.map((row) => Object.keys(row).join()))).toEqual(
    new Set(['version,type,uuid,is_stored']),
  );
  expect(shell.emulator.audit.length).toBe(0);
  const piped = await pipe(shell, ['file', 'delete', '--from-stdin', '--yes'], listed.stdout);
  expect(piped.code).toBe(0);
  expect(shell.project.counts().removed).toBe(rows.length);
  expect((await shell.ucbulk(['file', 'list', ...filter])).stdout).toBe('');
  const table = await shell.ucbulk([
    'file',
    'list',
    '--limit',
    '2',
    '--where',
    'file.isImage == true',
  ]);
  expect(table.stdout.split('\n')).toEqual([
    expect.stringMatching(/^UUID +SIZE {2}STORED {2}FILENAME$/),
    expect.stringMatching(/^[0-9a-f-]{36} /),
    expect.stringMatching(/^[0-9a-f-]{36} /),
    '',
  ]);
  const { uuid } = shell.project.seededFile(0);
  const [file] = (await shell.ucbulk(['file', 'info', uuid, '--json'])).documents;
  expect(file).toMatchObject({ type: 'file', uuid });
  const missing = uuid.replace(/^........./, '00000000-');
  expect((await shell.ucbulk(['file', 'info', missing])).code).toBe(1);
  expect((await shell.ucbulk(['file', 'list', '--json=uid'])).stderr).toContain(
    'did you mean uuid?',
  );
});
