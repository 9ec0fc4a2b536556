import { compileGlob, isGlob } from './glob.ts';

/** An entry of a folder. */
interface Entry {
  readonly name: string;
  /** Below the folder, with slashes. */
  readonly relativePath: string;
}

// `*` takes slashes too, so `**/` is any folders; people expect that it may also be none.
const ANY_FOLDERS = /(^|[/{,])(?:\*\*\/)+/g;
/** `./` or `/`, as in many tools' patterns: from the folder itself. */
const FROM_TOP = /^(?:\.?\/)+/;

/** True if `compilePathGlob` and `compileExclude` take the text. */
export function isPathGlob(glob: string): boolean {
  return isGlob(glob) && isGlob(plainGlob(glob)) && plainGlob(glob) !== '';
}

/** A glob as a test of a file's path: `./a` and `/a` are `a`, `a/` is all that is below `a`. */
export function compilePathGlob(glob: string): (relativePath: string) => boolean {
  return compileGlob(glob.endsWith('/') ? `${plainGlob(glob)}/*` : plainGlob(glob));
}

/** A glob as a test of an entry's name or path; of the path only if it begins with `./` or `/`. */
export function compileExclude(glob: string): (entry: Entry) => boolean {
  const matches = compileGlob(plainGlob(glob));
  if (FROM_TOP.test(glob)) return ({ relativePath }) => matches(relativePath);
  return ({ name, relativePath }) => matches(name) || matches(relativePath);
}

/** Without what says only where the glob begins, or that it names a folder. */
function plainGlob(glob: string): string {
  return glob.replace(FROM_TOP, '').replace(/\/+$/, '').replace(ANY_FOLDERS, '$1{,*/}');
}
