import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell, type Shell } from '../support/run-cli.ts';

const SECRET = 'canarysecret0123456789';
const FORMS = [SECRET, encoded('base64'), encoded('hex'), encodeURIComponent(`${SECRET}&`)];
const KEYS = { UPLOADCARE_SECRET_KEY: SECRET };

function encoded(encoding: 'base64' | 'hex'): string {
  return Buffer.from(SECRET).toString(encoding).replace(/=+$/, '');
}

/** Every file below a directory that holds the secret in any form. */
function filesWithSecret(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => {
    if (!entry.isFile()) return [];
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    return FORMS.some((form) => bytes.includes(form)) ? [path] : [];
  });
}

function secretIn(text: string): boolean {
  return FORMS.some((form) => text.includes(form));
}

function openSecretShell(): Promise<Shell> {
  return openShell({ files: 300, secretKey: SECRET });
}

const JOB = `version: 1
name: copies
source: { files: { stored: true, pageSize: 100 } }
steps:
  - uses: metadata
    with: { set: { seen: "yes" } }
  - uses: copy-to-remote
    with: { target: nowhere }
`;

test('the secret key is in nothing that a whole run writes or prints', async () => {
  const shell = await openSecretShell();
  shell.write('job.yaml', JOB);
  const said: string[] = [];
  const say = async (args: string[], env: Record<string, string> = {}) => {
    const { stdout, stderr } = await shell.ucbulk(args, { env: { ...KEYS, ...env } });
    said.push(stdout, stderr);
  };
  await say(['run', 'job.yaml', '--log-level', 'trace']);
  await say(['run', 'job.yaml', '--json', '--log-level', 'trace', '--auth', 'simple']);
  for (const format of ['csv', 'json']) {
    await say(['report', '--format', format, '-o', `report.${format}`]);
  }
  await say(['items', '--json', '--state', 'failed']);
  await say(['status', '--json']);
  await say(['project', '--log-level', 'trace']);
  // Taken for a public key, a run's name, a job file, a variable.
  await say(['project'], { UPLOADCARE_PUBLIC_KEY: SECRET });
  await say(['status', SECRET]);
  await say(['project'], { UPLOADCARE_REST_API_BASE: `http://user:${SECRET}@127.0.0.1:1` });

  expect(shell.emulator.audit.length).toBeGreaterThan(0);
  expect(said.filter(secretIn)).toEqual([]);
  expect(filesWithSecret(shell.cwd)).toEqual([]);
});

test('the secret key is not among the arguments or in the title of a running process', async () => {
  const shell = await openSecretShell();
  shell.write('job.yaml', JOB);
  const program = shell.start(['run', 'job.yaml', '--rate', '1'], { env: KEYS });
  await expect.poll(() => shell.emulator.audit.length, { timeout: 30_000 }).toBeGreaterThan(0);
  const pid = program.process.pid;
  const shown = ['cmdline', 'comm'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1'));
  program.process.kill('SIGKILL');
  const { stdout, stderr } = await program.ended;

  expect([...shown, stdout, stderr].filter(secretIn)).toEqual([]);
  expect(filesWithSecret(shell.cwd)).toEqual([]);
});
