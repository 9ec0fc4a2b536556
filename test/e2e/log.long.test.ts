import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell } from '../support/run-cli.ts';

const JOB = `
version: 1
name: store-all
source: { files: { stored: false } }
steps: [{ uses: store }]
`;

test('the log file gets the log of a run, and `log` lists its events', async () => {
  const shell = await openShell({ files: 20, storedShare: 0 });
  shell.write('job.yaml', JOB);
  const run = await shell.ucbulk(['run', 'job.yaml', '--yes', '--json', '--log-file', 'uc.log']);
  expect(run.code).toBe(0);
  const id = run.documents[0]?.run;
  const lines = readFileSync(join(shell.cwd, 'uc.log'), 'utf8').trim().split('\n');
  const messages = lines.map((line) => JSON.parse(line));
  expect(messages).toContainEqual(
    expect.objectContaining({ level: 'info', run: id, pid: expect.any(Number), msg: 'Run ended' }),
  );
  expect(run.stderr).not.toContain('Run ended');
  expect(readFileSync(join(shell.cwd, 'uc.log'), 'utf8')).not.toContain('demosecretkey');

  const log = await shell.ucbulk(['log', '--json']);
  expect(log.documents).toMatchObject([
    { type: 'event', run: id, kind: 'run-started', text: 'The run started' },
    { kind: 'walk-finished', text: 'The listing is complete: 20 items' },
    { kind: 'run-ended', text: 'The process ended: finished' },
  ]);
  const text = await shell.ucbulk(['log', 'latest']);
  expect(text.stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z {2}The run started\n/);
});

test('a run continues if its log file can no longer be written', async () => {
  const shell = await openShell({ files: 20, storedShare: 0 });
  shell.write('job.yaml', JOB);
  const run = await shell.ucbulk(['run', 'job.yaml', '--yes', '--log-file', '/dev/full']);
  expect(run.code).toBe(0);
  expect(run.stderr.match(/The log file can't be written any more: ENOSPC/g)).toHaveLength(1);
  const missing = await shell.ucbulk(['run', 'job.yaml', '--yes', '--log-file', 'no/uc.log']);
  expect(missing.code).toBe(3);
  expect(missing.stderr).toContain("The log file can't be written: ENOENT");
});
