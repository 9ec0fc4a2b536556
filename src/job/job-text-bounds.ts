import type { PlacedProblem } from './job-tree.ts';

const MAX_LENGTH = 1_000_000;
const MAX_ALIASES = 100;
// Limits for the nesting of a job file. The YAML library calls itself for each level. At a very deep level,
// the stack overflows and the process ends without an error message.
const MAX_FLOW_DEPTH = 64;
const MAX_DASHES_A_LINE = 32;
const INDENTED_TOO_FAR = /^ {201}/m;

// Control characters that the lexer of the YAML library inserts between its tokens. They are not part of the
// text.
const SCALAR_MARK = '\x1f';
const MARKS: ReadonlySet<string> = new Set(['\x02', '\x18', SCALAR_MARK]);

const FLOW_DEPTH: ReadonlyMap<string, number> = new Map([
  ['[', 1],
  ['{', 1],
  [']', -1],
  ['}', -1],
]);

/** Checks the text of a job file before it is parsed. Returns null if it can be parsed safely. */
export function checkText(text: string): PlacedProblem | null {
  if (text.length > MAX_LENGTH) return { offset: 0, message: 'the job file is larger than 1 MB' };
  const nul = text.indexOf('\0');
  if (nul !== -1) return { offset: nul, message: 'a null byte: this is not a text file' };
  const indented = text.search(INDENTED_TOO_FAR);
  return indented === -1 ? null : { offset: indented, message: 'indented by more than 200 spaces' };
}

/**
 * Checks the depth of nesting and the number of aliases in the tokens of the YAML lexer. The parser must not
 * see a text that fails this check.
 */
export function checkTokens(tokens: Iterable<string>): PlacedProblem | null {
  const seen: Seen = { depth: 0, dashes: 0, aliases: 0 };
  let offset = 0;
  let previous = '';
  for (const token of tokens) {
    const isText = previous === SCALAR_MARK;
    previous = isText ? '' : token;
    if (!isText) count(token, seen);
    const message = describeExcess(seen);
    if (message !== null) return { offset, message };
    if (isText || !MARKS.has(token)) offset += token.length;
  }
  return null;
}

interface Seen {
  depth: number;
  dashes: number;
  aliases: number;
}

function count(token: string, seen: Seen): void {
  seen.depth += FLOW_DEPTH.get(token) ?? 0;
  if (token === '\n') seen.dashes = 0;
  if (token === '-' || token === '?') seen.dashes += 1;
  if (token.startsWith('*')) seen.aliases += 1;
}

function describeExcess({ depth, dashes, aliases }: Seen): string | null {
  if (depth > MAX_FLOW_DEPTH || dashes > MAX_DASHES_A_LINE) return 'nested too deep';
  return aliases > MAX_ALIASES ? `more than ${MAX_ALIASES} aliases` : null;
}
