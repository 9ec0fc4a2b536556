import { basename } from 'node:path';
import { errorMessage } from '../core/error-message.ts';
import { canceled } from '../core/failure.ts';
import { UserError } from '../core/user-error.ts';
import type { Files, PathFacts } from '../core/world.ts';
import { unusable } from './rejections.ts';

/** The path that stands for standard input. */
export const STANDARD_INPUT = '-';

/** Where lists come from. */
export interface ListPorts {
  readonly files: Files;
  /** Where the run keeps what came on standard input; null where there is no run. */
  readonly inputPath: string | null;
}

/**
 * Keeps what comes on standard input. A run is made of it once it is there to its end: so no run
 * has half a list, and each can go on without it.
 */
export async function keepInput(files: Files, path: string, signal: AbortSignal): Promise<void> {
  await files.writeBytes(path, files.readInput(), signal).catch((error: unknown) => {
    if (signal.aborted) throw canceled();
    throw new UserError(
      'usage',
      `The list on standard input can't be read: ${reason(error)}. Nothing was sent.`,
      { cause: error },
    );
  });
}

/** The file to read a list from. */
export function listPath(path: string, { inputPath }: Pick<ListPorts, 'inputPath'>): string {
  if (path !== STANDARD_INPUT) return path;
  if (inputPath !== null) return inputPath;
  throw unusable(
    'no_input',
    'A list on standard input can be read only by a run: name a file to look at it first.',
  );
}

/** What the list is like now: its pages are places in it, which move when it changes. */
export async function listFacts(files: Files, path: string): Promise<PathFacts> {
  const facts = await files.factsOf(path, 'follow').catch((error: unknown) => {
    throw unusable('no_list', `The list ${path} can't be read: ${reason(error)}.`, error);
  });
  if (facts.kind === 'file') return facts;
  throw unusable(
    'no_list',
    `${basename(path)} is not a file: a list is read more than once. Save it to a file, or give it on standard input (path: -).`,
  );
}

function reason(error: unknown): string {
  return errorMessage(error);
}
