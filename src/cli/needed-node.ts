// The program loads this module first, to check the version of Node. A version that is too old for the other
// modules must still be able to load this module. So it has no imports and no new syntax.

/**
 * The oldest supported version of Node 20, as in `engines` of package.json. Later versions must have at least
 * `NEEDED_NEWER_NODE`: Node 21, and Node 22 before 22.2, have no `crc32` in zlib.
 */
export const NEEDED_NODE = [20, 19] as const;
/** The oldest supported version of Node after Node 20. */
export const NEEDED_NEWER_NODE = [22, 2] as const;

/** The version and path of Node, and the command line of this process. */
interface Started {
  /** Version of Node, such as `20.19.0`. */
  readonly node: string;
  /** Path of the Node executable. */
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The text to print if Node is too old: stderr for people, stdout for programs (with `--json`). */
export interface OldNode {
  readonly stderr: string;
  readonly stdout: string;
}

/** Checks the version of Node. Returns the text to print if it is too old; null if it is new enough. */
export function refuseOldNode({ node, path, argv, env }: Started): OldNode | null {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const [neededMajor, neededMinor] = NEEDED_NODE;
  const [newerMajor, newerMinor] = NEEDED_NEWER_NODE;
  const isNewer = major > newerMajor || (major === newerMajor && minor >= newerMinor);
  if (isNewer || (major === neededMajor && minor >= neededMinor)) return null;
  const needed = `${neededMajor}.${neededMinor} or newer`;
  const newer = `${newerMajor}.${newerMinor} or newer`;
  const wanted = major > neededMajor ? `${newer}, or Node ${neededMajor}` : needed;
  const message = `ucbulk needs Node ${wanted}, and this is Node ${node} (${path}). Nothing was done. Install a newer Node, or put it first in PATH.`;
  const meaning = 'credentials or configuration';
  const wantsJson =
    argv.some((word) => /^--json(=(true|yes|y|on|1))?$/i.test(word)) ||
    /^\s*(true|yes|y|on|1)\s*$/i.test(env['UCBULK_JSON'] || '');
  const document = { version: 1, type: 'error', exitCode: 3, meaning, message };
  return {
    stderr: `error: ${message}\nexit 3: ${meaning}\n`,
    stdout: wantsJson ? `${JSON.stringify(document)}\n` : '',
  };
}
