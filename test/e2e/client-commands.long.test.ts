import { expect, test } from 'vitest';
import { openShell, type Shell } from '../support/run-cli.ts';

const HOOK = 'https://example.com/hook';

/** The project's webhooks, from behind the API. */
const webhooksOf = (shell: Shell) => shell.emulator.save().projects[0]?.webhooks ?? [];

test('ucbulk project: which project the keys are for', async () => {
  const shell = await openShell({ name: 'shop', autostore: false });
  const text = await shell.ucbulk(['project']);
  expect(text.stdout).toBe('name        shop\npublic key  demopublickey\nautostore   off\n');
  expect(text.code).toBe(0);
  const json = await shell.ucbulk(['project', '--json', '--api-version', '0.6']);
  expect(json.documents).toEqual([
    { version: 1, type: 'project', name: 'shop', publicKey: 'demopublickey', autostore: false },
  ]);
});

test('ucbulk project: keys that are refused', async () => {
  const shell = await openShell();
  const env = { UPLOADCARE_SECRET_KEY: 'anotherprojectssecret' };
  const end = await shell.ucbulk(['project', '--json'], { env });
  expect(end.documents).toMatchObject([{ type: 'error', exitCode: 3 }]);
  expect(end.stdout + end.stderr).not.toContain('anotherprojectssecret');
  expect(end.code).toBe(3);
});

test('ucbulk project: a service that is not there', async () => {
  const shell = await openShell();
  const base = ['--rest-api-base', 'http://127.0.0.1:9'];
  const end = await shell.ucbulk(['project', ...base, '--offline-for', '500ms']);
  expect(end.stderr).toContain('ECONNREFUSED on GET /project/: nothing was sent');
  expect(end.code).toBe(5);
});

test('ucbulk webhooks create, list, update, delete', async () => {
  const shell = await openShell();
  expect((await shell.ucbulk(['webhooks', 'list'])).stderr).toBe('The project has no webhooks.\n');
  const created = await shell.ucbulk(['webhooks', 'create', HOOK, '--event', 'file.stored'], {
    env: { UCBULK_SIGNING_SECRET: 'correct-horse' },
  });
  expect(created.code).toBe(0);
  const [, id = ''] = /^Webhook (\d+) is created\.$/m.exec(created.stdout) ?? [];
  expect(webhooksOf(shell)).toMatchObject([
    { target_url: HOOK, event: 'file.stored', is_active: true, signing_secret: 'correct-horse' },
  ]);
  const table = await shell.ucbulk(['webhooks', 'list']);
  expect(table.stdout).toMatch(/^ID +EVENT +ACTIVE +SIGNED +TARGET\n/);
  expect(table.stdout).toMatch(new RegExp(`^${id} +file.stored +yes +yes +${HOOK}$`, 'm'));
  const json = await shell.ucbulk(['webhooks', 'list', '--json']);
  expect(json.documents).toMatchObject([
    { version: 1, type: 'webhook', id: Number(id), targetUrl: HOOK, isSigned: true },
  ]);
  const updated = await shell.ucbulk([
    'webhooks',
    'update',
    id,
    '--no-active',
    '--event',
    'file.deleted',
    '--json',
  ]);
  expect(updated.documents).toMatchObject([
    { type: 'webhook', change: 'updated', event: 'file.deleted', isActive: false },
  ]);
  expect(webhooksOf(shell)).toMatchObject([
    { target_url: HOOK, event: 'file.deleted', is_active: false, signing_secret: 'correct-horse' },
  ]);
  const deleted = await shell.ucbulk(['webhooks', 'delete', id]);
  expect(deleted.stdout).toBe(`Webhook ${id} is deleted.\n`);
  expect(webhooksOf(shell)).toEqual([]);
  for (const { stdout, stderr } of [created, table, json, updated, deleted]) {
    expect(stdout + stderr).not.toContain('correct-horse');
  }
});

