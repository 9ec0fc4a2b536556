import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { DoubtPage, ItemsPage, RunPage, RunsPage } from '../../src/page-data/shapes.ts';
import { uuidOf } from '../support/file-json.ts';
import { PageClient } from '../support/page-client.ts';
import { openShell, type Shell, untilPrinted } from '../support/run-cli.ts';

const OTHER = uuidOf(77);
const JOB = `
version: 1
name: store-all
source: { files: { stored: false } }
steps: [{ uses: store }]
`;

/** Starts the server, and opens its page. */
async function openPage(shell: Shell, args: readonly string[] = []) {
  const program = shell.start(['serve', ...args]);
  const [address] = await untilPrinted(program, /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}/);
  const client = new PageClient(address);
  await client.open();
  return { program, client };
}

test('serve shows the page with its runs, and a signal ends it with 0', async () => {
  const shell = await openShell({ files: 20, storedShare: 0 });
  shell.write('job.yaml', JOB);
  expect((await shell.ucbulk(['run', 'job.yaml', '--yes'])).code).toBe(0);
  const { program, client } = await openPage(shell);
  const page = await client.send('/');
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.text).toMatch(/^<!doctype html>/);
  const { runs } = await client.json<RunsPage>('/api/runs');
  expect(runs).toMatchObject([{ state: 'finished', counts: { done: 20 } }]);
  const stream = client.follow(`/api/events/${runs[0]?.run}`);
  expect((await stream.next()).data).toMatchObject({ status: { jobName: 'store-all' } });
  program.process.kill('SIGTERM');
  expect((await program.ended).code).toBe(0);
});

test('the page shows at once that a run was killed, and that it was resumed', async () => {
  const shell = await openShell({ files: 400, storedShare: 0 });
  shell.write('job.yaml', `${JOB}limits: { rate: 0.5 }\n`);
  const { client } = await openPage(shell);
  const list = client.follow('/api/events');
  expect((await list.next()).data.runs).toEqual([]);
  const run = shell.start(['run', 'job.yaml', '--yes']);
  const works = ({ data }: { data: RunsPage }) =>
    data.runs.some((one) => 'isRunning' in one && one.isRunning);
  await list.next(works);
  run.process.kill('SIGKILL');
  const killed = await list.next((event) => !works(event));
  expect(killed.data.runs).toMatchObject([{ state: 'interrupted', isRunning: false }]);
  shell.start(['resume', '--yes']);
  expect((await list.next(works)).data.runs).toMatchObject([{ state: 'active' }]);
  list.close();
});

test('the page pauses, continues and stops a run', async () => {
  const shell = await openShell({ files: 2000, storedShare: 0 });
  shell.write('job.yaml', `${JOB}limits: { rate: 1 }\n`);
  const run = shell.start(['run', 'job.yaml', '--yes']);
  const { client } = await openPage(shell, ['--control']);
  const list = client.follow('/api/events');
  const { data } = await list.next((event) =>
    event.data.runs.some((one: { isRunning: boolean }) => one.isRunning),
  );
  list.close();
  const path = `/api/runs/${data.runs[0].run}`;
  const ask = async (request: object) => {
    const { status, text } = await client.post(`${path}/control`, request);
    return { status, ...(JSON.parse(text) as object) };
  };
  expect(await ask({ action: 'pause' })).toMatchObject({
    status: 200,
    text: expect.stringContaining('paused'),
  });
  const paused = await client.json<RunPage>(path);
  expect(paused.status.waits).toMatchObject([{ kind: 'paused' }]);
  expect(paused.status.control).toMatchObject({ state: 'paused' });
  expect(await ask({ action: 'set', rate: 0.7 })).toMatchObject({
    text: expect.stringContaining('0.7/s'),
  });
  expect(await ask({ action: 'continue' })).toEqual({ status: 200, text: 'The run continues.' });
  expect(await ask({ action: 'stop' })).toEqual({ status: 200, text: 'The run has stopped.' });
  expect((await run.ended).code).toBe(130);
  expect(await ask({ action: 'stop' })).toMatchObject({ status: 409 });
});

