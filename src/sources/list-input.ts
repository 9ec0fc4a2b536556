import { basename } from 'node:path';
import { canceled } from '../core/failure.ts';
import type { Files, PathFacts } from '../core/world.ts';
import { unusable } from './rejections.ts';

/** The path that stands for standard input. */
export const STANDARD_INPUT = '-';

/** Where lists come from. */
export interface ListPorts {
  readonly files: Files;
  /** Where standard input is kept, so that a resume can read it; null where nothing may be kept. */
  readonly inputPath: string | null;
}

/** The file to read a list from; standard input is copied to one first, once a run. */
export async function listPath(
  path: string,
  { files, inputPath }: ListPorts,
  signal: AbortSignal,
): Promise<string> {
  if (path !== STANDARD_INPUT) return path;
  if (inputPath === null) {
    throw unusable('no_input', 'A list from standard input can be read only by a run; name a file');
  }
  const seal = `${inputPath}.whole`;
  if (await files.exists(seal)) return inputPath;
  if (await files.exists(inputPath)) {
    throw unusable(
      'half_input',
      'The run was stopped while it read its list from standard input: start a new run',
    );
  }
  await files.writeBytes(inputPath, files.readInput(), signal).catch((error: unknown) => {
    if (signal.aborted) throw canceled('Stopped while reading the list on standard input');
    throw unusable('no_input', `The list on standard input can't be read: ${reason(error)}`, error);
  });
  await files.writeText(seal, '');
  return inputPath;
}

/** What the list is like now: its pages are places in it, which move when it changes. */
export async function listFacts(files: Files, path: string): Promise<PathFacts> {
  const facts = await files.factsOf(path, 'follow').catch((error: unknown) => {
    throw unusable('no_list', `The list ${path} can't be read: ${reason(error)}`, error);
  });
  if (facts.kind === 'file') return facts;
  throw unusable('no_list', `${basename(path)} is not a file`);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
