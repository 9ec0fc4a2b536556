import { closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { isatty } from 'node:tty';
import type { World } from '../core/world.ts';
import { outputStream } from './output-stream.ts';
import type { StopSignal, Surroundings } from './surroundings.ts';

const STOP_SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** This process as surroundings of the program. */
export function processSurroundings(world: World): Surroundings {
  const canAsk = process.stdin.isTTY === true && process.stderr.isTTY === true;
  return {
    world,
    env: process.env,
    cwd: process.cwd(),
    stdout: outputStream(process.stdout),
    stderr: outputStream(process.stderr),
    readLine: canAsk ? readTerminalLine : null,
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
    exit: (code) => process.exit(code),
  };
}

/** `terminal: false` leaves line editing and Ctrl-C to the terminal itself. */
function readTerminalLine(signal: AbortSignal): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, terminal: false });
  return new Promise((resolve) => {
    const end = (line: string | null) => {
      resolve(line);
      signal.removeEventListener('abort', onAbort);
      lines.close();
      process.stdin.pause();
    };
    const onAbort = () => end(null);
    signal.addEventListener('abort', onAbort, { once: true });
    lines.once('line', end);
    // Also comes of our own `close`: what was resolved first stays.
    lines.once('close', onAbort);
  });
}

/**
 * What to do at the exit: Node restores the terminal there and aborts (SIGABRT, a core dump) where
 * the terminal is gone. `ResetStdio` in its node.cc passes over closed descriptors, so they are.
 */
export function lostTerminalCloser(): () => void {
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  return () => {
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
  };
}
