import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { UserError } from '../../core/user-error.ts';
import type { DemoChild } from './demo-child.ts';
import type { DemoContext } from './demo-tools.ts';

/** A Redis or Valkey that the demo started. */
export interface DemoRedis {
  readonly address: string;
  /** Ends it by kill -9. */
  kill(): Promise<void>;
  /** Starts it, with the append-only file that it had. */
  start(): Promise<void>;
}

const PROGRAMS = ['redis-server', 'valkey-server'];

/** The server program that is installed. Throws a `UserError` that says how to install one if there is none. */
export function findRedisProgram(): string {
  const program = PROGRAMS.find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined,
  );
  if (program !== undefined) return program;
  throw new UserError(
    'configuration',
    'This demo starts a Redis of its own, and neither redis-server nor valkey-server is installed. Install one, and start the demo again. Debian, Ubuntu: sudo apt-get install redis-server. macOS: brew install redis.',
  );
}

/** Prepares a Redis on a free port of this machine, with the settings that a fleet needs. */
export async function prepareDemoRedis(
  { stage, surroundings, narrator }: DemoContext,
  program: string,
): Promise<DemoRedis> {
  const port = await findFreePort();
  const shown = `--port ${port} --dir ${stage.directory} --appendonly yes --maxmemory-policy noeviction`;
  let child: DemoChild | null = null;
  return {
    address: `redis://127.0.0.1:${port}`,
    async start() {
      narrator.command(`${program} ${shown}`);
      child = stage.startProgram(
        program,
        [...shown.split(' '), '--bind', '127.0.0.1', '--save', ''],
        surroundings.env,
      );
      for await (const line of child.lines) if (line.includes('Ready to accept')) return;
      throw new Error(`The demo failed: ${program} did not start`);
    },
    async kill() {
      child?.kill('SIGKILL');
      await child?.ended;
    },
  };
}

/** Finds a TCP port of 127.0.0.1 that no program uses now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free');
  return address.port;
}
