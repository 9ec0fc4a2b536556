import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKeyProvider } from '../../../src/s3/credentials.ts';
import { TEMP_ROOT } from '../../support/temp-root.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret-of-env' };
const FILES: Readonly<Record<string, string>> = {
  '/home/me/.aws/credentials': `
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = secret-of-default
[migration]
aws_access_key_id=AKIAMIGRATION
aws_secret_access_key=secret=of/migration+1
aws_session_token = token-of-migration
[with.dots]
aws_access_key_id = AKIADOTS
aws_secret_access_key = secret-of-dots
`,
  '/home/me/.aws/config': `
[default]
region = us-west-2
[profile migration]
region = eu-central-1
[profile login]
sso_session = corp
`,
};

function provider(
  { profile, env = {} }: { profile?: string; env?: Record<string, string> },
  files = FILES,
  now: () => number = () => 0,
) {
  const readText = async (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };
  return createKeyProvider(profile, { env, files: { readText }, now, home: '/home/me' });
}

test.each([
  ['the variables', { env: KEYS }, 'AKIAENV'],
  ['a profile that the job names', { profile: 'migration', env: KEYS }, 'AKIAMIGRATION'],
  ['the profile of AWS_PROFILE', { env: { AWS_PROFILE: 'with.dots' } }, 'AKIADOTS'],
  ['the profile default', {}, 'AKIADEFAULT'],
])('keys come from %s', async (_, given, id) => {
  expect((await provider(given).keys()).accessKeyId).toBe(id);
});

test('a value may contain ; and #, and a command may contain quotes', async () => {
  const files = {
    '/home/me/.aws/credentials': `[odd]
aws_access_key_id = AKIAODD # the old key
aws_secret_access_key = se;cr#et
s3 =
    aws_secret_access_key = nested
[ true ]
aws_access_key_id = 0123
aws_secret_access_key = "quoted"
[command]
credential_process = sh -c 'echo "{\\"Version\\":1,"; echo "\\"AccessKeyId\\":\\"AKIACOMMAND\\", \\"SecretAccessKey\\":\\"a # b\\"}"'
`,
  };
  const keysOf = (profile: string) => {
    return provider({ profile, env: { PATH: process.env['PATH'] ?? '' } }, files).keys();
  };
  expect(await keysOf('odd')).toEqual({ accessKeyId: 'AKIAODD', secretAccessKey: 'se;cr#et' });
  expect(await keysOf('true')).toEqual({ accessKeyId: '0123', secretAccessKey: '"quoted"' });
  const given = { accessKeyId: 'AKIACOMMAND', secretAccessKey: 'a # b' };
  expect(await keysOf('command')).toEqual(given);
});

test('a profile has its token and its region', async () => {
  const migration = provider({ profile: 'migration', env: { AWS_REGION: 'us-east-1' } });
  expect(await migration.keys()).toEqual({
    accessKeyId: 'AKIAMIGRATION',
    secretAccessKey: 'secret=of/migration+1',
    sessionToken: 'token-of-migration',
  });
  expect(await migration.region()).toBe('eu-central-1');
  expect(await provider({ env: { ...KEYS, AWS_REGION: 'us-east-1' } }).region()).toBe('us-east-1');
  expect(await provider({ env: KEYS }, {}).region()).toBeNull();
});

test.each([
  [{ profile: 'nope' }, 'usage', 'There is no profile "nope" in ~/.aws/credentials'],
  [{ profile: 'login' }, 'configuration', 'ucbulk does not log in by itself'],
  [{ env: { AWS_ACCESS_KEY_ID: 'AKIA' } }, 'configuration', 'AWS_SECRET_ACCESS_KEY is not set'],
])('%j has no keys', async (given, kind, words) => {
  const failed = provider(given).keys();
  await expect(failed).rejects.toMatchObject({ kind, message: expect.stringContaining(words) });
});

test('without any credentials, the message says where to put them', async () => {
  await expect(provider({}, {}).keys()).rejects.toThrow('Set AWS_ACCESS_KEY_ID and');
});

/** A profile whose command counts its calls and prints other keys each time. */
function withProcess(expiration: string) {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-keys-'));
  const script = join(folder, 'keys.sh');
  const count = join(folder, 'count');
  writeFileSync(
    script,
    `echo x >> ${count}\nN=$(wc -l < ${count} | tr -d ' ')\necho "{\\"Version\\":1,\\"AccessKeyId\\":\\"AKIA$N\\",\\"SecretAccessKey\\":\\"s$N\\",\\"SessionToken\\":\\"t$N\\",\\"Expiration\\":\\"${expiration}\\"}"`,
  );
  return { '/home/me/.aws/config': `[profile p]\ncredential_process = sh ${script}\n` };
}

test('keys of a credential_process are renewed before they end, and when the server says so', async () => {
  let now = Date.UTC(2026, 0, 1, 12);
  const env = { PATH: process.env['PATH'] ?? '' };
  const files = withProcess('2026-01-01T13:00:00Z');
  const keys = provider({ profile: 'p', env }, files, () => now);
  expect(await keys.keys()).toMatchObject({ accessKeyId: 'AKIA1', sessionToken: 't1' });
  expect(await keys.keys()).toMatchObject({ accessKeyId: 'AKIA1' });
  now += 56 * 60_000;
  expect(await keys.keys()).toMatchObject({ accessKeyId: 'AKIA2' });
  expect(keys.renew()).toBe(true);
  expect(await keys.keys()).toMatchObject({ accessKeyId: 'AKIA3' });
});

test('a credential_process that fails is named without its output', async () => {
  const env = { PATH: process.env['PATH'] ?? '' };
  const files = (command: string) => ({
    '/home/me/.aws/config': `[profile p]\ncredential_process = ${command}\n`,
  });
  const failing = provider({ profile: 'p', env }, files('echo geheim >&2 && exit 3'));
  const error: unknown = await failing.keys().catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('it ended with an error (exit code 3)');
  expect(String(error)).not.toContain('geheim');
  const silent = provider({ profile: 'p', env }, files('sh -c true'));
  await expect(silent.keys()).rejects.toThrow('it did not print keys as JSON');
});

test('keys of the environment that have ended can not be renewed', async () => {
  const keys = provider({ env: KEYS });
  await keys.keys();
  expect(keys.renew()).toBe(false);
});
