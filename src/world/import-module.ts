import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { importFile } from '../package/own-files.ts';

/** The exit code if own code ends the process: incomplete, can be resumed. */
const EXIT_INCOMPLETE = 5;

const imported = new Set<string>();

/**
 * Imports a module by the absolute path of its file. Its code runs in this process. If it ends the process, a message
 * names it, and the exit code is never 0.
 */
export function importModule(path: string): Promise<unknown> {
  if (imported.size === 0) guardExit();
  imported.add(path);
  return importFile(path);
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
