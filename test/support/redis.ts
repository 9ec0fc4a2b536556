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

/** A certificate and its key, as paths of files. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Starts a Redis on a free port of 127.0.0.1. It is gone when the test is over. With a certificate, it speaks TLS only. */
export async function startRedis(
  program: string,
  args: readonly string[] = [],
  certificate: TestCertificate | null = null,
): Promise<TestRedis> {
  const directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-redis-'));
  const port = await freePort();
  const start = async (): Promise<ChildProcess> => {
    const place = ['--bind', '127.0.0.1', '--dir', directory, '--save', ''];
    const child = spawn(program, [...place, ...portArguments(port, certificate), ...FIT, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
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
    address: certificate === null ? `redis://127.0.0.1:${port}` : `rediss://localhost:${port}`,
    port,
    kill,
    async restart() {
      await kill();
      child = await start();
    },
  };
}

function portArguments(port: number, certificate: TestCertificate | null): string[] {
  if (certificate === null) return ['--port', String(port)];
  const { cert, key } = certificate;
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert];
  return ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', ...files];
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
