import { resolve } from 'node:path';
import { errorMessage } from '../core/error-message.ts';
import { UserError } from '../core/user-error.ts';
import { parsePublicKeys } from '../plans/approval-keys.ts';
import type { Surroundings } from './surroundings.ts';

/** Reads the text of a file with a key. */
export function readKeyFile(
  file: string,
  { cwd, world }: Pick<Surroundings, 'cwd' | 'world'>,
): Promise<string> {
  return world.files.readText(resolve(cwd, file)).catch((error: unknown) => {
    const message = `The key file ${file} can't be read: ${errorMessage(error)}. Nothing was done.`;
    throw new UserError('usage', message, { cause: error });
  });
}

/** Reads the public keys in some files, as base64 of their 32 bytes. */
export async function readPublicKeys(
  files: readonly string[],
  surroundings: Pick<Surroundings, 'cwd' | 'world'>,
): Promise<string[]> {
  const keys: string[] = [];
  for (const file of files) {
    keys.push(...parsePublicKeys(await readKeyFile(file, surroundings), file));
  }
  return keys;
}
