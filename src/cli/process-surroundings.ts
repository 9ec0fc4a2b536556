import { closeSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
import { isatty } from 'node:tty';
import type { World } from '../core/world.ts';
import { outputStream } from './output-stream.ts';
import { askPerson, type PersonQuestion, type Reply } from './read-person-line.ts';
import type { StopSignal, Surroundings } from './surroundings.ts';

const STOP_SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Creates the `Surroundings` of the program from this process. */
export function processSurroundings(world: World): Surroundings {
  // Kept before any own code is loaded, which must not end the process (`importModule`).
  const exit = process.exit.bind(process);
  const canAsk = process.stdin.isTTY === true && process.stderr.isTTY === true;
  return {
    world,
    async runProgram(start) {
      // This import is dynamic, because few commands start a program.
      const { createRunProgram } = await import('../world/run-program.ts');
      return createRunProgram(process.env)(start);
    },
    env: process.env,
    cwd: process.cwd(),
    process: { pid: process.pid, host: hostname() },
    programFolders: programFolders(),
    stdout: outputStream(process.stdout),
    stderr: outputStream(process.stderr),
    ask: canAsk ? (question) => askOnTerminal(question, world) : null,
    onSignal(listener) {
      for (const signal of STOP_SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of STOP_SIGNALS) process.off(signal, listener);
      };
    },
    onSaveSignal(listener) {
      process.on('SIGUSR2', listener);
      return () => process.off('SIGUSR2', listener);
    },
    exit: (code) => exit(code),
  };
}

/** An installed `ucbulk` is a link in a folder with other programs. The file of a checkout is none. */
function programFolders(): string[] {
  const { argv, execPath } = process;
  const [, program = ''] = argv;
  const isInstalled = basename(program) === 'ucbulk';
  return [...new Set([...(isInstalled ? [dirname(program)] : []), dirname(execPath)])];
}

function askOnTerminal(question: PersonQuestion, { clock }: World): Promise<Reply> {
  return askPerson(question, {
    input: process.stdin,
    isGone: () => !isatty(0),
    tick: () => clock.tick(),
    interrupt: () => process.kill(process.pid, 'SIGINT'),
  });
}

/**
 * Returns a function to call when the process exits. It closes the file descriptors of terminals that no
 * longer exist. Otherwise Node would try to restore these terminals and abort with SIGABRT and a core dump.
 * Node does not restore closed descriptors (function `ResetStdio` in its node.cc).
 */
export function lostTerminalCloser(): () => void {
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  return () => {
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
  };
}
