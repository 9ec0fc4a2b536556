import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  keyFingerprint,
  parsePrivateKey,
  parsePublicKeys,
  publicKeyOf,
} from '../../../src/plans/approval-keys.ts';
import { approvePlan } from '../../../src/plans/approve-plan.ts';
import { checkApproval } from '../../../src/plans/plan-approval.ts';
import { readPlan } from '../../../src/plans/read-plan.ts';
import { createPlanWriter } from '../../../src/plans/write-plan.ts';
import { createSystemFiles } from '../../../src/world/system-files.ts';
import { deleteSummary } from '../../support/plan-summary.ts';
import { TEMP_ROOT } from '../../support/temp-root.ts';

const files = createSystemFiles();
const AT = '2026-11-29T12:00:00.000Z';
// Keys that ssh-keygen made for this test, with the fingerprint that `ssh-keygen -l` printed.
const SSH_PRIVATE = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACCGuEI2dcVAAviN7ulvYX631Kl5davPw5j/1vHGQVy6ZQAAAIh0uqNUdLqj
VAAAAAtzc2gtZWQyNTUxOQAAACCGuEI2dcVAAviN7ulvYX631Kl5davPw5j/1vHGQVy6ZQ
AAAEA0ZQZ/6U6AfrtWz4oJBPRluWTQuHDSWy+bbkIzaEQL5Ya4QjZ1xUAC+I3u6W9hfrfU
qXl1q8/DmP/W8cZBXLplAAAABHRlc3QB
-----END OPENSSH PRIVATE KEY-----
`;
const SSH_PUBLIC =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIa4QjZ1xUAC+I3u6W9hfrfUqXl1q8/DmP/W8cZBXLpl test\n';
const SSH_FINGERPRINT = 'SHA256:kcXK0gDKt9dlp22HBH+tlTsNZgnfjoglKu++4tmkBt8';

const people = { anna: newKey(), ben: newKey() };

function newKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

function pem(key: KeyObject): string {
  return String(key.export({ format: 'pem', type: 'pkcs8' }));
}

/** A plan that needs the approval of some keys. */
async function planFor(approvers: readonly string[]) {
  const path = join(mkdtempSync(join(TEMP_ROOT, 'ucbulk-approval-')), 'p.plan');
  const job = {
    name: 'clean',
    source: { kind: 'files', files: {} },
    steps: [{ id: 'x', uses: 'delete', with: {} }],
    guard: {},
    limits: {},
    where: {},
  };
  const header = {
    ucbulk: 'plan',
    format: 1,
    tool: '1',
    createdAt: AT,
    project: 'p',
    restOrigin: 'https://api.test',
    jobFile: null,
    fingerprint: 'f',
    approvers,
    job,
  } as const;
  const writer = await createPlanWriter({ files, path, id: 'one', overwrite: false }, header);
  const entries = [{ key: 'a', size: 1, hash: 'h', isOpen: false }];
  await writer.add(entries);
  await writer.finish(deleteSummary(entries, { listed: 1 }));
  return path;
}

const approve = (path: string, privateKey: KeyObject) =>
  approvePlan({ files, path, file: 'p.plan' }, { privateKey, at: AT, id: 'two' });

async function check(path: string, trusted: readonly string[] | null = null) {
  return checkApproval(await readPlan({ files, path, file: 'p.plan' }), trusted);
}

test('a plan that needs no approval has none', async () => {
  expect(await check(await planFor([]))).toBeNull();
});

test('a plan is allowed when one of the keys that it names has approved it', async () => {
  const { anna, ben } = people;
  const path = await planFor([publicKeyOf(anna), publicKeyOf(ben)]);
  await expect(check(path)).rejects.toThrow('The plan p.plan is not approved. It needs');
  expect(await approve(path, ben)).toMatchObject({ wasApproved: false, key: publicKeyOf(ben) });
  expect(await check(path)).toEqual({
    fingerprint: keyFingerprint(publicKeyOf(ben)),
    at: AT,
    isTrusted: false,
  });
});

test('an approval changes neither the plan nor the mode of its file, and a second one is the same', async () => {
  const path = await planFor([publicKeyOf(people.anna)]);
  const before = readFileSync(path, 'utf8');
  const { mode } = statSync(path);
  await approve(path, people.anna);
  const after = readFileSync(path, 'utf8');
  expect(after.startsWith(before)).toBe(true);
  expect(statSync(path).mode).toBe(mode);
  expect(await approve(path, people.anna)).toMatchObject({ wasApproved: true });
  expect(readFileSync(path, 'utf8')).toBe(after);
});

test('an approval with a wrong signature is replaced, and valid ones of others are kept', async () => {
  const { anna, ben } = people;
  const path = await planFor([publicKeyOf(anna), publicKeyOf(ben)]);
  await approve(path, ben);
  const wrong = { key: publicKeyOf(anna), at: AT, signature: 'AAAA' };
  appendFileSync(path, `${JSON.stringify({ approval: wrong })}\n`);
  await expect(check(path)).rejects.toThrow('has a wrong signature');
  expect(await approve(path, anna)).toMatchObject({ wasApproved: false });
  for (const key of [anna, ben].map(publicKeyOf)) {
    expect(await check(path, [key])).toMatchObject({ fingerprint: keyFingerprint(key) });
  }
  expect(readFileSync(path, 'utf8').match(/"approval"/g)).toHaveLength(2);
});

test('a plan without the end of its last line is approved', async () => {
  const path = await planFor([publicKeyOf(people.anna)]);
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, before.trimEnd());
  await approve(path, people.anna);
  expect(readFileSync(path, 'utf8').startsWith(before)).toBe(true);
  expect(await check(path)).toMatchObject({ at: AT });
});

test('the approval of a link goes into the plan to which it points', async () => {
  const path = await planFor([publicKeyOf(people.anna)]);
  const link = `${path}.link`;
  symlinkSync(path, link);
  await approve(link, people.anna);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(await check(path)).toMatchObject({ at: AT });
});

test('a key that the plan does not name can not approve it', async () => {
  const path = await planFor([publicKeyOf(people.anna)]);
  await expect(approve(path, people.ben)).rejects.toThrow('needs the approval of SHA256:');
});

test('a trusted key must have approved the plan, also if the plan names no key or another one', async () => {
  const { anna, ben } = people;
  const open = await planFor([]);
  await expect(check(open, [publicKeyOf(anna)])).rejects.toThrow('is not approved');
  await approve(open, ben);
  await expect(check(open, [publicKeyOf(anna)])).rejects.toThrow('It has only that of');
  await approve(open, anna);
  expect(await check(open, [publicKeyOf(anna)])).toMatchObject({ isTrusted: true });
  // Ben makes a plan that names only his own key, and approves it himself.
  const own = await planFor([publicKeyOf(ben)]);
  await approve(own, ben);
  await expect(check(own, [publicKeyOf(anna)])).rejects.toThrow('No key that the plan names');
});

test('an approval of another plan, or with another key, is refused', async () => {
  const { anna, ben } = people;
  const path = await planFor([publicKeyOf(anna)]);
  await approve(path, anna);
  const line = readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  const other = await planFor([publicKeyOf(anna), publicKeyOf(ben)]);
  const clean = readFileSync(other, 'utf8');
  writeFileSync(other, `${clean}${line}\n`);
  await expect(check(other)).rejects.toThrow('has a wrong signature');
  writeFileSync(other, `${clean}${line.replace(publicKeyOf(anna), publicKeyOf(ben))}\n`);
  await expect(check(other)).rejects.toThrow('has a wrong signature');
  writeFileSync(other, `${clean}${line.replace(AT, '2027-01-01T00:00:00.000Z')}\n`);
  await expect(check(other)).rejects.toThrow('has a wrong signature');
});

test('keys of ssh-keygen are read, with the same fingerprint', () => {
  const key = parsePrivateKey(SSH_PRIVATE, 'id_ed25519');
  expect(parsePublicKeys(SSH_PUBLIC, 'id_ed25519.pub')).toEqual([publicKeyOf(key)]);
  expect(keyFingerprint(publicKeyOf(key))).toBe(SSH_FINGERPRINT);
});

test('keys in PEM are read, several of them too', () => {
  const { anna, ben } = people;
  expect(publicKeyOf(parsePrivateKey(pem(anna), 'k'))).toBe(publicKeyOf(anna));
  const blocks = [anna, ben].map((key) => {
    const der = Buffer.concat([
      Buffer.from('302a300506032b6570032100', 'hex'),
      Buffer.from(publicKeyOf(key), 'base64'),
    ]);
    return `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;
  });
  const text = `${blocks.join('')}${SSH_PUBLIC}`;
  expect(parsePublicKeys(text, 'keys')).toHaveLength(3);
});

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });

