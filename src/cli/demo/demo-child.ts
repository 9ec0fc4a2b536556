import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { startArguments } from '../../package/own-files.ts';
import type { Environment } from '../surroundings.ts';

/** A process that the demo started: ucbulk with another command line, or another program. */
export interface DemoChild {
  /** Resolves when the process ends, with its exit code. If a signal ended the process, the value is null. */
  readonly ended: Promise<number | null>;
  /** The lines that the process writes to stdout. */
  readonly lines: AsyncIterable<string>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
}

/**
 * Starts ucbulk as a child process. Its stderr is the terminal of the demo, so the user sees its progress.
 */
export function startChild(args: readonly string[], env: Environment): DemoChild {
  return startProgram(process.execPath, [...startArguments(process), ...args], env);
}

/** Starts a program as a child process, in the same way. */
export function startProgram(
  program: string,
  args: readonly string[],
  env: Environment,
): DemoChild {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
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
