import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { jobFile, openShell, type Shell } from '../support/run-cli.ts';

const STORE = jobFile('store-everything');
const JOB = 'version: 1\nname: j\nsource: { files: {} }\n';
const MINUTE_MS = 60_000;

const requestsOf = (shell: Shell, status?: number) =>
  shell.emulator
    .requestCounts()
    .filter((row) => status === undefined || row.status === status)
    .reduce((sum, { count }) => sum + count, 0);

test('no keys: says which variables to set', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['run', STORE], { env: { UPLOADCARE_SECRET_KEY: '' } });
  expect(end.stderr).toContain('error: UPLOADCARE_SECRET_KEY is not set.');
  expect(end.stderr).toContain('exit 3: credentials or configuration');
  expect(end.code).toBe(3);
  expect(requestsOf(shell)).toBe(0);
});

test('a public key nobody has', async () => {
  const shell = await openShell();
  const env = { UPLOADCARE_PUBLIC_KEY: 'nosuchkey' };
  const end = await shell.ucbulk(['run', STORE, '--json'], { env });
  expect(end.code).toBe(3);
  expect(end.documents).toMatchObject([
    { version: 1, type: 'error', exitCode: 3, message: expect.stringMatching(/401/) },
  ]);
  expect(shell.emulator.audit.length).toBe(0);
});

test('a secret key of another project: refused within a few requests, and printed nowhere', async () => {
  const shell = await openShell();
  const env = { UPLOADCARE_SECRET_KEY: 'anotherprojectssecret' };
  const end = await shell.ucbulk(['run', STORE, '--log-level', 'trace'], { env });
  expect(end.code).toBe(3);
  expect(end.stderr).toMatch(/UPLOADCARE_SECRET_KEY|secret key/i);
  expect(end.stdout + end.stderr).not.toContain('anotherprojectssecret');
  expect(requestsOf(shell)).toBeLessThanOrEqual(3);
});

test.each([20, -20])('a clock %i minutes off is corrected, with a warning', async (minutes) => {
  const shell = await openShell({ offsetMs: minutes * MINUTE_MS });
  const end = await shell.ucbulk(['run', STORE]);
  expect(end.stderr).toMatch(/The clock of this machine is (19m|20m)/);
  expect(end.code).toBe(0);
  expect(shell.project.counts().unstored).toBe(0);
  expect(requestsOf(shell, 401)).toBe(1);
});

test('a clock that is off and keys that are wrong: exit 3', async () => {
  const shell = await openShell({ offsetMs: 20 * MINUTE_MS });
  const env = { UPLOADCARE_SECRET_KEY: 'anotherprojectssecret' };
  const end = await shell.ucbulk(['run', STORE], { env });
  expect(end.code).toBe(3);
  expect(shell.emulator.audit.length).toBe(0);
});

test('a host that cannot be reached: exit 5, and which', async () => {
  const shell = await openShell();
  const env = { UPLOADCARE_REST_API_BASE: 'http://127.0.0.1:9' };
  const end = await shell.ucbulk(['run', STORE, '--offline-for', '1s'], { env });
  expect(end.stderr).toMatch(/ECONNREFUSED|127\.0\.0\.1:9/);
  expect(end.stderr).toMatch(/exit 5: incomplete\n$/);
  expect(end.code).toBe(5);
});

test('an API base that is none', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['run', STORE, '--rest-api-base', 'api.uploadcare.com']);
  expect(end.stderr).toContain('must look like https://api.uploadcare.com');
  expect(end.code).toBe(3);
});

test('a job for another project', async () => {
  const shell = await openShell();
  shell.write('other.yaml', `${JOB}project: otherkey\nsteps: [{ uses: store }]\n`);
  const end = await shell.ucbulk(['run', 'other.yaml']);
  expect(end.stderr).toContain(
    'The job is for project otherkey, but the keys are for another one.',
  );
  // Where the two keys were mixed up it would be the secret one.
  expect(end.stderr).not.toContain('demopublickey');
  expect(end.code).toBe(3);
  expect(requestsOf(shell)).toBe(0);
});

