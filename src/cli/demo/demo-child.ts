import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Environment } from '../surroundings.ts';

/** A process of the demo: this program with another command line. */
export interface DemoChild {
  /** Resolves when the process ends: with its exit code, or null if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** The lines of its stdout. */
  readonly lines: AsyncIterable<string>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
}

/** Starts this program as a child process on the same terminal. The reader sees its stderr. */
export function startChild(args: readonly string[], env: Environment): DemoChild {
  const [, program = ''] = process.argv;
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    ended: waitForExit(child),
    lines: createInterface({ input: child.stdout }),
    kill: (signal) => void child.kill(signal),
  };
}

function waitForExit(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}
