import { basename, dirname, resolve } from 'node:path';
import type { Files } from '../../core/world.ts';
import { refused } from './select-items.ts';

/**
 * Returns the options of `source.folder` for the paths of a command line: one folder, or files of one folder. Throws
 * a `UserError` if a path does not exist, or if the paths are in several folders.
 */
export async function readUploadPaths(
  paths: readonly string[],
  { files, cwd }: { readonly files: Files; readonly cwd: string },
): Promise<object> {
  const [first, ...others] = paths;
  if (first === undefined) throw refused('Name a folder, or files of one folder.');
  for (const path of paths) {
    const kind = await kindOf(resolve(cwd, path), files);
    if (kind === null) throw refused(`There is no file or folder \`${path}\`.`);
    if (kind === 'folder' && others.length > 0) {
      throw refused(`\`${path}\` is a folder: name one folder alone, or only files.`);
    }
    if (kind === 'folder') return { path };
  }
  const folder = dirname(first);
  if (others.some((path) => dirname(path) !== folder)) {
    throw refused(
      'The files are in several folders. Name one folder that contains them, with --match for their names, or run the command for each folder.',
    );
  }
  return { path: folder, match: paths.map((path) => escapeGlob(basename(path))) };
}

async function kindOf(path: string, files: Files): Promise<string | null> {
  const facts = await files.factsOf(path, 'follow').catch(() => null);
  return facts === null ? null : facts.kind;
}

/** Returns a glob that matches only this text. */
function escapeGlob(text: string): string {
  return text.replaceAll(/[*?[\]{},!^\\-]/g, '\\$&');
}
