import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell } from '../support/run-cli.ts';

test('from nothing to a nightly job: init, plan, run, and a line for cron', async () => {
  const shell = await openShell();
  const list = await shell.ucbulk(['init']);
  expect(list.stdout).toMatch(/^nightly-unstored-cleanup +Delete the files/m);
  const args = ['init', 'cleanup', '-o', 'mine.yaml', '--project-key', 'demopublickey'];
  expect((await shell.ucbulk(args)).stdout).toContain('Wrote mine.yaml.');
  const again = await shell.ucbulk(args);
  expect([again.code, again.stdout]).toEqual([2, '']);
  expect((await shell.ucbulk(['plan', 'mine.yaml'])).code).toBe(0);
  expect(shell.emulator.audit.length).toBe(0);
  const cron = await shell.ucbulk(['init', '--cron', 'mine.yaml', '--at', '3:30']);
  const line = cron.stdout.split('\n').find((one) => one.startsWith('30 3 ')) ?? '';
  const words = line.split(' ucbulk ')[1]?.trim().split(' ') ?? [];
  expect((await shell.ucbulk(words)).code).toBe(0);
  expect(shell.project.counts().removed).toBeGreaterThan(50);
});

test('--continue continues the unfinished run, and starts one if there is none', async () => {
  const shell = await openShell();
  shell.write(
    'j.yaml',
    'version: 1\nname: j\nsource: { files: { stored: false } }\nsteps: [{ uses: delete }]\n',
  );
  const stopped = await shell.ucbulk(['run', 'j.yaml', '--json']);
  expect(stopped.code).toBe(7);
  const night = ['run', 'j.yaml', '--continue', '--yes', '--json'];
  const continued = await shell.ucbulk(night);
  expect(continued.code).toBe(0);
  const runOf = ({ documents }: typeof continued) =>
    documents.find(({ type }) => type === 'summary')?.run;
  expect(runOf(continued)).toBe(runOf(stopped));
  expect(runOf(await shell.ucbulk(night))).not.toBe(runOf(stopped));
  expect(shell.emulator.audit.summary().delete?.filesChangedMoreThanOnce).toBe(0);
  expect((await shell.ucbulk([...night, '--new'])).code).toBe(2);
});

test('a schedule of a file that is no job is refused, and so are two schedules', async () => {
  const shell = await openShell();
  shell.write('x.yaml', 'version: 1\n');
  expect((await shell.ucbulk(['init', '--k8s', 'x.yaml'])).code).toBe(2);
  expect((await shell.ucbulk(['init', '--k8s', '--cron', 'x.yaml'])).code).toBe(2);
  expect((await shell.ucbulk(['init', 'everything', '--set', 'a=b'])).stderr).toContain(
    'has no variable a',
  );
  expect(readFileSync(join(shell.cwd, 'x.yaml'), 'utf8')).toBe('version: 1\n');
});
