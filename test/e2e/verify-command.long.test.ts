import { expect, test } from 'vitest';
import { openShell } from '../support/run-cli.ts';

const STORE = `version: 1
name: keep
source: { files: { stored: false } }
steps: [{ uses: store }]
`;

test('ucbulk verify RUN: the table, the differences, and exit 1', async () => {
  const shell = await openShell();
  shell.write('store.yaml', STORE);
  await shell.ucbulk(['run', 'store.yaml', '--quiet']);
  const right = await shell.ucbulk(['verify', 'latest']);
  expect(right.stdout).toMatch(/selected +done +verified +different +skipped +failed +deleted/);
  expect(right.stdout).toContain('no differences');
  expect(right.code).toBe(0);
  const items = await shell.ucbulk(['items', 'latest', '--json']);
  const uuid = String((items.documents[0] as { key?: string }).key);
  shell.write(
    'delete.yaml',
    `version: 1\nname: remove\nsource: { inline: [${uuid}] }\nsteps: [{ uses: delete }]\n`,
  );
  await shell.ucbulk(['run', 'delete.yaml', '--yes']);
  const wrong = await shell.ucbulk(['verify', 'keep']);
  expect(wrong.stdout).toContain(`${uuid}, step 1-store: the file does not exist`);
  expect(wrong.stdout).toContain('1 item differs');
  expect(wrong.code).toBe(1);
  const json = await shell.ucbulk(['verify', 'keep', '--json']);
  expect(json.documents).toMatchObject([
    { type: 'difference', item: uuid, operation: 'store' },
    { type: 'verification', jobName: 'keep', different: 1 },
  ]);
});

test('ucbulk verify RUN of a bucket: objects that differ, as text, JSON and CSV', async () => {
  const shell = await openShell({ buckets: { shop: { objects: { count: 5 } } } });
  const { accessKeyId, secretAccessKey } = shell.emulator.buckets.accessKey;
  const bucket = `{ url: "s3://shop/", endpoint: "${shell.origin}/s3" }`;
  shell.write(
    'import.yaml',
    `version: 1\nname: migrate\nsource: { bucket: ${bucket} }\nsteps: [{ uses: import-url }]\n`,
  );
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const ucbulk = (...args: string[]) => shell.ucbulk(args, { env });
  const imported = await ucbulk('run', 'import.yaml', '--quiet');
  expect(imported.code, imported.stderr).toBe(0);
  const right = await ucbulk('verify', 'migrate');
  expect(right.stdout).toMatch(/s3:\/\/shop\/ +5 +5 +0 +0 +0 +0 +0\nno differences/);
  expect(right.code, right.stderr).toBe(0);
  shell.emulator.buckets.put('shop', 'new, "a".txt', 'new');
  const wrong = await ucbulk('verify', 'migrate');
  expect(wrong.stdout).toContain('s3://shop/new, "a".txt is not in the run');
  expect(wrong.stdout).toContain('1 object differs');
  expect(wrong.code).toBe(1);
  const json = await ucbulk('verify', 'migrate', '--json');
  expect(json.documents).toMatchObject([
    { type: 'object-difference', key: 'new, "a".txt', fault: 'foreign', item: null },
    { type: 'verification', different: 0, buckets: [{ objects: 6, faults: { foreign: 1 } }] },
  ]);
  const csv = await ucbulk('verify', 'migrate', '--csv');
  expect(csv.stdout.trimEnd().split('\n')).toEqual([
    '"fault","item","step","operation","file","bucket","key","differences"',
    '"foreign","","","","","s3://shop","new, ""a"".txt","is not in the run; a new run of the job imports it"',
  ]);
  expect(csv.stderr).toContain('1 object differs');
  expect((await ucbulk('verify', 'migrate', '--csv', '--json')).code).toBe(2);
  const skipped = await shell.ucbulk(['verify', 'migrate', '--skip-buckets']);
  expect(skipped.code, skipped.stderr).toBe(0);
});

test('ucbulk verify RUN: an unknown run, and no keys', async () => {
  const shell = await openShell();
  expect((await shell.ucbulk(['verify', 'nothing'])).code).toBe(2);
  expect((await shell.ucbulk(['verify'])).code).toBe(2);
});
