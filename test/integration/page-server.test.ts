import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Ledger } from '../../src/ledger/ledger.ts';
import { takeLock } from '../../src/ledger/process-lock.ts';
import { type PageServer, startPageServer } from '../../src/serve/page-server.ts';
import { createStateBackend } from '../../src/serve/state-backend.ts';
import { readItems } from '../../src/state/read-runs.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { uuidOf } from '../support/file-json.ts';
import { newRun } from '../support/new-run.ts';
import { PageClient } from '../support/page-client.ts';
import { givePage, tempDirectory } from '../support/temp-ledger.ts';

const SYSTEM = createSystemWorld();
/** The server looks for changes fifty times as often as it does otherwise. */
const WORLD = {
  ...SYSTEM,
  clock: {
    ...SYSTEM.clock,
    sleep: (ms: number, signal?: AbortSignal) => SYSTEM.clock.sleep(ms / 50, signal),
  },
};
const ASSETS = { script: 'start()', style: 'p { color: red }' };
const JOB = {
  name: 'test',
  source: { kind: 'files', files: { stored: true } },
  steps: [{ id: 'cut', uses: 'addon/remove_bg', with: {} }],
  guard: {},
  limits: {},
  where: {},
};
const RUN = '20261121-205404-k3x9';

interface Setup {
  readonly control?: boolean;
  readonly names?: readonly string[];
  readonly inDoubt?: number;
}

/** A state directory with a run, its ledger, and a server of its page. */
async function setup({ control = false, names = [], inDoubt = 0 }: Setup = {}) {
  const directory = tempDirectory();
  mkdirSync(join(directory, 'runs'));
  const path = join(directory, 'runs', `${RUN}.db`);
  const run = newRun({ runId: RUN as never, job: JOB, createdAt: 5 });
  const ledger = Ledger.create(path, run, { clock: new FakeClock() });
  const seqs = givePage(ledger, 10);
  ledger.transaction(() => {
    for (const [place, name] of names.entries()) {
      ledger.details.put(seqs[place]!, { file: { filename: name } });
    }
    for (const seq of seqs.slice(0, inDoubt)) {
      ledger.items.take(0, [{ seq }]);
      ledger.items.moveItems({ seqs: [seq], step: 0, from: 'running', to: 'in-doubt' });
      const end = { item: seq, step: 0, state: 'in-doubt', reason: 'lost', at: 5 } as const;
      ledger.outcomes.put({ ...end, message: 'No answer', requestId: null, result: null });
    }
  });
  const client = await serve(directory, control);
  return { client, directory, path, ledger, seqs, close: () => ledger.close() };
}

async function serve(directory: string, canControl = false): Promise<PageClient> {
  const backend = createStateBackend({ stateDirectory: directory, connection: null }, WORLD);
  const server: PageServer = await startPageServer({
    port: 0,
    canControl,
    backend,
    assets: ASSETS,
    clock: WORLD.clock,
  });
  onTestFinished(() => server.close());
  const client = new PageClient(server.address);
  await client.open();
  return client;
}

