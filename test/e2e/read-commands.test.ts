import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { jobFile, openShell } from '../support/run-cli.ts';

const STORE = jobFile('store-everything');

test('ucbulk status, after a run', async () => {
  const shell = await openShell();
  await shell.ucbulk(['run', STORE, '--quiet']);
  const text = await shell.ucbulk(['status']);
  expect(text.stdout).toMatch(/^job +store-everything$/m);
  expect(text.stdout).toMatch(/^state +finished$/m);
  expect(text.stdout).toMatch(/^items +(\d+): \1 done \(100% finished\)$/m);
  expect(text.code).toBe(0);
  const json = await shell.ucbulk(['status', '--json']);
  expect(json.documents).toMatchObject([
    { version: 1, type: 'run', jobName: 'store-everything', state: 'finished', isRunning: false },
  ]);
  expect(json.stdout).not.toContain('demosecretkey');
});

test('ucbulk status RUN: a run that is not there, and what is no run', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['status', '20200101-000000-zzzzzz']);
  expect(end.stderr).toMatch(/^error: `20200101-000000-zzzzzz` is neither the id of a run/);
  expect(end.code).toBe(2);
  const odd = await shell.ucbulk(['status', '../../etc/passwd']);
  expect(odd.stderr).toContain('`../../etc/passwd` is neither the id of a run');
  expect(odd.code).toBe(2);
});

test('ucbulk runs: newest first', async () => {
  const shell = await openShell();
  expect((await shell.ucbulk(['runs'])).stderr).toContain('No runs in ');
  await shell.ucbulk(['run', STORE, '--quiet']);
  await shell.ucbulk(['run', jobFile('nightly-unstored-cleanup'), '--yes', '--quiet']);
  const listed = await shell.ucbulk(['runs']);
  expect(listed.stderr).toMatch(/^Runs in \/.+:\n$/);
  expect((await shell.ucbulk(['runs', '--quiet'])).stderr).toBe('');
  const table = listed.stdout.trim().split('\n');
  expect(table[0]).toMatch(/^RUN +JOB +STATE +ITEMS ENDED +FAILED +IN DOUBT +STARTED$/);
  expect(table[1]).toContain('nightly-unstored-cleanup');
  expect(table[2]).toContain('store-everything');
  const { documents } = await shell.ucbulk(['runs', '--json']);
  expect(documents.map(({ type, jobName }) => [type, jobName])).toEqual([
    ['run', 'nightly-unstored-cleanup'],
    ['run', 'store-everything'],
  ]);
});

test('ucbulk items RUN --state skipped: which files were skipped, and why', async () => {
  const shell = await openShell();
  const known = shell.project.seededFile(0).uuid;
  const unknown = '00000000-0000-4000-8000-000000000000';
  shell.write(
    'two.yaml',
    `version: 1\nname: two\nsource: { inline: [${known}, ${unknown}] }\nsteps: [{ uses: store }]\n`,
  );
  const run = await shell.ucbulk(['run', 'two.yaml', '--json']);
  const id = String(run.documents[0]?.run);
  const all = await shell.ucbulk(['items', id, '--json']);
  expect(all.code).toBe(0);
  expect(all.documents).toMatchObject([
    { version: 1, type: 'item', run: id, key: known, state: 'done' },
    { version: 1, type: 'item', run: id, key: unknown, state: 'skipped', reason: 'missing' },
  ]);
  expect(run.code).toBe(0);
  const text = await shell.ucbulk(['items', id, '--state', 'skipped']);
  expect(text.stdout).toMatch(new RegExp(`^${unknown}  skipped  1-store  .+\n$`));
  expect((await shell.ucbulk(['items', id, '--state', 'failed'])).stdout).toBe('');
  expect((await shell.ucbulk(['items', id, '--state', 'in-doubt'])).stdout).toBe('');
  const one = await shell.ucbulk(['items', id, '--json', '--limit', '1']);
  expect(one.documents).toHaveLength(1);
});

test('ucbulk items RUN | head: the reader may leave', async () => {
  const shell = await openShell({ files: 3000 });
  const run = await shell.ucbulk(['run', STORE, '--json']);
  const items = shell.start(['items', String(run.documents[0]?.run)]);
  items.process.stdout?.destroy();
  const end = await items.ended;
  expect(end.stderr).toBe('');
  expect(end.code).toBe(0);
});

test('ucbulk validate JOB: every job file of the repository is valid, and nothing is sent', async () => {
  const shell = await openShell();
  const folder = join(shell.cwd, 'jobs');
  cpSync(fileURLToPath(new URL('../../jobs/', import.meta.url)), folder, { recursive: true });
  // As jobs/label-images-at-night.yaml says.
  cpSync(join(folder, 'prices.example.yml'), join(folder, 'prices.yml'));
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  expect(files).toContain('nightly-unstored-cleanup.yaml');
  await Promise.all(
    files.map(async (file) => {
      const end = await shell.ucbulk(['validate', join(folder, file)]);
      expect(end.stdout).toMatch(new RegExp(`/${file} is valid\\.\n {3}- {2}(Lists|Takes) `));
      expect(end.code).toBe(0);
    }),
  );
  expect(shell.emulator.requestCounts()).toEqual([]);
});
