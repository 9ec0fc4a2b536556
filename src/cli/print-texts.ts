import { plainLines } from '../progress/terminal-text.ts';
import { batches } from '../report/write-texts.ts';
import type { OutputStream } from './surroundings.ts';

/**
 * Prints a long text in large pieces, and waits for a slow reader before each of them. On a terminal, replaces
 * control characters, because the terminal could read them as commands. Returns early if no program reads
 * stdout any more.
 */
export async function printTexts(texts: Iterable<string>, stdout: OutputStream): Promise<void> {
  for (const batch of batches(texts)) {
    await stdout.drained();
    if (stdout.isClosed) return;
    stdout.write(stdout.isTerminal ? plainLines(batch) : batch);
  }
}
