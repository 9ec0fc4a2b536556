import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorMessage } from '../core/error-message.ts';
import { UserError } from '../core/user-error.ts';
import { type Emulator, type EmulatorObjects, ObjectsError } from '../emulator/emulator.ts';
import { NOT_UTF8, readUserText } from './read-user-text.ts';
import type { Surroundings } from './surroundings.ts';

const PIECE_LENGTH = 1 << 20;

/**
 * Reads the file with the files and settings that an emulator has at its start. Does not check them, because
 * the emulator does.
 */
export async function readObjectsFile(
  { world, cwd }: Pick<Surroundings, 'world' | 'cwd'>,
  path: string,
): Promise<EmulatorObjects> {
  const read = await readUserText(world.files.readBytes(resolve(cwd, path), 0)).catch(
    (error: unknown) => {
      throw new UserError(
        'usage',
        `The objects file ${path} can't be read: ${errorMessage(error)}`,
        {
          cause: error,
        },
      );
    },
  );
  if (!('text' in read)) {
    throw new UserError('usage', `${path}:${read.line}:${read.column}: ${NOT_UTF8}`);
  }
  try {
    return JSON.parse(read.text) as EmulatorObjects;
  } catch (error) {
    throw invalidJson(path, read.text, error);
  }
}

/**
 * Turns the error for faulty content into a `UserError` that names the file, the position in it and the
 * fault.
 */
export function objectsFault(path: string, error: unknown): unknown {
  if (!(error instanceof ObjectsError)) return error;
  return new UserError('usage', `${path}: ${error.message}`, { cause: error });
}

/**
 * Throws if the file can't be written. The emulator calls this function when it starts. Otherwise the user
 * would learn only at the end that the content can't be saved, and would lose it.
 */
export function checkSavePath(path: string): void {
  try {
    closeSync(openSync(draftPath(path), 'w', 0o600));
    rmSync(draftPath(path));
  } catch (error) {
    throw notWritable(path, error);
  }
}

/**
 * Writes the whole content of the emulator to a file. Only the owner may read the file, because it contains
 * secret keys. The write is synchronous, so no request can change the content meanwhile. It is also atomic:
 * if it fails, the file keeps its old content.
 */
export function saveObjects(emulator: Emulator, path: string): void {
  try {
    const draft = openSync(draftPath(path), 'w', 0o600);
    try {
      let piece = '';
      for (const text of emulator.saveText()) {
        piece += text;
        if (piece.length < PIECE_LENGTH) continue;
        writeWhole(draft, piece);
        piece = '';
      }
      writeWhole(draft, piece);
      fsyncSync(draft);
    } finally {
      closeSync(draft);
    }
    renameSync(draftPath(path), path);
  } catch (error) {
    throw notWritable(path, error);
  }
}

/**
 * Writes the whole text. `writeSync` would not do this: it may write only a part, for example if the disk
 * becomes full.
 */
function writeWhole(file: number, text: string): void {
  writeFileSync(file, Buffer.from(text));
}

function draftPath(path: string): string {
  return `${path}.saving`;
}

function notWritable(path: string, cause: unknown): UserError {
  const words = `The objects can't be saved as ${path}: ${errorMessage(cause)}`;
  return new UserError('configuration', words, { cause });
}

function invalidJson(path: string, text: string, cause: unknown): UserError {
  const before = text.slice(0, findFault(text)).split('\n');
  const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  return new UserError('usage', `${path}:${place}: ${errorMessage(cause)}`, { cause });
}

/** Finds the position at which a text stops being valid JSON. `JSON.parse` does not always report it. */
function findFault(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const length = Math.floor((good + bad) / 2);
    if (isValidStart(text.slice(0, length))) good = length;
    else bad = length;
  }
  return good;
}

/** True if the text is valid JSON or could be completed to valid JSON. */
function isValidStart(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const words = errorMessage(error);
    const position = /at position (\d+)/.exec(words)?.[1];
    return words.includes('end of JSON input') || Number(position ?? -1) >= text.length;
  }
}
