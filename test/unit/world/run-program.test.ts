import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRunProgram } from '../../../src/world/run-program.ts';

const NEVER = new AbortController().signal;
const run = createRunProgram(process.env);

const node = (script: string, ...args: string[]) => [process.execPath, '-e', script, ...args];

test('a program gets its input and its words, without a shell', async () => {
  const script = `
    process.stdin.on('data', (text) => process.stdout.write(String(text)));
    process.stderr.write(process.argv.slice(1).join('|') + '\\n');`;
  const command = node(script, '$(id)', '; ls', 'a b');
  const { output, ...end } = await run({ command, input: 'hello', signal: NEVER });
  expect(end).toEqual({ exitCode: 0, startError: null });
  expect(output).toContain('$(id)|; ls|a b\n');
  expect(output).toContain('hello');
});

test('a program may fail, or not read its input', async () => {
  const input = 'x'.repeat(10_000_000);
  const command = node('process.exit(3)');
  expect(await run({ command, input, signal: NEVER })).toMatchObject({ exitCode: 3 });
});

test('only the beginning of a large output is kept', async () => {
  const command = node("process.stdout.write('x'.repeat(5_000_000))");
  const end = await run({ command, input: '', signal: NEVER });
  expect(end).toMatchObject({ exitCode: 0, output: 'x'.repeat(500) });
});

test('a program that does not exist or may not run is an error of its start', async () => {
  const missing = await run({ command: ['no-such-program-3f0a'], input: 'x', signal: NEVER });
  expect(missing).toEqual({ exitCode: null, startError: 'ENOENT', output: '' });
  const folder = mkdtempSync(join(tmpdir(), 'ucbulk-'));
  expect(await run({ command: [folder], input: '', signal: NEVER })).toMatchObject({
    startError: 'EACCES',
  });
});

test('a program is killed with what it started', async () => {
  const kill = new AbortController();
  const server = createServer();
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const inner = `require('node:net').connect(${port}, '127.0.0.1').on('error', () => undefined).resume()`;
  const script = `
    require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], { stdio: 'inherit' });
    setInterval(() => undefined, 1000)`;
  const ended = run({ command: node(script), input: '', signal: kill.signal });
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => undefined).resume();
  const closed = once(socket, 'close');
  kill.abort();
  expect(await ended).toMatchObject({ exitCode: null, startError: null });
  await closed;
  const late = await run({ command: node(script), input: '', signal: kill.signal });
  expect(late).toMatchObject({ exitCode: null, startError: null });
});
