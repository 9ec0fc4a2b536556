import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { ProgramEnd, ProgramStart, RunProgram } from '../core/run-program.ts';

/** Number of characters that are kept of what a program prints. The rest is read and forgotten. */
const MAX_OUTPUT = 500;

/**
 * Creates the real `RunProgram`. It starts programs in a process group of their own. So Ctrl-C does not end them, and
 * they can be killed with all that they started.
 */
export function createRunProgram(env: NodeJS.ProcessEnv): RunProgram {
  return (start) =>
    new Promise((resolve) => {
      const [program = '', ...args] = start.command;
      const child = spawn(program, args, { env, detached: true, shell: false, stdio: 'pipe' });
      follow(child, start, resolve);
    });
}

function follow(
  child: ChildProcessWithoutNullStreams,
  { input, signal }: ProgramStart,
  resolve: (end: ProgramEnd) => void,
): void {
  let output = '';
  const keep = (text: string) => {
    output = (output + text).slice(0, MAX_OUTPUT);
  };
  const kill = () => killGroup(child);
  const end = (exitCode: number | null, startError: string | null) => {
    signal.removeEventListener('abort', kill);
    // A program that this one started may still have the pipes open. Nobody waits for it.
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
    resolve({ exitCode, startError, output });
  };
  child.once('error', (error) => end(null, 'code' in error ? String(error.code) : error.name));
  child.once('exit', (exitCode) => end(exitCode, null));
  for (const pipe of [child.stdout, child.stderr]) pipe.setEncoding('utf8').on('data', keep);
  // A program may end without reading its input.
  child.stdin.on('error', () => undefined).end(input);
  if (signal.aborted) kill();
  else signal.addEventListener('abort', kill, { once: true });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The programs have ended.
  }
}
