import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../../src/cli/demo/demo-redis.ts';
import { TEMP_ROOT } from './temp-root.ts';

/** A Redis of its own. */
export interface RedisProcess {
  readonly address: string;
  readonly port: number;
  /** Kills it with SIGKILL. Its files stay. */
  kill(): Promise<void>;
  /** Starts it again with the same files. */
  start(): Promise<void>;
  /** Kills it, and removes its files. */
  remove(): Promise<void>;
}

/** The settings that a fleet demands. */
const FIT = [
  ...['--appendonly', 'yes', '--appendfsync', 'everysec'],
  ...['--maxmemory-policy', 'noeviction'],
];

/** A certificate and its key, as paths of files. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * Starts a Redis on a free port of 127.0.0.1. Its settings are those that a fleet demands, unless `args` change them.
 * With a certificate, it speaks TLS only.
 */
export async function openRedis(
  program: string,
  args: readonly string[] = [],
  certificate: TestCertificate | null = null,
): Promise<RedisProcess> {
  const directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-redis-'));
  const port = await findFreePort();
  const place = ['--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const settings = [...place, ...portArguments(port, certificate), ...FIT, ...args];
  let child: ChildProcess | null = null;
  const kill = async () => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const start = async () => {
    const started = spawn(program, settings, {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child = started;
    let printed = '';
    for await (const chunk of started.stdout) {
      printed += String(chunk);
      if (printed.includes('Ready to accept connections')) break;
    }
    if (started.exitCode !== null) throw new Error(`Redis did not start: ${printed}`);
  };
  await start();
  return {
    address: certificate === null ? `redis://127.0.0.1:${port}` : `rediss://localhost:${port}`,
    port,
    kill,
    start,
    async remove() {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function portArguments(port: number, certificate: TestCertificate | null): string[] {
  if (certificate === null) return ['--port', String(port)];
  const { cert, key } = certificate;
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert];
  return ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', ...files];
}
