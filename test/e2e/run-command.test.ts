import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jobFile, openShell } from '../support/run-cli.ts';

const CLEANUP = jobFile('nightly-unstored-cleanup');

test('ucbulk run jobs/nightly-unstored-cleanup.yaml --yes', async () => {
  const shell = await openShell();
  const before = shell.project.counts();
  const end = await shell.ucbulk(['run', CLEANUP, '--yes']);
  expect(end.stdout).toBe('');
  expect(end.stderr).toMatch(/^Finished nightly-unstored-cleanup, run \d{8}-\d{6}-\w+$/m);
  expect(end.stderr).toMatch(/^ {2}items +(\d+): \1 done$/m);
  expect(end.code).toBe(0);
  const { removed, stored } = shell.project.counts();
  expect(stored).toBe(before.stored);
  expect(removed).toBeGreaterThan(50);
  expect(shell.emulator.audit.summary()).toEqual({
    delete: {
      requests: Math.ceil(removed / 100),
      effects: removed,
      changed: removed,
      distinctFilesChanged: removed,
      filesChangedMoreThanOnce: 0,
    },
  });
});

test('ucbulk run JOB --dry-run: the same count, and nothing is touched', async () => {
  const shell = await openShell();
  const dry = await shell.ucbulk(['run', CLEANUP, '--dry-run', '--json']);
  expect(dry.code).toBe(0);
  expect(dry.documents).toMatchObject([{ version: 1, type: 'plan', pages: 1 }]);
  expect(shell.emulator.audit.length).toBe(0);
  const methods = new Set(shell.emulator.requestCounts().map(({ method }) => method));
  expect(methods).toEqual(new Set(['GET']));
  await shell.ucbulk(['run', CLEANUP, '--yes', '--quiet']);
  expect(shell.emulator.audit.length).toBe(dry.documents[0]?.selected);
});

test('ucbulk run JOB --quiet prints nothing where all went well', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['run', jobFile('store-everything'), '--quiet']);
  expect([end.stdout, end.stderr, end.code]).toEqual(['', '', 0]);
});

test('ucbulk run CLEANUP: no terminal and no --yes deletes nothing', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['run', CLEANUP]);
  expect(end.stderr).toContain('add --yes');
  expect(end.stderr).toContain('exit 7: stopped by a guard');
  expect(end.code).toBe(7);
  expect(shell.emulator.audit.length).toBe(0);
});

test('guard.confirm: false is no yes unless the file names the project', async () => {
  const shell = await openShell();
  const job = 'version: 1\nname: go\nsource: { files: {} }\nsteps: [{ uses: delete }]\n';
  shell.write('any.yaml', `${job}guard: { confirm: false }\n`);
  shell.write('mine.yaml', `${job}guard: { confirm: false }\nproject: demopublickey\n`);
  expect((await shell.ucbulk(['run', 'any.yaml'])).code).toBe(7);
  expect(shell.emulator.audit.length).toBe(0);
  expect((await shell.ucbulk(['run', 'mine.yaml'])).code).toBe(0);
  expect(shell.project.counts()).toEqual({ stored: 0, unstored: 0, removed: 300 });
});

test('ucbulk run JOB --stats 200ms: plain lines while it works', async () => {
  const shell = await openShell({ files: 1500, throttle: { perSecond: 5, burst: 2 } });
  const end = await shell.ucbulk(['run', jobFile('store-everything'), '--stats', '200ms']);
  expect(end.code).toBe(0);
  expect(end.stderr).toMatch(
    /^working: [\d,]+ \/ [\d,]+ \(\d+%\), ETA .+, 0 failed, 0 in doubt, .*\d+% throttled$/m,
  );
  expect(end.stderr).not.toContain('\u001b');
  expect(shell.project.counts().unstored).toBe(0);
});

test('ucbulk run jobs/migrate-to-remote-storage.yaml --var target=archive', async () => {
  const shell = await openShell({ remoteTargets: { archive: 'archive-bucket' } });
  const job = jobFile('migrate-to-remote-storage');
  const end = await shell.ucbulk(['run', job, '--var', 'target=archive']);
  expect(end.code).toBe(0);
  const copies = [...shell.emulator.bucketObjects('archive-bucket')];
  expect(copies).toHaveLength(shell.project.counts().stored);
  expect(new Set(copies.map(({ key }) => key)).size).toBe(copies.length);
});

test('ucbulk run jobs/back-up-to-bucket.yaml, and again', async () => {
  const shell = await openShell({ files: 0, buckets: { attic: {} } });
  const names = ['a.jpg', 'a.jpg', 'Größe.txt', ''];
  for (const name of names) shell.project.addFile({ name, size: 3000, metadata: { of: 'Zoë' } });
  const { accessKeyId, secretAccessKey } = shell.emulator.buckets.accessKey;
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const text = readFileSync(jobFile('back-up-to-bucket'), 'utf8').replace(
    '# endpoint: https://ID.r2.cloudflarestorage.com',
    `endpoint: ${shell.origin}/s3\n      cdn: ${shell.origin}`,
  );
  shell.write('back-up.yaml', text);
  const line = ['run', 'back-up.yaml', '--var', 'url=s3://attic/old/', '--var', 'sidecar=true'];

  const end = await shell.ucbulk(line, { env });

  expect(end).toMatchObject({ code: 0 });
  const objects = [...shell.emulator.buckets.list('attic')];
  expect(objects).toHaveLength(2 * names.length);
  expect(objects.every(({ key }) => key.startsWith('old/'))).toBe(true);
  expect(JSON.stringify(end)).not.toContain(secretAccessKey);
  const again = await shell.ucbulk(line, { env });
  expect(again.code).toBe(0);
  expect(shell.emulator.buckets.requestCounts()).toMatchObject({ put: objects.length });
});

test('UCBULK_<FLAG> stands for any flag', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['run', jobFile('store-everything')], {
    env: { UCBULK_QUIET: '1', UCBULK_DRY_RUN: 'true', UCBULK_JSON: '1', UCBULK_RATE: '50' },
  });
  expect(JSON.parse(end.stdout)).toMatchObject({ type: 'plan' });
  expect(shell.emulator.audit.length).toBe(0);
});
