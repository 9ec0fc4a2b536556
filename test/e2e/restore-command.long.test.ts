// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { expect, test } from 'vitest';
import { openShell } from '../support/run-cli.ts';

const NAMES = ['a.txt', 'Größe.txt', 'c.txt'];

/** A finished run that deleted three files after a backup. */
async function deletes(backup = 'url: s3://attic/old/') {
  const shell = await openShell({ files: 0, buckets: { attic: {} } });
  for (const name of NAMES) shell.project.addFile({ name, size: 2000, metadata: { of: 'Zoë' } });
  const { accessKeyId, secretAccessKey } = shell.emulator.buckets.accessKey;
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const place = backup.startsWith('url')
    ? `${backup}, endpoint: '${shell.origin}/s3', cdn: '${shell.origin}'`
    : backup;
  shell.write(
    'clean.yaml',
    `version: 1
name: clean
source: { files: {} }
steps:
  - { uses: delete, with: { backup: { ${place} } } }
`,
  );
  const end = await shell.ucbulk(['run', 'clean.yaml', '--yes', '--json'], { env });
  expect(end.code, end.stderr).toBe(0);
  const files = () => {
    const { stored, unstored } = shell.project.counts();
    return stored + unstored;
  };
  expect(files()).toBe(0);
  const { requestCounts } = shell.emulator.buckets;
  return { shell, env, run: String(end.documents[0]?.['run']), files, requestCounts };
}

test('restore shows its plan, imports the files, and the map shows old and new ones', async () => {
  const { shell, env, run, files } = await deletes();
  const plan = await shell.ucbulk(['restore', run, '--dry-run'], { env });
  expect(plan).toMatchObject({ code: 0 });
  expect(plan.stdout).toContain(`run ${run} deleted, from their backup in s3://attic/old/`);
  expect(files()).toBe(0);

  const end = await shell.ucbulk(['restore', run, '--json'], { env });
  expect(end.documents).toMatchObject([{ type: 'summary', state: 'finished', exitCode: 0 }]);
  expect(files()).toBe(3);
  const map = await shell.ucbulk(['report', 'latest', '--format', 'map', '--json'], { env });
  expect(map.code, map.stderr).toBe(0);
  const uuids = [...shell.emulator.buckets.list('attic')].map(({ key }) => key.split('/')[1]);
  for (const uuid of uuids) expect(map.stdout).toContain(uuid);
  const checked = await shell.ucbulk(['verify', 'latest'], { env });
  expect(checked.code, checked.stdout + checked.stderr).toBe(0);
  expect(JSON.stringify([plan, end, map])).not.toMatch(/X-Amz-Signature|emulator-secret/);
});

test('a second restore makes no file, whichever of the two ways each one takes', async () => {
  const { shell, env, run, files } = await deletes();
  for (const way of [['--upload'], [], ['--upload']]) {
    const end = await shell.ucbulk(['restore', run, ...way, '--json'], { env });
    expect(end.documents).toMatchObject([{ type: 'summary', state: 'finished', exitCode: 0 }]);
    expect(files()).toBe(3);
  }
});

test('bad input is refused with what to do', async () => {
  const { shell, env, run, files } = await deletes();
  const none = await shell.ucbulk(['restore', 'nothing-like-this'], { env });
  expect(none.code).toBe(2);
  const step = await shell.ucbulk(['restore', run, '--step', 'nope'], { env });
  expect(step).toMatchObject({ code: 2 });
  expect(step.stderr).toContain(`Step nope of run ${run} deleted no files after a backup`);
  const elsewhere = { ...env, UPLOADCARE_PUBLIC_KEY: 'another', UPLOADCARE_SECRET_KEY: 'other' };
  const project = await shell.ucbulk(['restore', run], { env: elsewhere });
  expect(project.code).not.toBe(0);
  expect(project.stderr).toContain('demopublickey');
  expect(files()).toBe(0);
});

test('a backup in a storage of the project is refused with what to do', async () => {
  const { shell, env, run } = await deletes('target: backup');
  const end = await shell.ucbulk(['restore', run], { env });
  expect(end).toMatchObject({ code: 2 });
  expect(end.stderr).toContain(`The backup of run ${run} is in the storage backup`);
  expect(end.stderr).toContain('uses: import-url');
  const map = await shell.ucbulk(['report', run, '--format', 'map'], { env });
  expect(map.stdout.split('\n')[0]).toContain('object');
  expect(map.stdout.match(/s3:\/\//g)).toHaveLength(NAMES.length);
});

test('backups in several buckets: the step must be named', async () => {
  const shell = await openShell({ files: 2, storedShare: 1, buckets: { attic: {}, cellar: {} } });
  const { accessKeyId, secretAccessKey } = shell.emulator.buckets.accessKey;
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const backup = (bucket: string) => {
    return `backup: { url: 's3://${bucket}/', endpoint: '${shell.origin}/s3', cdn: '${shell.origin}' }`;
  };
  shell.write(
    'clean.yaml',
    `version: 1
name: clean
source: { files: {} }
steps:
  - { id: copy, uses: copy-local }
  - { id: copies, uses: delete, with: { file: '\${{ steps.copy.file }}', ${backup('attic')} } }
  - { id: originals, uses: delete, with: { ${backup('cellar')} } }
`,
  );
  const { code, stderr, documents } = await shell.ucbulk(['run', 'clean.yaml', '--yes', '--json'], {
    env,
  });
  expect(code, stderr).toBe(0);
  const run = String(documents[0]?.['run']);
  const asked = await shell.ucbulk(['restore', run], { env });
  expect(asked).toMatchObject({ code: 2 });
  expect(asked.stderr).toContain('Name one step: --step copies or originals.');
  const end = await shell.ucbulk(['restore', run, '--step', 'originals'], { env });
  expect(end.code, end.stderr).toBe(0);
  expect(shell.project.counts()).toMatchObject({ stored: 2 });
});

test('files of another project come back to that project', async () => {
  const shell = await openShell({ projects: [{ files: 0 }, { files: 2 }], buckets: { attic: {} } });
  const { accessKeyId, secretAccessKey } = shell.emulator.buckets.accessKey;
  const [, other] = shell.emulator.projects;
  const env = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    OTHER_SECRET_KEY: other!.secretKey,
  };
  shell.write(
    'clean.yaml',
    `version: 1
name: clean
projects: { other: { publicKey: ${other!.publicKey}, secretKey: '\${{ env.OTHER_SECRET_KEY }}' } }
source: { project: other, files: {} }
steps:
  - uses: delete
    project: other
    with: { backup: { url: 's3://attic/', endpoint: '${shell.origin}/s3', cdn: '${shell.origin}' } }
`,
  );
  const files = () =>
    shell.emulator.projects.map((one) => {
      const { stored, unstored } = one.counts();
      return stored + unstored;
    });
  const run = await shell.ucbulk(['run', 'clean.yaml', '--yes'], { env });
  expect(run.code, run.stderr).toBe(0);
  expect(files()).toEqual([0, 0]);
  const end = await shell.ucbulk(['restore', 'latest'], { env });
  expect(end.code, end.stderr).toBe(0);
  expect(files()).toEqual([0, 2]);
});
