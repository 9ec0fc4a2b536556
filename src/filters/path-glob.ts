import { compileGlob, isGlob } from './glob.ts';

/** An entry of a folder. */
interface Entry {
  readonly name: string;
  /** Relative to the listed folder, with slashes. */
  readonly relativePath: string;
}

// `*` also matches slashes, so `**/` matches any folders; users expect it to match no folder as
// well.
const ANY_FOLDERS = /(^|[/{,])(?:\*\*\/)+/g;
/** `./` or `/` at the start, as in many tools: the path starts at the folder itself. */
const START_MARKER = /^(?:\.?\/)+/;

/** True if `compilePathGlob` and `compileExclude` accept the text. */
export function isPathGlob(glob: string): boolean {
  return isGlob(glob) && isGlob(normalizeGlob(glob)) && normalizeGlob(glob) !== '';
}

/**
 * Compiles a glob to a test of a file's path. `./a` and `/a` mean `a`; `a/` means everything below
 * `a`.
 */
export function compilePathGlob(glob: string): (relativePath: string) => boolean {
  return compileGlob(glob.endsWith('/') ? `${normalizeGlob(glob)}/*` : normalizeGlob(glob));
}

/**
 * Compiles a glob to a test of an entry's name or path. If it starts with `./` or `/`, only the
 * path is tested.
 */
export function compileExclude(glob: string): (entry: Entry) => boolean {
  const matches = compileGlob(normalizeGlob(glob));
  if (START_MARKER.test(glob)) return ({ relativePath }) => matches(relativePath);
  return ({ name, relativePath }) => matches(name) || matches(relativePath);
}

/** Removes the start marker and the trailing slash of a folder, and expands folder wildcards. */
function normalizeGlob(glob: string): string {
  return glob.replace(START_MARKER, '').replace(/\/+$/, '').replace(ANY_FOLDERS, '$1{,*/}');
}
