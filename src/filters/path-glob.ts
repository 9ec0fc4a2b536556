import { compileGlob, isGlob } from './glob.ts';

/** A file or a folder that the source found in its folder. */
interface Entry {
  readonly name: string;
  /** The path, relative to the folder of the job's source, with slashes on all systems. */
  readonly relativePath: string;
}

// Matches `**/` in a glob. It must match any number of folders, also none. But `*` also matches slashes, so
// without a replacement `**/` would match only one or more folders.
const ANY_FOLDERS = /(^|[/{,])(?:\*\*\/)+/g;
/**
 * `./` or `/` at the start of a glob. As in many tools, the path must then start in the folder of the source.
 */
const START_MARKER = /^(?:\.?\/)+/;

/** True if `compilePathGlob` and `compileExclude` accept the text. */
export function isPathGlob(glob: string): boolean {
  return isGlob(glob) && isGlob(normalizeGlob(glob)) && normalizeGlob(glob) !== '';
}

/**
 * Converts a glob to a function that tests the path of a file. `./a` and `/a` mean `a`. `a/` means everything
 * below the folder `a`.
 */
export function compilePathGlob(glob: string): (relativePath: string) => boolean {
  return compileGlob(glob.endsWith('/') ? `${normalizeGlob(glob)}/*` : normalizeGlob(glob));
}

/**
 * Converts a glob to a function that tests a file or a folder. The glob must match its name or its path. If
 * the glob starts with `./` or `/`, it must match the path.
 */
export function compileExclude(glob: string): (entry: Entry) => boolean {
  const matches = compileGlob(normalizeGlob(glob));
  if (START_MARKER.test(glob)) return ({ relativePath }) => matches(relativePath);
  return ({ name, relativePath }) => matches(name) || matches(relativePath);
}

/** Removes `./` or `/` at the start and slashes at the end, and replaces `ANY_FOLDERS`. */
function normalizeGlob(glob: string): string {
  return glob.replace(START_MARKER, '').replace(/\/+$/, '').replace(ANY_FOLDERS, '$1{,*/}');
}
