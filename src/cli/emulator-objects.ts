import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { UserError } from '../core/user-error.ts';
import { type Emulator, type EmulatorObjects, ObjectsError } from '../emulator/emulator.ts';
import type { Surroundings } from './surroundings.ts';

const PIECE_LENGTH = 1 << 20;

/** Reads the objects that an emulator is to start with; what is wrong with them shows at its start. */
export async function readObjectsFile(
  { world }: Pick<Surroundings, 'world'>,
  path: string,
): Promise<EmulatorObjects> {
  const text = await world.files.readText(path).catch((error: unknown) => {
    throw new UserError('usage', `The objects file ${path} can't be read: ${wordsOf(error)}`, {
      cause: error,
    });
  });
  try {
    return JSON.parse(text) as EmulatorObjects;
  } catch (error) {
    throw notJson(path, text, error);
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
        writeSync(draft, piece);
        piece = '';
      }
      writeSync(draft, piece);
      fsyncSync(draft);
    } finally {
      closeSync(draft);
    }
    renameSync(draftOf(path), path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function draftOf(path: string): string {
  return `${path}.saving`;
}

function unwritable(path: string, cause: unknown): UserError {
  const words = `The objects can't be saved as ${path}: ${wordsOf(cause)}`;
  return new UserError('configuration', words, { cause });
}

function notJson(path: string, text: string, cause: unknown): UserError {
  return new UserError('usage', `${path}${placeIn(text, cause)}: ${wordsOf(cause)}`, { cause });
}

/** `:3:14`, where the parser says at which character it gave up. */
function placeIn(text: string, error: unknown): string {
  const position = /at position (\d+)/.exec(wordsOf(error))?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