test('the printed address gives a cookie that no script and no other site gets', async () => {
  const { client, close } = await setup();
  close();
  const token = new URL(client.address).searchParams.get('token') ?? '';
  expect(Buffer.from(token, 'base64url')).toHaveLength(24);
  const opened = await client.open();
  expect(opened.status).toBe(303);
  const [cookie] = opened.headers['set-cookie'] ?? [];
  expect(cookie).toMatch(/^ucbulk-[0-9a-f]{8}=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\//);
  expect(cookie).not.toContain(token);
  const page = await client.send('/');
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'sha256-/,
  );
  expect(page.headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
});

test.each([
  { what: 'no cookie', headers: { cookie: '' }, status: 401 },
  { what: 'another cookie', headers: { cookie: 'ucbulk-00000000=x' }, status: 401 },
  { what: 'another host', headers: { host: 'evil.example' }, status: 421 },
  { what: 'a host that begins alike', headers: { host: '127.0.0.1.evil.example' }, status: 421 },
  { what: 'another origin', headers: { origin: 'http://evil.example' }, status: 403 },
  { what: 'a file as origin', headers: { origin: 'null' }, status: 403 },
  { what: 'another port as origin', headers: { origin: 'http://127.0.0.1:1' }, status: 403 },
])('a request with $what is refused everywhere', async ({ headers, status }) => {
  const { client, close } = await setup();
  close();
  for (const path of ['/', '/api/runs', `/api/runs/${RUN}`, '/api/events', '/x']) {
    const answer = await client.send(path, { headers });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain(RUN);
    expect(JSON.parse(answer.text)).toEqual({ error: expect.any(String) });
  }
});

test('a browser does not send the cookie to other servers of this machine', async () => {
  const { client, directory, close } = await setup();
  close();
  const { headers } = await client.open();
  const [, path] = /; Path=(\/[\w-]{22}\/)$/.exec(headers['set-cookie']?.[0] ?? '') ?? [];
  expect(path).toBe(headers.location);
  const other = await serve(directory);
  expect((await other.open()).headers.location).not.toBe(path);
  client.folder = '';
  for (const guess of ['/', '/api/runs', '/api/events', `/x${path}`]) {
    expect((await client.send(guess)).status).toBe(401);
  }
});

test('a wrong token gives no cookie', async () => {
  const { client, close } = await setup();
  close();
  client.folder = '';
  for (const token of ['', 'x', 'x'.repeat(10_000), `${client.address.slice(-32, -1)}`]) {
    const answer = await client.send(`/?token=${token}`, { headers: { cookie: '' } });
    expect(answer.status).toBe(401);
    expect(answer.headers['set-cookie']).toBeUndefined();
  }
});

test('an SSH tunnel may have another port', async () => {
  const { client, close } = await setup();
  close();
  const headers = { host: 'localhost:9999', origin: 'http://localhost:9999' };
  expect((await client.send('/api/runs', { headers })).status).toBe(200);
});

test('a server without --control changes nothing', async () => {
  const { client, path, directory, close } = await setup({ inDoubt: 1 });
  close();
  for (const part of ['control', 'resolve']) {
    const answer = await client.post(`/api/runs/${RUN}/${part}`, { action: 'pause' });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('--control');
  }
  expect(path).toContain(directory);
  expect([...readItems(directory, RUN as never, { state: 'in-doubt' })]).toHaveLength(1);
});

test.each<{ what: string; headers: object }>([
  { what: 'another origin', headers: { origin: 'http://evil.example' } },
  { what: 'no origin', headers: { origin: '' } },
  { what: 'a form', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  { what: 'text', headers: { 'content-type': 'text/plain' } },
  { what: 'no type', headers: { 'content-type': '' } },
])('a command from $what is refused', async ({ headers }) => {
  const { client, directory, close } = await setup({ control: true, inDoubt: 1 });
  close();
  const decision = { key: uuidOf(1), as: 'skip' };
  const path = `/api/runs/${RUN}/resolve`;
  expect((await client.post(path, decision, { ...headers })).status).toBe(403);
  expect([...readItems(directory, RUN as never, { state: 'in-doubt' })]).toHaveLength(1);
  expect((await client.post(path, decision)).status).toBe(200);
  expect([...readItems(directory, RUN as never, { state: 'in-doubt' })]).toHaveLength(0);
});

test('an item in doubt can be decided only while no process works on the run', async () => {
  const { client, directory, close } = await setup({ control: true, inDoubt: 2 });
  close();
  const doubt = await client.json(`/api/runs/${RUN}/doubts?key=${uuidOf(2)}`);
  expect(doubt).toMatchObject({ expected: expect.any(String), candidates: null });
  const held = takeLock(statePaths(directory).runLock(RUN as never));
  const decision = { key: uuidOf(2), as: 'done' };
  const refused = await client.post(`/api/runs/${RUN}/resolve`, decision);
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('Another process works on run');
  held?.release();
  expect((await client.post(`/api/runs/${RUN}/resolve`, decision)).status).toBe(200);
  const { items } = await client.json<{ items: { key: string }[] }>(
    `/api/runs/${RUN}/items?state=in-doubt`,
  );
  expect(items.map(({ key }) => key)).toEqual([uuidOf(1)]);
  expect((await client.send(`/api/runs/${RUN}/doubts?key=${uuidOf(2)}`)).status).toBe(404);
});

test.each([
  { part: 'control', body: { action: 'delete' } },
  { part: 'control', body: { action: 'set' } },
  { part: 'control', body: { action: 'set', rate: -1 } },
  { part: 'control', body: { action: 'set', rate: 1e9 } },
  { part: 'control', body: { action: 'set', concurrency: 1.5 } },
  { part: 'control', body: { action: 'pause', state: 'x' } },
  { part: 'control', body: null },
  { part: 'resolve', body: { key: 'x', as: 'adopt', file: '../../etc/passwd' } },
  { part: 'resolve', body: { key: 'x', as: 'adopt' } },
  { part: 'resolve', body: [] },
])('a command that no page sends is refused: $part $body', async ({ part, body }) => {
  const { client, close } = await setup({ control: true, inDoubt: 1 });
  close();
  expect((await client.post(`/api/runs/${RUN}/${part}`, body)).status).toBe(400);
});

test('a run on which no process works can not be paused, and a long body is not read', async () => {
  const { client, close } = await setup({ control: true });
  close();
  const answer = await client.post(`/api/runs/${RUN}/control`, { action: 'pause' });
  expect(answer).toMatchObject({ status: 409, text: expect.stringContaining('No process works') });
  const long = client.post(`/api/runs/${RUN}/resolve`, { key: 'x'.repeat(5_000_000), as: 'skip' });
  await expect(
    long.then(
      ({ status }) => status,
      () => 413,
    ),
  ).resolves.toBe(413);
  expect((await client.send('/api/runs')).status).toBe(200);
});

test.each([
  '/api/runs/..%2f..%2fetc%2fpasswd',
  '/api/runs/../../etc/passwd',
  '/api/runs/../catalog',
  '/../../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '//evil.example/',
  '/page/page.js',
  '/api/runs/UPPER',
  '/api/runs/no-such-run',
  `/api/runs/${RUN}/secrets`,
  `/api/runs/${RUN}%00/items`,
])('an address that is none of the page has nothing: %s', async (path) => {
  const { client, close } = await setup();
  close();
  const answer = await client.send(path);
  // A browser sends no cookie to an address outside the folder.
  expect(answer.status).toBe(/^\/(?:\.\.|%2e%2e)/.test(path) ? 401 : 404);
  expect(answer.text).not.toContain('root:');
});

test('huge and odd queries are answered, and the server continues', async () => {
  const { client, close } = await setup();
  close();
  const items = (query: string) => client.send(`/api/runs/${RUN}/items?${query}`);
  expect((await items(`key=${'k'.repeat(10_000)}`)).text).toBe('{"items":[],"next":null}');
  expect((await items(`reason=${encodeURIComponent("'; DROP TABLE items; --")}`)).status).toBe(200);
  expect((await items('state=gone')).status).toBe(400);
  expect((await items('after=-1')).status).toBe(400);
  expect((await items('step=nowhere')).status).toBe(400);
  expect((await items(`key=${'k'.repeat(100_000)}`)).status).toBe(431);
  expect((await items('key=%ff%00&key=2')).status).toBe(200);
  expect((await client.send('/api/runs', { method: 'DELETE' })).status).toBe(405);
  expect(JSON.parse((await items('')).text).items).toHaveLength(10);
});

test('hostile names stay texts in JSON', async () => {
  const names = ['</script><script>alert(1)</script>', '\u2028\u202e\u0000\u001b[31m', '\ud800'];
  const { client, close } = await setup({ names });
  close();
  const answer = await client.send(`/api/runs/${RUN}/items`);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  const { items } = JSON.parse(answer.text) as { items: { name: string }[] };
  expect(items.slice(0, 3).map(({ name }) => name)).toEqual(names);
});

test('events come when the ledger changes, and only then', async () => {
  const { client, ledger, seqs } = await setup();
  onTestFinished(() => ledger.close());
  const stream = client.follow(`/api/events/${RUN}`);
  const first = await stream.next();
  expect(first.data).toMatchObject({ status: { run: RUN, counts: { pending: 10, done: 0 } } });
  ledger.transaction(() => {
    ledger.items.take(0, [{ seq: seqs[0]! }]);
    ledger.items.moveItems({ seqs: [seqs[0]!], step: 0, from: 'running', to: 'done' });
  });
  const next = await stream.next();
  expect(next.data).toMatchObject({ status: { counts: { pending: 9, done: 1 } } });
  const list = client.follow('/api/events');
  expect((await list.next()).data.runs).toMatchObject([{ run: RUN, counts: { done: 1 } }]);
  // A write that changes nothing that the page shows makes no event.
  ledger.transaction(() => ledger.items.take(0, [{ seq: seqs[1]! }]));
  await stream.next(({ data }) => data.status.counts.running === 1);
  await list.next();
  expect([...stream.events, ...list.events]).toEqual([]);
  stream.close();
  list.close();
});

test('a run that is damaged or removed while it is shown is named on its page', async () => {
  const { client, path, close } = await setup();
  close();
  const stream = client.follow(`/api/events/${RUN}`);
  await stream.next();
  for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
  writeFileSync(path, 'no database at all, and never one'.repeat(500));
  const problem = await stream.next();
  expect(problem).toMatchObject({ name: 'problem', data: { error: expect.stringContaining(RUN) } });
  expect((await client.send(`/api/runs/${RUN}/items`)).status).toBe(500);
  const { runs } = await client.json<{ runs: object[] }>('/api/runs');
  expect(runs).toMatchObject([{ run: RUN, problem: expect.any(String) }]);
  rmSync(path);
  expect(await stream.next()).toMatchObject({
    name: 'problem',
    data: { error: expect.stringContaining('There is no run') },
  });
  expect((await client.send(`/api/runs/${RUN}`)).status).toBe(404);
  expect(await client.json('/api/runs')).toMatchObject({ runs: [] });
  stream.close();
});

test('fifty tabs at once all get their page, and the newest ones are followed', async () => {
  const { client, ledger, seqs } = await setup();
  onTestFinished(() => ledger.close());
  const tabs = Array.from({ length: 50 }, () => client.follow(`/api/events/${RUN}`));
  const last = tabs.at(-1)!;
  await last.next();
  expect((await client.send('/api/runs')).status).toBe(200);
  ledger.transaction(() => {
    ledger.items.take(0, [{ seq: seqs[0]! }]);
    ledger.items.moveItems({ seqs: [seqs[0]!], step: 0, from: 'running', to: 'done' });
  });
  expect((await last.next()).data.status.counts.done).toBe(1);
  expect(tabs.filter(({ isEnded }) => !isEnded).length).toBeLessThanOrEqual(5);
  for (const tab of tabs) tab.close();
});

test('a browser that closes in the middle, or sends nonsense, does not stop the server', async () => {
  const { client, close } = await setup();
  close();
  const port = Number(new URL(client.origin).port);
  for (const text of ['GET / HTTP/1.1\r\nHost: 127', 'nonsense\r\n\r\n', '\u0000', '']) {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.write(text);
    socket.destroy();
  }
  const asked = client.request(`/api/runs/${RUN}/items`, {}, () => undefined);
  asked.on('error', () => undefined);
  asked.destroy();
  const stream = client.follow(`/api/events/${RUN}`);
  stream.close();
  expect((await client.send('/api/runs')).status).toBe(200);
});

test('a port that another program uses is an error that says so', async () => {
  const { client, directory, close } = await setup();
  close();
  const port = Number(new URL(client.origin).port);
  const backend = createStateBackend({ stateDirectory: directory, connection: null }, WORLD);
  const { clock } = WORLD;
  const second = startPageServer({ port, canControl: false, backend, assets: ASSETS, clock });
  await expect(second).rejects.toMatchObject({
    kind: 'configuration',
    message: `The page can't be served at 127.0.0.1:${port}: another program uses it. Choose another --port, or leave it out for any free port.`,
  });
});
