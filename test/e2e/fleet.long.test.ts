import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startRedis } from '../support/redis.ts';
import { requireService } from '../support/require-service.ts';
import { openShell, type Shell, untilPrinted } from '../support/run-cli.ts';

const redisServer = requireService('redis-server', 'redis-server');
const openssl = requireService('openssl', 'openssl');
const FILES = 60;
const JOB = `version: 1
name: copy-all
source: { files: { pageSize: 100 } }
steps: [{ uses: copy-local }]
`;

const copies = ({ emulator }: Shell) => emulator.audit.summary().local_copy?.effects ?? 0;

/** The rights of the user of a fleet, as docs/fleet.md shows them, with a person who may read the log of refusals. */
function writeUsers(shell: Shell): string {
  const users = readFileSync(
    new URL('../../docs/examples/fleet/users.acl', import.meta.url),
    'utf8',
  );
  shell.write(
    'users.acl',
    `${users.replace('PASSWORD', 'secret')}user admin on >admin ~* &* +@all\n`,
  );
  return join(shell.cwd, 'users.acl');
}

/** Makes a certificate for localhost that no authority has signed. */
function makeCertificate(shell: Shell) {
  const [cert, key] = [join(shell.cwd, 'cert.pem'), join(shell.cwd, 'key.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, ...names, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  return { cert, key };
}

/** Starts a worker, and waits until it takes calls. */
async function startWorker(shell: Shell, address: string) {
  const worker = shell.start(['worker', '--fleet', address, '--concurrency', '2']);
  await untilPrinted(worker, /takes calls/);
  return worker;
}

describe.skipIf(redisServer === null)('a fleet on Redis', () => {
  const redis = (args?: readonly string[]) => startRedis(redisServer ?? '', args);

  test('workers and Redis that are killed lose and repeat nothing', async () => {
    const shell = await openShell({ files: FILES, storedShare: 1 });
    const { address, restart } = await redis();
    shell.write('job.yaml', JOB);
    const run = shell.start(['run', 'job.yaml', '--rate', '10', '--fleet', address, '--json']);
    const [first, second] = [await startWorker(shell, address), await startWorker(shell, address)];
    await vi.waitFor(() => expect(copies(shell)).toBeGreaterThan(5), { timeout: 60_000 });

    const listed = await shell.ucbulk(['workers', '--fleet', address, '--json']);
    expect(listed.documents).toHaveLength(2);
    expect(listed.documents[0]).toMatchObject({ type: 'worker', concurrency: 2 });
    await vi.waitFor(
      async () => {
        const { documents } = await shell.ucbulk(['status', '--json']);
        const workers = expect.stringMatching(/^2 workers for 4 requests at a time: 2 at /);
        expect(documents).toMatchObject([{ workers }]);
      },
      { timeout: 60_000, interval: 500 },
    );

    first.process.kill('SIGKILL');
    await restart();
    await vi.waitFor(() => expect(copies(shell)).toBeGreaterThan(20), { timeout: 60_000 });
    const third = await startWorker(shell, address);
    second.process.kill('SIGTERM');
    expect((await second.ended).code).toBe(143);

    const end = await run.ended;
    expect(end.code, end.stderr).toBe(0);
    const { local_copy: made } = shell.emulator.audit.summary();
    expect(made).toMatchObject({ effects: FILES, distinctFilesChanged: FILES });
    third.process.kill('SIGTERM');
    await third.ended;
  });

  test('a run that is killed is resumed with other workers', async () => {
    const shell = await openShell({ files: FILES, storedShare: 1 });
    const { address } = await redis();
    shell.write('job.yaml', JOB);
    const worker = await startWorker(shell, address);
    const run = shell.start(['run', 'job.yaml', '--rate', '20', '--fleet', address]);
    await vi.waitFor(() => expect(copies(shell)).toBeGreaterThan(5), { timeout: 60_000 });
    run.process.kill('SIGKILL');
    await run.ended;
    const end = await shell.ucbulk(['resume', 'latest', '--json'], {
      env: { UCBULK_FLEET: address },
    });
    expect(end.documents, end.stderr).toMatchObject([
      { state: 'finished', counts: { done: FILES } },
    ]);
    const { local_copy: made } = shell.emulator.audit.summary();
    expect(made).toMatchObject({ effects: FILES, distinctFilesChanged: FILES });
    worker.process.kill('SIGTERM');
    await worker.ended;
  });

  test.each([
    ['one SIGTERM ends its calls first', 1, 2000],
    ['a second SIGTERM ends at once', 2, 120_000],
  ])('a worker after %s', async (_, signals, ms) => {
    const shell = await openShell({ files: 3, storedShare: 1 });
    const { address } = await redis();
    shell.write('job.yaml', JOB);
    const target = { method: 'POST', path: '/files/local_copy/' } as const;
    shell.emulator.faults.add({ ...target, fault: { kind: 'delay', ms } });
    const log = ['--log-level', 'debug', '--log-file', join(shell.cwd, 'worker.log')];
    const worker = shell.start(['worker', '--fleet', address, ...log]);
    await untilPrinted(worker, /takes calls/);
    const run = shell.start(['run', 'job.yaml', '--fleet', address]);
    await vi.waitFor(() => expect(copies(shell)).toBe(3), { timeout: 60_000 });
    worker.process.kill('SIGTERM');
    if (signals === 2) {
      await untilPrinted(worker, /Stopping: the worker ends its calls/);
      worker.process.kill('SIGTERM');
    }
    const end = await worker.ended;
    expect(end.code, end.stderr).toBe(143);
    const lines = readFileSync(join(shell.cwd, 'worker.log'), 'utf8').split('\n');
    const answers = lines.filter((line) => line.includes('"status":20'));
    expect(answers).toHaveLength(signals === 1 ? 3 : 0);
    for (const line of answers) {
      expect(JSON.parse(line)).toMatchObject({ run: expect.any(String), call: expect.any(String) });
    }
    run.process.kill('SIGKILL');
    await run.ended;
  });

  test('a worker whose coordinator was killed ends at SIGTERM', async () => {
    const shell = await openShell({ files: 2, storedShare: 1 });
    const { address } = await redis();
    shell.write('job.yaml', JOB);
    const target = { method: 'POST', path: '/files/local_copy/' } as const;
    shell.emulator.faults.add({ ...target, fault: { kind: 'delay', ms: 2000 } });
    const worker = await startWorker(shell, address);
    const run = shell.start(['run', 'job.yaml', '--fleet', address]);
    await vi.waitFor(() => expect(copies(shell)).toBe(2), { timeout: 60_000 });
    run.process.kill('SIGKILL');
    await run.ended;
    worker.process.kill('SIGTERM');
    expect((await worker.ended).code).toBe(143);
  });

  test('the user of the docs has all rights that a fleet needs, and no others', async () => {
    const shell = await openShell({ files: 30, storedShare: 1 });
    const { port } = await redis(['--aclfile', writeUsers(shell)]);
    const address = `redis://ucbulk:secret@127.0.0.1:${port}/0`;
    shell.write('job.yaml', JOB);
    const [first, second] = [await startWorker(shell, address), await startWorker(shell, address)];
    const run = shell.start(['run', 'job.yaml', '--rate', '10', '--fleet', address]);
    await vi.waitFor(() => expect(copies(shell)).toBeGreaterThan(5), { timeout: 60_000 });
    first.process.kill('SIGKILL');
    const end = await run.ended;
    expect(end.code, end.stderr).toBe(0);
    expect(copies(shell)).toBe(30);
    const listed = await shell.ucbulk(['workers', '--fleet', address, '--json']);
    expect(listed.documents.length, listed.stderr).toBeGreaterThan(0);
    second.process.kill('SIGTERM');
    expect((await second.ended).code).toBe(143);

    const admin = new Redis({ port, username: 'admin', password: 'admin' });
    const user = new Redis({ port, username: 'ucbulk', password: 'secret' });
    onTestFinished(() => {
      admin.disconnect();
      user.disconnect();
    });
    expect(await admin.acl('LOG')).toEqual([]);
    const refused = [
      user.flushall(),
      user.keys('*'),
      user.get('other'),
      user.publish('other', 'x'),
    ];
    for (const attempt of refused) await expect(attempt).rejects.toThrow('NOPERM');
  });

  test.skipIf(openssl === null)('TLS with a certificate of our own authority', async () => {
    const shell = await openShell({ files: 3, storedShare: 1 });
    const certificate = makeCertificate(shell);
    const { address } = await startRedis(redisServer ?? '', [], certificate);
    shell.write('job.yaml', JOB);
    const refused = await shell.ucbulk(['run', 'job.yaml', '--fleet', address]);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refused.stderr).toContain('NODE_EXTRA_CA_CERTS');

    const env = { NODE_EXTRA_CA_CERTS: certificate.cert };
    const worker = shell.start(['worker', '--fleet', address], { env });
    await untilPrinted(worker, /takes calls/);
    const end = await shell.ucbulk(['run', 'job.yaml', '--fleet', address], { env });
    expect(end.code, end.stderr).toBe(0);
    expect(copies(shell)).toBe(3);
  });

  test.each([
    ['without an append-only file', ['--appendonly', 'no'], 'config set appendonly yes'],
    [
      'that evicts',
      ['--appendonly', 'yes', '--maxmemory-policy', 'allkeys-lru'],
      'maxmemory-policy noeviction',
    ],
    [
      'with another password',
      ['--appendonly', 'yes', '--requirepass', 'right'],
      'it needs a password. Write it into the address, as in redis://:PASSWORD@127.0.0.1',
    ],
  ])('a Redis %s is refused before anything is sent', async (_, args, words) => {
    const shell = await openShell({ files: 3 });
    const { address } = await redis(args);
    shell.write('job.yaml', JOB);
    for (const command of [['run', 'job.yaml', '--yes'], ['worker'], ['workers']]) {
      const end = await shell.ucbulk([...command, '--fleet', address]);
      expect(end.code, end.stderr).toBe(3);
      expect(end.stderr).toContain(words);
    }
    expect(copies(shell)).toBe(0);
  });

  test('the keys of another project end a worker, and nothing is sent', async () => {
    const shell = await openShell({ files: 3, storedShare: 1 });
    const { address } = await redis();
    shell.write('job.yaml', JOB);
    const run = shell.start(['run', 'job.yaml', '--fleet', address]);
    const worker = await shell.ucbulk(['worker', '--fleet', address], {
      env: { UPLOADCARE_SECRET_KEY: 'anothersecretkey' },
    });
    expect(worker.code, worker.stderr).toBe(3);
    expect(worker.stderr).toContain('UPLOADCARE_SECRET_KEY of this worker is not that of');
    expect(copies(shell)).toBe(0);
    run.process.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
  });
});

test.each([
  [['worker'], 2, 'Which fleet?'],
  [['workers', '--fleet', 'http://me:geheim@x'], 2, 'begins with redis:// or rediss://'],
  [['workers', '--fleet', 'redis://127.0.0.1:1'], 3, 'Redis at redis://127.0.0.1:1/0'],
])('%j ends with %d', async (args, code, words) => {
  const shell = await openShell({ files: 0 });
  const end = await shell.ucbulk(args);
  expect(end.code, end.stderr).toBe(code);
  expect(end.stderr).toContain(words);
  expect(end.stderr).not.toContain('geheim');
});
