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

test('ucbulk verify RUN: an unknown run, and no keys', async () => {
  const shell = await openShell();
  expect((await shell.ucbulk(['verify', 'nothing'])).code).toBe(2);
  expect((await shell.ucbulk(['verify'])).code).toBe(2);
});
