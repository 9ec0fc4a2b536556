import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { importFile } from '../package/own-files.ts';

/** The exit code if own code ends the process: incomplete, can be resumed. */
const EXIT_INCOMPLETE = 5;

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

/** ucbulk itself ends the process with the function that `processSurroundings` kept before. */
function guardExit(): void {
  const exit = process.exit.bind(process);
  process.exit = (code) => {
    const given = new Error(`process.exit(${code ?? ''})`);
    const path = moduleOfError(given) ?? [...imported].join(' or ');
    const line = `error: Own code ended the process: ${path} called process.exit(${code ?? ''}). Finished work is safe in the ledger. Correct the code, then use \`ucbulk resume --allow-code --accept-changed-code\`; ucbulk treats the answers of the open calls as lost.\n`;
    writeSync(2, line);
    return exit(EXIT_INCOMPLETE);
  };
}
