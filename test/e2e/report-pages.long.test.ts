import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PageStart } from '../../src/page-data/shapes.ts';
import { openShell, type Shell } from '../support/run-cli.ts';

/** A run that cuts out the first pictures of a project whose files the emulator serves. */
async function cutPictures(shell: Shell, count: number): Promise<string> {
  shell.write(
    'cut.yaml',
    `version: 1\nname: cut\nsource: { files: {} }\nlimits: { items: ${count} }\nwhere: { mime: image/* }\nsteps: [{ uses: addon/remove_bg }]\n`,
  );
  const { documents, stderr } = await shell.ucbulk(['run', 'cut.yaml', '--yes', '--json']);
  expect(stderr).not.toContain('error');
  return String(documents[0]?.run);
}

const PICTURES = {
  files: 60,
  cdnOrigin: 'self',
  work: { remove_bg: { medianMs: 10, unknownMs: 0 } },
} as const;

/** The data that a page contains. */
function readStart(path: string): PageStart {
  const json = /<script type="application\/json" id="start">(.*?)<\/script>/s.exec(
    readFileSync(path, 'utf8'),
  );
  return JSON.parse(json?.[1] ?? '') as PageStart;
}

test('report -o report.html: a page with the numbers of the ledger, for its owner only', async () => {
  const shell = await openShell(PICTURES);
  const run = await cutPictures(shell, 20);
  const end = await shell.ucbulk(['report', run, '-o', 'report.html', '--json']);
  const path = join(shell.cwd, 'report.html');
  expect(end.documents).toMatchObject([{ type: 'report', file: path }]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const status = JSON.parse((await shell.ucbulk(['status', run, '--json'])).stdout);
  const { report, mode } = readStart(path);
  expect(mode).toBe('file');
  expect(report?.run.status.counts).toEqual(status.counts);
  expect(report?.items).toHaveLength(status.counts.total);
  expect(report?.pictures).toEqual({});
  const printed = await shell.ucbulk(['report', run, '--format', 'html']);
  expect(printed.stdout).toMatch(/^<!doctype html>/);
});

test('report --thumbnails N: small pictures are in the page; one that is gone fails nothing', async () => {
  const shell = await openShell(PICTURES);
  const run = await cutPictures(shell, 20);
  await shell.ucbulk(['report', run, '-o', 'first.html']);
  const [first] = readStart(join(shell.cwd, 'first.html')).report?.items ?? [];
  shell.write(
    'delete.yaml',
    `version: 1\nname: d\nsource: { inline: ["${first?.key}"] }\nsteps: [{ uses: delete }]\n`,
  );
  await shell.ucbulk(['run', 'delete.yaml', '--yes']);
  const end = await shell.ucbulk(['report', run, '-o', 'r.html', '--thumbnails', '3']);
  expect(end.code).toBe(0);
  expect(end.stderr).toContain('1 picture could not be fetched');
  const pictures = Object.values(readStart(join(shell.cwd, 'r.html')).report?.pictures ?? {});
  expect(pictures.filter((picture) => picture === null)).toHaveLength(1);
  expect(pictures.filter((picture) => picture?.startsWith('data:image/'))).toHaveLength(5);
});

test('report --format gallery -o DIR: a folder with every pair; an existing one is refused', async () => {
  const shell = await openShell(PICTURES);
  const run = await cutPictures(shell, 20);
  const gallery = ['report', run, '--format', 'gallery', '-o'];
  expect((await shell.ucbulk([...gallery, 'pictures'])).code).toBe(0);
  const folder = join(shell.cwd, 'pictures');
  expect(readdirSync(folder).sort()).toEqual(['index.html', 'pairs-1.js']);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const { gallery: data } = readStart(join(folder, 'index.html'));
  const status = JSON.parse((await shell.ucbulk(['status', run, '--json'])).stdout);
  expect(data).toMatchObject({ run, count: status.counts.done, files: ['pairs-1.js'] });
  const again = await shell.ucbulk([...gallery, 'pictures']);
  expect(again.code).toBe(2);
  expect(again.stderr).toContain('exists already, and nothing was written');
  const missing = await shell.ucbulk([...gallery, 'no/such/pictures']);
  expect(missing.code).toBe(3);
  expect(missing.stderr).toContain("Can't write");
  writeFileSync(join(shell.cwd, 'file'), '');
  expect((await shell.ucbulk([...gallery, 'file/pictures'])).code).toBe(3);
  expect(readdirSync(shell.cwd).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('the list of bad pictures of a gallery is the source of a second job', async () => {
  const shell = await openShell(PICTURES);
  const [one, other] = [0, 1].map((place) => shell.project.seededFile(place).uuid);
  shell.write('bad.csv', `"item","name","picture"\r\n"${one}","a,b",""\r\n"${other}","",""\r\n`);
  shell.write(
    'again.yaml',
    'version: 1\nname: again\nsource: { list: { path: bad.csv } }\nsteps: [{ uses: store }]\n',
  );
  const end = await shell.ucbulk(['run', 'again.yaml', '--yes', '--json']);
  expect(end.documents.at(-1)).toMatchObject({ type: 'summary', counts: { done: 2, total: 2 } });
});

test('a format that does not fit the ending of the file writes nothing', async () => {
  const shell = await openShell({ ...PICTURES, files: 5 });
  const run = await cutPictures(shell, 2);
  const end = await shell.ucbulk(['report', run, '--format', 'csv', '-o', 'report.html']);
  expect(end.code).toBe(2);
  expect(end.stderr).toContain('The report is csv, but `report.html` ends with .html');
  expect(existsSync(join(shell.cwd, 'report.html'))).toBe(false);
  await shell.ucbulk(['report', run, '-o', 'items.json']);
  expect(JSON.parse(readFileSync(join(shell.cwd, 'items.json'), 'utf8'))).toMatchObject({ run });
});