test.each([
  ['a public key', SSH_PUBLIC, 'contains a public key'],
  ['an RSA key', pem(RSA.privateKey), 'a key of the type rsa'],
  ['no key', 'hello', "can't be read"],
  ['half a key', SSH_PRIVATE.replace(/\n.{40}/, '\n'), "can't be read"],
  [
    'a key with a passphrase',
    String(
      people.anna.export({
        format: 'pem',
        type: 'pkcs8',
        cipher: 'aes-256-cbc',
        passphrase: 'x',
      }),
    ),
    'has a passphrase',
  ],
])('%s is refused as a private key', (_, text, message) => {
  expect(() => parsePrivateKey(text, 'k')).toThrow(message);
});

test.each([
  ['a private key', pem(people.anna), 'contains a private key'],
  ['nothing', '', 'contains no public ed25519 key'],
  ['half a key', 'ssh-ed25519 AAAAC3Nz x', "can't be read"],
  [
    'an RSA key',
    String(RSA.publicKey.export({ format: 'pem', type: 'spki' })),
    'a key of the type rsa',
  ],
])('%s is refused as a public key', (_, text, message) => {
  expect(() => parsePublicKeys(text, 'k')).toThrow(message);
});

test.runIf(existsSync('/usr/bin/ssh-keygen'))(
  'a key with a passphrase of ssh-keygen is refused',
  () => {
    const path = join(mkdtempSync(join(TEMP_ROOT, 'ucbulk-key-')), 'id');
    execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', path]);
    expect(() => parsePrivateKey(readFileSync(path, 'utf8'), 'id')).toThrow('has a passphrase');
  },
);
