import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell, type Shell } from '../support/run-cli.ts';

const JOB = `version: 1
name: clean
source: { files: { stored: false } }
steps: [{ uses: delete }]
`;

async function shellWithJob(): Promise<Shell> {
  const shell = await openShell({ files: 40, storedShare: 0.5 });
  shell.write('clean.yaml', JOB);
  return shell;
}

/** Makes an Ed25519 key pair. Returns the names of its files. */
function makeKey(shell: Shell, name: string): { key: string; pub: string } {
  const [key, pub] = [`${name}.pem`, `${name}.pub`];
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  shell.write(key, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  shell.write(pub, publicKey.export({ type: 'spki', format: 'pem' }).toString());
  return { key, pub };
}

const deleted = ({ emulator }: Shell) => emulator.audit.summary().delete?.effects ?? 0;

test('plan, show, apply: the plan is done once, and only once', async () => {
  const shell = await shellWithJob();
  const planned = await shell.ucbulk(['plan', 'clean.yaml', '-o', 'a.plan', '--json']);
  const selected = planned.documents[0]?.selected ?? 0;
  expect(selected).toBeGreaterThan(0);
  const shown = await shell.ucbulk(['show', 'a.plan']);
  expect(shown.stdout).toMatch(/^Plan of clean in a\.plan\n/);
  expect(await shell.ucbulk(['show', 'a.plan', '--quiet'])).toMatchObject({ code: 0, stdout: '' });
  const unanswered = await shell.ucbulk(['apply', 'a.plan']);
  expect(unanswered.code).toBe(7);
  expect(unanswered.stderr).toMatch(/ucbulk resume \S+ --yes/);
  const again = await shell.ucbulk(['apply', 'a.plan', '--yes']);
  expect(again.code).toBe(7);
  expect(again.stderr).toMatch(/has begun to apply the plan a\.plan, and is unfinished/);
  expect(deleted(shell)).toBe(0);
  expect((await shell.ucbulk(['resume', 'clean', '--yes'])).code).toBe(0);
  expect(deleted(shell)).toBe(selected);
  const twice = await shell.ucbulk(['apply', 'a.plan', '--yes']);
  expect(twice.stderr).toContain('has already applied the plan');
});

test('a plan that needs an approval is applied only with it', async () => {
  const shell = await shellWithJob();
  const [anna, other] = [makeKey(shell, 'anna'), makeKey(shell, 'other')];
  const plan = ['plan', 'clean.yaml', '-o', 'a.plan', '--require-approval', anna.pub];
  expect((await shell.ucbulk(plan)).code).toBe(0);
  expect((await shell.ucbulk(['apply', 'a.plan', '--yes'])).code).toBe(7);
  const wrong = await shell.ucbulk(['approve', 'a.plan', '--key', other.key]);
  expect(wrong.code).toBe(7);
  expect((await shell.ucbulk(['approve', 'a.plan', '--key', anna.key])).code).toBe(0);
  const untrusted = { env: { UCBULK_APPROVED_BY: other.pub } };
  expect((await shell.ucbulk(['apply', 'a.plan', '--yes'], untrusted)).code).toBe(7);
  expect(
    (await shell.ucbulk(['apply', 'a.plan', '--yes'], { env: { UCBULK_APPROVED_BY: '' } })).code,
  ).toBe(2);
  expect(deleted(shell)).toBe(0);
  const applied = await shell.ucbulk(['apply', 'a.plan', '--yes', '--approved-by', anna.pub]);
  expect(applied.code, applied.stderr).toBe(0);
  expect(applied.stderr).toContain('The plan was approved with the key SHA256:');
  expect(deleted(shell)).toBeGreaterThan(0);
});

test('a plan that somebody edited or cut off is refused', async () => {
  const shell = await shellWithJob();
  await shell.ucbulk(['plan', 'clean.yaml', '-o', 'a.plan']);
  const path = join(shell.cwd, 'a.plan');
  const text = readFileSync(path, 'utf8');
  for (const [edited, words] of [
    [text.replace('"delete"', '"store"'), 'was changed after it was made'],
    [text.slice(0, text.length / 2), 'is incomplete'],
    ['', 'is empty'],
  ] as const) {
    writeFileSync(path, edited);
    for (const command of [
      ['show', 'a.plan'],
      ['apply', 'a.plan', '--yes'],
    ]) {
      const end = await shell.ucbulk(command);
      expect(end.code).toBe(2);
      expect(end.stderr).toContain(words);
    }
  }
  writeFileSync(path, text);
  appendFileSync(path, '{"x":1}\n');
  expect((await shell.ucbulk(['apply', 'a.plan', '--yes'])).code).toBe(2);
  expect(deleted(shell)).toBe(0);
});
