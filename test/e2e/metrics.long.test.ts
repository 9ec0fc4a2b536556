import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openShell } from '../support/run-cli.ts';

const JOB = `
version: 1
name: store-all
source: { files: { stored: false } }
steps: [{ uses: store }]
`;

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('the metrics file has the last numbers of the run, and everybody may read it', async () => {
  const shell = await openShell({ files: 20, storedShare: 0 });
  shell.write('job.yaml', JOB);
  const run = await shell.ucbulk(['run', 'job.yaml', '--yes', '--metrics-file', 'uc.prom']);
  expect(run.code).toBe(0);
  const path = join(shell.cwd, 'uc.prom');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain('ucbulk_items{step="1-store",state="done",job_name="store-all"} 20\n');
  expect(text).toContain('ucbulk_run_state{state="finished",job_name="store-all"} 1\n');
  expect(statSync(path).mode & 0o777).toBe(0o644);
});

test('a command that starts no run leaves the metrics of the last one', async () => {
  const shell = await openShell({ files: 20, storedShare: 0 });
  shell.write('job.yaml', JOB);
  const run = ['run', 'job.yaml', '--yes', '--metrics-file', 'uc.prom'];
  expect((await shell.ucbulk(run)).code).toBe(0);
  const path = join(shell.cwd, 'uc.prom');
  const before = readFileSync(path, 'utf8');
  const refused = await shell.ucbulk(run, { env: { UPLOADCARE_SECRET_KEY: 'another' } });
  expect(refused.code).toBe(3);
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('metrics are served while the run works', async () => {
  const shell = await openShell({ files: 20, storedShare: 0 });
  shell.write('job.yaml', `${JOB}limits: { rate: 0.2 }\n`);
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const run = shell.start(['run', 'job.yaml', '--yes', '--metrics-addr', address]);
  onTestFinished(() => {
    run.process.kill('SIGKILL');
  });
  const metrics = async () => {
    try {
      return await fetch(`http://${address}/metrics`);
    } catch {
      return null;
    }
  };
  await expect
    .poll(async () => (await metrics())?.text(), { timeout: 60_000 })
    .toContain('ucbulk_run_state{state="active",job_name="store-all"} 1\n');
  expect((await metrics())?.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect((await fetch(`http://${address}/`)).status).toBe(404);

  const second = await shell.ucbulk(['run', 'job.yaml', '--yes', '--metrics-addr', address]);
  expect(second.code).toBe(3);
  expect(second.stderr).toMatch(/The metrics can't be served: .*EADDRINUSE/);
});

test('metrics that can not be written are an error at the start only', async () => {
  const shell = await openShell({ files: 20, storedShare: 0 });
  shell.write('job.yaml', JOB);
  const missing = await shell.ucbulk(['run', 'job.yaml', '--yes', '--metrics-file', 'no/uc.prom']);
  expect(missing.code).toBe(3);
  expect(missing.stderr).toContain("The metrics can't be written: ENOENT");
  expect(shell.emulator.audit).toHaveLength(0);
  const wrong = await shell.ucbulk(['run', 'job.yaml', '--yes', '--metrics-addr', '9101']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('--metrics-addr takes HOST:PORT');
});
