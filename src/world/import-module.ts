import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { importFile } from '../package/own-files.ts';

/** The exit code if own code ends the process: the job has a fault. */
const EXIT_FAULT = 2;

/** Time in ms within which a module must have run its top level. */
const IMPORT_LIMIT_MS = 30_000;

const imported = new Set<string>();

/**
 * Imports a module by the absolute path of its file. Its code runs in this process. If it ends the process, a message
 * names it, and the exit code is never 0. Rejects if the top level of the module waits for more than 30 s. The timer for
 * this also keeps the process alive: Node would end it with exit code 0 if nothing but the module was left to wait for.
 */
export async function importModule(path: string): Promise<unknown> {
  if (imported.size === 0) guardExit();
  imported.add(path);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `its top level did not end within ${IMPORT_LIMIT_MS / 1000} s, probably because of an await`;
    timer = setTimeout(() => reject(new Error(message)), IMPORT_LIMIT_MS);
  });
  try {
    return await Promise.race([importFile(path), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the path of the imported module in which an error happened; null if it happened elsewhere. */
export function moduleOfError(error: unknown): string | null {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return [...imported].find((path) => stack.includes(pathToFileURL(path).href)) ?? null;
}

/** Own code has called `process.exit`. */
export class OwnCodeExit extends Error {
  override readonly name = 'OwnCodeExit';
}

/**
 * Replaces `process.exit`, so that own code can't end the process without a word. ucbulk itself ends the process with
 * the function that `processSurroundings` kept before.
 */
function guardExit(): void {
  const exit = process.exit.bind(process);
  process.exit = (code) => {
    const call = `process.exit(${code ?? ''})`;
    const path = moduleOfError(new Error(call)) ?? [...imported].join(' or ');
    const error = new OwnCodeExit(`${path} called ${call}`);
    // The command line reports it like an error that nothing caught, and ends the process. A program that uses the
    // library may do nothing, or have no listener.
    if (process.listenerCount('uncaughtException') > 0) process.emit('uncaughtException', error);
    else writeSync(2, `error: Own code ended the process: ${error.message}\n`);
    return exit(EXIT_FAULT);
  };
}
