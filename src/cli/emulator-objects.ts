import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorMessage } from '../core/error-message.ts';
import { UserError } from '../core/user-error.ts';
import { type Emulator, type EmulatorObjects, ObjectsError } from '../emulator/emulator.ts';
import { NOT_UTF8, readUserText } from './read-user-text.ts';
import type { Surroundings } from './surroundings.ts';

const PIECE_LENGTH = 1 << 20;

/** Reads the objects that an emulator is to start with; what is wrong with them shows at its start. */
export async function readObjectsFile(
  { world, cwd }: Pick<Surroundings, 'world' | 'cwd'>,
  path: string,
): Promise<EmulatorObjects> {
  const read = await readUserText(world.files.readBytes(resolve(cwd, path), 0)).catch(
    (error: unknown) => {
      throw new UserError('usage', `The objects file ${path} can't be read: ${wordsOf(error)}`, {
        cause: error,
      });
    },
  );
  if (!('text' in read)) {
    throw new UserError('usage', `${path}:${read.line}:${read.column}: ${NOT_UTF8}`);
  }
  try {
    return JSON.parse(read.text) as EmulatorObjects;
  } catch (error) {
    throw notJson(path, read.text, error);
  }
}

/** A fault in loaded objects as the user's: the file, the place in it, and what is wrong. */
export function objectsFault(path: string, error: unknown): unknown {
  if (!(error instanceof ObjectsError)) return error;
  return new UserError('usage', `${path}: ${error.message}`, { cause: error });
}

/** Fails now, not at the end, where the file could not be written. */
export function checkSavePlace(path: string): void {
  try {
    closeSync(openSync(draftOf(path), 'w', 0o600));
    rmSync(draftOf(path));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Writes all that the emulator holds, for the owner only: secret keys are in it. At once, so that
 * no request comes in between, and whole or not at all.
 */
export function saveObjects(emulator: Emulator, path: string): void {
  try {
    const draft = openSync(draftOf(path), 'w', 0o600);
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
    renameSync(draftOf(path), path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** `writeSync` may write only a part, as on a disk that fills up. */
function writeWhole(file: number, text: string): void {
  writeFileSync(file, Buffer.from(text));
}

function draftOf(path: string): string {
  return `${path}.saving`;
}

function unwritable(path: string, cause: unknown): UserError {
  const words = `The objects can't be saved as ${path}: ${wordsOf(cause)}`;
  return new UserError('configuration', words, { cause });
}

function notJson(path: string, text: string, cause: unknown): UserError {
  const before = text.slice(0, faultIn(text)).split('\n');
  const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  return new UserError('usage', `${path}:${place}: ${wordsOf(cause)}`, { cause });
}

/** The character at which text stops being JSON. The parser does not always tell, so it is asked again. */
function faultIn(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const length = Math.floor((good + bad) / 2);
    if (mayGoOn(text.slice(0, length))) good = length;
    else bad = length;
  }
  return good;
}

/** True where the text is JSON, or its only fault is that it ends. */
function mayGoOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const words = wordsOf(error);
    const position = /at position (\d+)/.exec(words)?.[1];
    return words.includes('end of JSON input') || Number(position ?? -1) >= text.length;
  }
}

function wordsOf(error: unknown): string {
  return errorMessage(error);
}
