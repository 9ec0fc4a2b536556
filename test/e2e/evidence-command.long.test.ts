import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell, type Shell } from '../support/run-cli.ts';

const DELETE = `version: 1
name: cleanup
source: { files: { stored: false } }
steps: [{ uses: delete }]
`;

/** A shell in which a run has deleted files. */
async function shellAfterDeletes(job = DELETE): Promise<Shell> {
  const shell = await openShell();
  shell.write('cleanup.yaml', job);
  const end = await shell.ucbulk(['run', 'cleanup.yaml', '--yes', '--quiet']);
  expect(end.stderr).toBe('');
  return shell;
}

/** Writes a pair of keys; returns the names of their files. */
function writeKeys(shell: Shell, name: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  shell.write(`${name}.key`, String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
  shell.write(`${name}.pub`, String(publicKey.export({ format: 'pem', type: 'spki' })));
  return { secret: `${name}.key`, open: `${name}.pub` };
}

function recordLines(shell: Shell, folder: string): string[] {
  const text = readFileSync(join(shell.cwd, folder, 'deletes.ndjson'), 'utf8');
  return text.split('\n').slice(0, -1);
}

test('ucbulk evidence RUN -o FOLDER: a record for each deleted file, and a check that holds', async () => {
  const shell = await shellAfterDeletes();
  const written = await shell.ucbulk(['evidence', 'latest', '-o', 'proof', '--json']);
  expect(written.code).toBe(0);
  const lines = recordLines(shell, 'proof');
  const deleted = lines.map((line) => JSON.parse(line));
  expect(deleted.length).toBeGreaterThan(3);
  expect(written.documents).toMatchObject([
    { type: 'evidence', signedBy: null, manifest: { records: deleted.length, withoutFacts: 0 } },
  ]);
  for (const { file, deletedAt, seenAt, facts } of deleted) {
    expect(shell.project.file(file)).toMatchObject({ size: facts.size });
    expect(facts).toMatchObject({ storedAt: null, url: expect.stringContaining(file) });
    expect(Date.parse(deletedAt)).toBeGreaterThanOrEqual(Date.parse(seenAt));
  }
  const checked = await shell.ucbulk(['evidence', '--check', 'proof']);
  expect(checked.stdout).toContain('complete, and the files fit together; but it is not signed');
  expect(checked.code).toBe(0);
  const again = await shell.ucbulk(['evidence', 'latest', '-o', 'proof']);
  expect(again.stderr).toContain('is not empty');
  expect(again.code).toBe(2);
});

test('ucbulk evidence --check FOLDER: what somebody changed is found (exit 1)', async () => {
  const shell = await shellAfterDeletes();
  await shell.ucbulk(['evidence', 'latest', '-o', 'proof']);
  const path = join(shell.cwd, 'proof', 'deletes.ndjson');
  const lines = recordLines(shell, 'proof');
  writeFileSync(path, `${lines.toSpliced(1, 1).join('\n')}\n`);
  const missing = await shell.ucbulk(['evidence', '--check', 'proof']);
  expect(missing.stdout).toContain('Line 2 is record 3: record 2 is missing, or was moved.');
  expect(missing.code).toBe(1);
  writeFileSync(path, `${lines.join('\n')}\n`);
  const manifest = join(shell.cwd, 'proof', 'manifest.json');
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace(/"sha256": "\w+"/, `"sha256": "${'0'.repeat(64)}"`));
  const other = await shell.ucbulk(['evidence', '--check', 'proof']);
  expect(other.stdout).toContain('its size or its SHA-256 differs');
  expect(other.code).toBe(1);
  const none = await shell.ucbulk(['evidence', '--check', 'nowhere']);
  expect(none.stderr).toContain("can't be read");
  expect(none.code).toBe(2);
});

test('ucbulk evidence --sign KEY: the signature names the key, and another key is found', async () => {
  const shell = await shellAfterDeletes();
  const ann = writeKeys(shell, 'ann');
  const ben = writeKeys(shell, 'ben');
  await shell.ucbulk(['evidence', 'latest', '-o', 'proof', '--sign', ann.secret]);
  const right = await shell.ucbulk(['evidence', '--check', 'proof', '--key', ann.open]);
  expect(right.stdout).toContain('complete and unchanged');
  expect(right.code).toBe(0);
  const wrong = await shell.ucbulk(['evidence', '--check', 'proof', '--key', ben.open, '--json']);
  expect(wrong.documents).toMatchObject([{ type: 'evidence-check', isUnchanged: false }]);
  expect(wrong.stdout).toContain('It is signed with the key SHA256:');
  expect(wrong.code).toBe(1);
  const manifest = join(shell.cwd, 'proof', 'manifest.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"cleanup"', '"other"'));
  const changed = await shell.ucbulk(['evidence', '--check', 'proof']);
  expect(changed.stdout).toContain('The signature is wrong');
  expect(changed.code).toBe(1);
  await shell.ucbulk(['evidence', 'latest', '-o', 'unsigned']);
  const unsigned = await shell.ucbulk(['evidence', '--check', 'unsigned', '--key', ann.open]);
  expect(unsigned.stdout).toContain('It is not signed');
  expect(unsigned.code).toBe(1);
});

test('ucbulk evidence: files of a list have the facts of the answer to their delete', async () => {
  const shell = await openShell();
  const uuids = [1, 2].map((place) => shell.project.seededFile(place).uuid);
  shell.write(
    'list.yaml',
    `version: 1\nname: list\nsource: { inline: [${uuids.join(', ')}] }\nsteps: [{ uses: delete }]\n`,
  );
  await shell.ucbulk(['run', 'list.yaml', '--yes']);
  await shell.ucbulk(['evidence', 'latest', '-o', 'proof']);
  const records = recordLines(shell, 'proof').map((line) => JSON.parse(line));
  expect(records).toMatchObject(uuids.map((file) => ({ file, seenIn: 'answer' })));
  for (const { file, facts } of records) {
    expect(facts).toMatchObject({ size: shell.project.file(file)?.size });
  }
});

test('ucbulk evidence: wrong use, and a folder that can not be made', async () => {
  const shell = await shellAfterDeletes(`${DELETE}evidence: false\n`);
  const without = await shell.ucbulk(['evidence', 'latest', '-o', 'proof', '--json']);
  const { records, withoutFacts } = (without.documents[0] as { manifest: Record<string, number> })
    .manifest;
  expect(withoutFacts).toBe(records);
  for (const words of [
    ['evidence'],
    ['evidence', 'latest'],
    ['evidence', 'latest', '--check', 'proof'],
    ['evidence', 'latest', '-o', 'other', '--key', 'ann.pub'],
  ]) {
    expect((await shell.ucbulk(words)).code).toBe(2);
  }
  shell.write('file', 'no folder');
  const file = await shell.ucbulk(['evidence', 'latest', '-o', 'file/inside']);
  expect(file.stderr).toContain("can't be used");
  expect(file.code).toBe(3);
  mkdirSync(join(shell.cwd, 'empty'));
  expect((await shell.ucbulk(['evidence', 'latest', '-o', 'empty'])).code).toBe(0);
  expect(readdirSync(join(shell.cwd, 'empty')).sort()).toEqual(['deletes.ndjson', 'manifest.json']);
  expect(existsSync(join(shell.cwd, 'other'))).toBe(false);
});