test('a run with --ui serves its page as long as it works', async () => {
  const shell = await openShell({ files: 300, storedShare: 0 });
  shell.write('job.yaml', `${JOB}limits: { rate: 1 }\n`);
  const run = shell.start(['run', 'job.yaml', '--yes', '--ui', '--quiet']);
  const [address] = await untilPrinted(run, /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}/);
  const client = new PageClient(address);
  await client.open();
  const list = client.follow('/api/events');
  const { data } = await list.next((event) => event.data.runs.length > 0);
  expect(data.runs).toMatchObject([{ state: 'active', isRunning: true }]);
  const command = await client.post(`/api/runs/${data.runs[0].run}/control`, { action: 'stop' });
  expect(command.status).toBe(403);
  expect(await run.ended).toMatchObject({ code: 0 });
  expect(shell.project.counts().unstored).toBe(0);
  await expect(client.send('/api/runs')).rejects.toThrow();
});

test('a port that is taken, and one that is none, are errors with advice', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const shell = await openShell({ files: 0 });
  const taken = await shell.ucbulk(['serve', '--port', String(port)]);
  expect(taken.code).toBe(3);
  expect(taken.stderr).toContain(`127.0.0.1:${port}: another program uses it`);
  const wrong = await shell.ucbulk(['serve', '--port', '70000']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('--port takes a port from 0 to 65535');
});

test('the keys of the project are on no page', async () => {
  const shell = await openShell({ files: 20, storedShare: 0 });
  shell.write('job.yaml', JOB);
  await shell.ucbulk(['run', 'job.yaml', '--yes']);
  const { client } = await openPage(shell, ['--control']);
  const { runs } = await client.json<RunsPage>('/api/runs');
  const secret = shell.project.secretKey;
  for (const path of ['/', '/api/runs', `/api/runs/${runs[0]?.run}`]) {
    expect((await client.send(path)).text).not.toContain(secret);
  }
});

test('the page shows the file that a lost request made, and records it as the result', async () => {
  const shell = await openShell({
    files: 0,
    cdnOrigin: 'https://abc.ucarecd.net',
    work: { remove_bg: { medianMs: 50, sigma: 0 } },
  });
  const picture = { mimeType: 'image/png', isImage: true, name: 'cat.png' };
  const { uuid } = shell.project.addFile({ ...picture, storedAt: '2026-01-01T00:00:00Z' });
  shell.emulator.faults.add({
    fault: { kind: 'reset', when: 'after' },
    path: '/addons/remove_bg/execute/',
    times: 1,
  });
  shell.write(
    'job.yaml',
    'version: 1\nname: cut\nsource: { files: { stored: true } }\nsteps: [{ uses: addon/remove_bg }]\n',
  );
  expect((await shell.ucbulk(['run', 'job.yaml', '--yes'])).code).toBe(11);
  const { client } = await openPage(shell, ['--control']);
  const { runs } = await client.json<RunsPage>('/api/runs');
  const path = `/api/runs/${runs[0]?.run}`;
  const { candidates } = await client.json<DoubtPage>(`${path}/doubts?key=${uuid}`);
  expect(candidates).toMatchObject([
    { picture: expect.stringMatching(/^https:\/\/abc\.ucarecd\.net\/[^/]+\/-\/preview\//) },
  ]);
  const file = candidates?.[0]?.file;
  const missing = await client.post(`${path}/resolve`, { key: uuid, as: 'adopt', file: OTHER });
  expect(missing).toMatchObject({ status: 400, text: expect.stringContaining('is no file') });
  const adopted = await client.post(`${path}/resolve`, { key: uuid, as: 'adopt', file });
  expect(adopted.status).toBe(200);
  const { items } = await client.json<ItemsPage>(`${path}/items`);
  expect(items).toMatchObject([{ key: uuid, state: 'done', result: { file } }]);
});
