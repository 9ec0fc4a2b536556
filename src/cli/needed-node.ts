// The program loads this module first, even in a Node that can't load the rest: no imports, no new syntax.

/**
 * The oldest Node that can run this program, as in `engines` of package.json. The zlib of Node 21, and
 * of Node 22 before 22.2, has no `crc32`.
 */
export const NEEDED_NODE = [20, 19] as const;
/** The oldest Node after version 20 that can run this program. */
export const NEEDED_NEWER_NODE = [22, 2] as const;

/** The Node of this process, and its command line. */
interface Started {
  /** `20.19.0`. */
  readonly node: string;
  /** Path of the Node program. */
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The output if this Node is too old, for people and (`--json`) for programs. */
export interface OldNode {
  readonly stderr: string;
  readonly stdout: string;
}

/** Returns null if this Node is new enough. */
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