test.each([
  [
    'an unknown key',
    `${JOB}steps: [{ uses: store }]\ngaurd: {}\n`,
    /^error: bad\.yaml:5:1: .*gaurd.*did you mean "guard"\?/,
  ],
  [
    'a bad duration',
    `${JOB}where: { uploaded: { olderThan: 24 hours } }\nsteps: [{ uses: store }]\n`,
    /^error: bad\.yaml:4:\d+: .*duration such as 24h/,
  ],
  ['no steps', JOB, /^error: bad\.yaml:\d+:\d+: .*steps/],
  [
    'an unknown operation',
    `${JOB}steps: [{ uses: stroe }]\n`,
    /bad\.yaml:4:\d+: .*did you mean "store"\?/,
  ],
])('a job file with %s: file, line, column, and what was meant', async (_what, text, expected) => {
  const shell = await openShell();
  shell.write('bad.yaml', text);
  for (const command of ['validate', 'run']) {
    const end = await shell.ucbulk([command, 'bad.yaml']);
    expect(end.stderr).toMatch(expected);
    expect(end.code).toBe(2);
  }
  const { documents } = await shell.ucbulk(['validate', 'bad.yaml', '--json']);
  expect(documents).toMatchObject([
    { type: 'error', file: 'bad.yaml', problems: [{ line: expect.any(Number) }] },
  ]);
  expect(requestsOf(shell)).toBe(0);
});

test('a job file that is not there', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['run', 'nowhere.yaml']);
  expect(end.stderr).toContain('There is no file nowhere.yaml in ');
  expect(end.code).toBe(2);
});

test('an empty source is done at once', async () => {
  const shell = await openShell({ files: 0 });
  const end = await shell.ucbulk(['run', jobFile('nightly-unstored-cleanup')]);
  expect(end.stderr).toMatch(/^ {2}items +0: 0 done$/m);
  expect(end.code).toBe(0);
});

test('a ledger of a newer version is refused with a sentence, and left as it is', async () => {
  const shell = await openShell();
  const run = await shell.ucbulk(['run', jobFile('nightly-unstored-cleanup'), '--json']);
  const id = String(run.documents[0]?.run);
  const ledger = new Database(join(shell.state, 'runs', `${id}.db`));
  ledger.pragma('user_version = 999');
  ledger.close();
  for (const args of [
    ['resume', id, '--yes'],
    ['status', id],
  ]) {
    const end = await shell.ucbulk(args);
    expect(end.stderr).toMatch(/newer/);
    expect(end.code).toBe(3);
  }
  expect(shell.emulator.audit.length).toBe(0);
});

test('a state directory that cannot be made', async () => {
  const shell = await openShell();
  writeFileSync(join(shell.cwd, 'file'), '');
  const end = await shell.ucbulk(['run', STORE, '--state', 'file/below']);
  expect(end.stderr).toContain('--state DIR');
  expect(end.stderr).toContain(join(shell.cwd, 'file/below'));
  expect(end.code).toBe(3);
  expect(shell.emulator.audit.length).toBe(0);
});

test.each([48, 70])(
  'a disk that is full after %i pages: stops, goes on when there is room',
  async (pages) => {
    const shell = await openShell({ files: 4000, storedShare: 0 });
    const entry = fileURLToPath(new URL('../support/cli-with-small-ledger.ts', import.meta.url));
    const env = { UCBULK_TEST_LEDGER_PAGES: String(pages) };
    const full = await shell.ucbulk(['run', STORE], { entry, env });
    expect(full.stderr).toMatch(/full/i);
    expect(full.stderr).toContain('exit 5: incomplete, can be resumed');
    expect(full.code).toBe(5);
    const resumed = await shell.ucbulk(['resume']);
    expect(resumed.code).toBe(0);
    expect(shell.project.counts().unstored).toBe(0);
    expect(shell.emulator.audit.summary().store?.filesChangedMoreThanOnce).toBe(0);
  },
);
