import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

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