test('ucbulk webhooks create, twice: what is there already will do, unless it differs', async () => {
  const shell = await openShell();
  const create = ['webhooks', 'create', HOOK, '--event', 'file.uploaded'];
  await shell.ucbulk(create);
  const again = await shell.ucbulk([...create, '--json']);
  expect(again.documents).toMatchObject([{ type: 'webhook', change: 'exists', targetUrl: HOOK }]);
  expect(again.code).toBe(0);
  const other = await shell.ucbulk([...create, '--no-active', '--signing-secret', 'abc']);
  expect(other.stderr).toMatch(
    /Webhook \d+ has this URL and event, but differs in --active and --signing-secret\. Nothing was changed\./,
  );
  expect(other.code).toBe(2);
  expect(webhooksOf(shell)).toMatchObject([{ is_active: true, signing_secret: null }]);
});

test('ucbulk webhooks unsubscribe: all webhooks of a URL, and none is no error', async () => {
  const shell = await openShell();
  for (const event of ['file.uploaded', 'file.stored'] as const) {
    shell.project.addWebhook({ targetUrl: HOOK, event });
  }
  shell.project.addWebhook({ targetUrl: 'https://example.com/other' });
  for (const _ of [1, 2]) {
    const end = await shell.ucbulk(['webhooks', 'unsubscribe', HOOK]);
    expect(end.stdout).toBe(`No webhook calls ${HOOK} any more.\n`);
    expect(end.code).toBe(0);
  }
  expect(webhooksOf(shell)).toMatchObject([{ target_url: 'https://example.com/other' }]);
});

test.each([
  [['list', '--evnt', 'x'], 'Unknown argument: evnt'],
  [['lst'], 'Did you mean `ucbulk webhooks list`?'],
  [[], 'Which command? `ucbulk webhooks --help` lists them.'],
  [['create', HOOK], '--event is missing'],
  [['create', 'example.com', '--event', 'file.stored'], "A webhook's URL looks like https://"],
  [['create', HOOK, '--event', 'file.stored', '--signing-secret', 'x'.repeat(33)], 'at most 32'],
  [['update', '7'], 'Nothing to change.'],
  [['update', '99', '--active'], 'The project has no webhook 99.'],
  [['delete', 'seven'], "A webhook's id is a number, got `seven`."],
  [['delete', '99'], 'The project has no webhook 99.'],
])('ucbulk webhooks %j: exit 2, and what is wrong', async (args, words) => {
  const shell = await openShell({ files: 0 });
  const end = await shell.ucbulk(['webhooks', ...args]);
  expect(end.stderr).toContain(words);
  expect(end.stderr).toContain('exit 2: wrong usage, job file or list');
  expect(end.code).toBe(2);
  expect(webhooksOf(shell)).toEqual([]);
});

test('ucbulk webhooks create: a plan without webhooks', async () => {
  const shell = await openShell({ webhooks: false });
  const end = await shell.ucbulk(['webhooks', 'create', HOOK, '--event', 'file.stored', '--json']);
  expect(end.documents).toMatchObject([{ type: 'error', message: expect.stringContaining('403') }]);
  expect(end.code).toBe(3);
});

test('ucbulk webhooks create: a lost answer is not sent again, and says to look', async () => {
  const shell = await openShell();
  shell.emulator.faults.add({
    method: 'POST',
    path: '/webhooks/',
    times: 1,
    fault: { kind: 'reset', when: 'after' },
  });
  const end = await shell.ucbulk(['webhooks', 'create', HOOK, '--event', 'file.stored']);
  expect(end.stderr).toContain('so the change may have happened: check before you run');
  expect(end.code).toBe(5);
  expect(webhooksOf(shell)).toHaveLength(1);
  const posts = shell.emulator.requestCounts().filter(({ method }) => method === 'POST');
  expect(posts).toMatchObject([{ count: 1 }]);
});
