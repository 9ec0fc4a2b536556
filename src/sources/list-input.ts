import { basename } from 'node:path';
import { canceled } from '../core/failure.ts';
import { describeFileProblem } from '../core/file-problem.ts';
import { UserError } from '../core/user-error.ts';
import type { Files, PathFacts } from '../core/world.ts';
import { unusable } from './rejections.ts';

/** The path that means standard input. */
export const STANDARD_INPUT = '-';

/** Everything that is needed to read a list. */
export interface ListContext {
  readonly files: Files;
  /** Path of the run's copy of standard input; null if there is no run, as for a plan. */
  readonly inputPath: string | null;
  /** Path of the file that records the bad rows of the run's list; absent if there is no run. */
  readonly rejectsPath?: string;
}

/**
 * Copies standard input to a file. The run is created only after the input has ended. So each run has a
 * complete list, and a resume does not need the input.
 */
export async function keepInput(files: Files, path: string, signal: AbortSignal): Promise<void> {
  await files.writeBytes(path, files.readInput(), signal).catch((error: unknown) => {
    if (signal.aborted) throw canceled();
    if (error instanceof UserError) throw error;
    throw new UserError(
      'usage',
      `The list on standard input can't be read: ${describeFileProblem(error)}. Nothing was sent.`,
      { cause: error },
    );
  });
}

/** The path of the file that contains the list: the given path, or the copy of standard input. */
export function listPath(path: string, { inputPath }: Pick<ListContext, 'inputPath'>): string {
  if (path !== STANDARD_INPUT) return path;
  if (inputPath !== null) return inputPath;
  throw unusable(
    'no_input',
    'A list on standard input can be read only by a run: name a file to look at it first.',
  );
}

/**
 * The current size and modification time of a list. Cursors are positions in the file, so they become invalid
 * if the file changes.
 */
export async function listFacts(files: Files, path: string): Promise<PathFacts> {
  const facts = await files.factsOf(path, 'follow').catch((error: unknown) => {
    throw unusable(
      'no_list',
      `The list ${path} can't be read: ${describeFileProblem(error)}.`,
      error,
    );
  });
  if (facts.kind === 'file') return facts;
  throw unusable(
    'no_list',
    `${basename(path)} is not a file: a list is read more than once. Save it to a file, or give it on standard input (path: -).`,
  );
}
