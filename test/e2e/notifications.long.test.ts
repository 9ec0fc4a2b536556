import { chmodSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { openShell } from '../support/run-cli.ts';

interface Told {
  readonly path: string;
  readonly body: string;
}

/** A server that remembers whom it was told about. */
async function listen(): Promise<{ origin: string; told: Told[] }> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      told.push({ path: request.url ?? '', body });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, told };
}

const jobText = (origin: string, rest = '') => `
version: 1
name: store-all
source: { files: { stored: false } }
steps: [{ uses: store }]
notify:
  - webhook: "\${{ env.HOOK }}"
  - ping: ${origin}/check
${rest}`;

test('the targets of a job get its failure, recovery and success', async () => {
  const shell = await openShell({ files: 5, storedShare: 0 });
  const { origin, told } = await listen();
  const env = { HOOK: `${origin}/hook/t0ps3cret` };
  const run = async (changes: Record<string, string> = {}) => {
    told.length = 0;
    const end = await shell.ucbulk(['run', 'job.yaml', '--yes', '--json'], {
      env: { ...env, ...changes },
    });
    const events = told
      .filter(({ path }) => path.startsWith('/hook'))
      .map(({ body }) => JSON.parse(body));
    const pings = told.filter(({ path }) => path.startsWith('/check')).map(({ path }) => path);
    return { end, events, pings };
  };
  shell.write('job.yaml', jobText(origin, 'guard: { maxItems: 1 }'));
  const stopped = await run();
  expect(stopped.end.code).toBe(7);
  expect(stopped.events).toMatchObject([
    { type: 'notification', event: 'attention', job: 'store-all', exitCode: 7 },
  ]);
  expect(stopped.pings).toEqual(['/check/start', '/check/fail']);
  expect(JSON.stringify(stopped.end)).not.toContain('t0ps3cret');

  shell.write('job.yaml', jobText(origin));
  const recovered = await run();
  expect(recovered.end.code).toBe(0);
  expect(recovered.events).toMatchObject([
    { event: 'recovered', state: 'finished', counts: { done: 5 } },
  ]);
  expect((await run()).events).toMatchObject([{ event: 'success' }]);

  const refused = await run({ UPLOADCARE_SECRET_KEY: 'another' });
  expect(refused.end.code).toBe(3);
  expect(refused.events).toMatchObject([{ event: 'failure', exitCode: 3 }]);
  expect(refused.pings.at(-1)).toBe('/check/fail');
});

test('a target that can not be told never fails the run', async () => {
  const shell = await openShell({ files: 5, storedShare: 0 });
  const { origin } = await listen();
  shell.write('job.yaml', jobText(origin));
  const { code, stderr } = await shell.ucbulk(['run', 'job.yaml', '--yes']);
  expect(code).toBe(0);
  expect(stderr).toContain(
    'The notification of `success` to notify[0] failed: webhook: the variable HOOK has no address.',
  );
});

test('a job with a wrong target is refused with its place', async () => {
  const shell = await openShell({ files: 5 });
  const wrong = `
version: 1
name: store-all
source: { files: {} }
steps: [{ uses: store }]
notify:
  - slack: https://hooks.slack.example/T0/B0/s3cr3t
  - webhook: http://ops.example/hook
  - on: [always]
    ping: https://hc.example/x
  - secret: "\${{ env.X }}"
    ping: https://hc.example/x
`;
  shell.write('job.yaml', wrong);
  const { code, stderr } = await shell.ucbulk(['validate', 'job.yaml']);
  expect(code).toBe(2);
  expect(stderr).not.toContain('s3cr3t');
  for (const place of [
    'notify[0].slack',
    'notify[1].webhook',
    'notify[2].on[0]',
    'notify[3].secret',
  ])
    expect(stderr).toContain(place);
});

test('a program runs only if somebody trusts the job, and prints nothing to stdout', async () => {
  const shell = await openShell({ files: 5, storedShare: 0 });
  const script = `
    let text = '';
    process.stdin.on('data', (part) => (text += part));
    process.stdin.on('end', () => require('node:fs').appendFileSync('told.txt', text));
    console.log('noise on stdout');`;
  const command = JSON.stringify([process.execPath, '-e', script]);
  shell.write(
    'job.yaml',
    `
version: 1
name: store-all
source: { files: { stored: false } }
steps: [{ uses: store }]
notify: [{ command: ${command} }]
`,
  );
  const refused = await shell.ucbulk(['run', 'job.yaml', '--yes', '--json']);
  expect(refused.code).toBe(2);
  expect(refused.stdout).toContain('add --allow-code');
  const runs = await shell.ucbulk(['runs', '--json']);
  expect(runs.stdout).toBe('');

  const end = await shell.ucbulk(['run', 'job.yaml', '--yes', '--json', '--allow-code']);
  expect(end.code).toBe(0);
  expect(end.stdout).not.toContain('noise');
  expect(JSON.parse(readFileSync(join(shell.cwd, 'told.txt'), 'utf8'))).toMatchObject({
    event: 'success',
    exitCode: 0,
  });
});

test('an e-mail goes through sendmail, and one that fails never fails the run', async () => {
  const shell = await openShell({ files: 5, storedShare: 0 });
  shell.write(
    'mail.cjs',
    `#!${process.execPath}\nprocess.stdin.pipe(require('node:fs').createWriteStream('mail.txt'));`,
  );
  chmodSync(join(shell.cwd, 'mail.cjs'), 0o755);
  shell.write(
    'job.yaml',
    `
version: 1
name: store-all
source: { files: { stored: false } }
steps: [{ uses: store }]
notify: [{ email: { to: [ops@example.com], from: ucbulk@example.com } }]
`,
  );
  const env = { UCBULK_SENDMAIL: join(shell.cwd, 'mail.cjs') };
  expect((await shell.ucbulk(['run', 'job.yaml', '--yes'], { env })).code).toBe(0);
  expect(readFileSync(join(shell.cwd, 'mail.txt'), 'utf8')).toContain(
    'Subject: ucbulk: store-all succeeded (run ',
  );
  const failed = await shell.ucbulk(['run', 'job.yaml', '--yes'], {
    env: { UCBULK_SENDMAIL: '/no/such/program' },
  });
  expect(failed.code).toBe(0);
  expect(failed.stderr).toContain("email: sendmail can't be started (ENOENT)");
});

test('a webhook that redirects or answers without end does not fail the run', async () => {
  const shell = await openShell({ files: 5, storedShare: 0 });
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    request.resume();
    if (request.url === '/redirects') {
      response.writeHead(302, { location: '/secret' }).end();
      return;
    }
    const chunk = Buffer.alloc(65_536, 'x');
    const write = (): void => {
      if (response.destroyed) return;
      if (response.write(chunk)) setImmediate(write);
      else response.once('drain', write);
    };
    write();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  shell.write(
    'job.yaml',
    `
version: 1
name: store-all
source: { files: { stored: false } }
steps: [{ uses: store }]
notify: [{ webhook: "${origin}/redirects" }, { webhook: "${origin}/endless" }]
`,
  );
  const end = await shell.ucbulk(['run', 'job.yaml', '--yes']);
  expect(end.code).toBe(0);
  expect(end.stderr).toContain('webhook: it redirects (302); use the final address');
  expect(asked.sort()).toEqual(['/endless', '/redirects']);
});
