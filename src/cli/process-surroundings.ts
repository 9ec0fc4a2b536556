import { closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
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

function readTerminalLine(signal: AbortSignal): Promise<string | null> {
  return readPersonLine(signal, { input: process.stdin, isGone: () => !isatty(0) });
}

/**
 * Reads one line that a person types. Ctrl-D is an empty line: whoever ends the input has answered.
 * null if the signal aborts, or if the terminal is gone.
 */
export function readPersonLine(
  signal: AbortSignal,
  { input, isGone }: { readonly input: Readable; readonly isGone: () => boolean },
): Promise<string | null> {
  // `terminal: false` leaves line editing and Ctrl-C to the terminal itself.
  const lines = createInterface({ input, terminal: false });
  return new Promise((resolve) => {
    const end = (line: string | null) => {
      resolve(line);
      signal.removeEventListener('abort', onAbort);
      lines.close();
      input.pause();
    };
    const onAbort = () => end(null);
    signal.addEventListener('abort', onAbort, { once: true });
    lines.once('line', end);
    // Our own `close` emits it too, but the first result stays.
    lines.once('close', () => end(signal.aborted || isGone() ? null : ''));
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
