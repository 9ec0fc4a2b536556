import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { TEMP_ROOT } from './temp-root.ts';

/** A Redis of a test's own. */
export interface TestRedis {
  readonly address: string;
  readonly port: number;
  /** Kills it with SIGKILL, and starts it again with the same files. */
  restart(): Promise<void>;
  kill(): Promise<void>;
}

const FIT = [
  '--appendonly',
  'yes',
  '--appendfsync',
  'everysec',
  '--maxmemory-policy',
  'noeviction',
];

/** Starts a Redis on a free port of 127.0.0.1. It is gone when the test is over. */
export async function startRedis(
  program: string,
  args: readonly string[] = FIT,
): Promise<TestRedis> {
  const directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-redis-'));
  const port = await freePort();
  const start = async (): Promise<ChildProcess> => {
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
    const child = spawn(program, [...place, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    let printed = '';
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      if (printed.includes('Ready to accept connections')) break;
    }
    if (child.exitCode !== null) throw new Error(`Redis did not start: ${printed}`);
    return child;
  };
  let child = await start();
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(async () => {
    await kill();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    address: `redis://127.0.0.1:${port}`,
    port,
    kill,
    async restart() {
      await kill();
      child = await start();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}
