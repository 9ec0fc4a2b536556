import type { PlacedProblem } from './job-tree.ts';

/** Error codes of the YAML parser for faults that quotes around a text often solve. */
const QUOTE_CODES: ReadonlySet<string> = new Set([
  'BAD_ALIAS',
  'BAD_DQ_ESCAPE',
  'BAD_SCALAR_START',
  'BLOCK_AS_IMPLICIT_KEY',
  'TAG_RESOLVE_FAILED',
  'UNEXPECTED_TOKEN',
]);

/**
 * Explains a fault in a value that YAML can't read as a text because of one of its characters, such as the `*`
 * in `name: *.jpg`. Returns null if quotes would not help.
 */
export function explainQuotes(
  text: string,
  { code, pos: [offset] }: { readonly code: string; readonly pos: readonly [number, number] },
): PlacedProblem | null {
  if (!QUOTE_CODES.has(code)) return null;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = (text.slice(start).split(/\r?\n/, 1)[0] ?? '').slice(0, 1000);
  const [, before = '', value = ''] =
    /^(\s*(?:- +)*[\w.-]+: +|\s*(?:- +)+)(\S.*?)\s*$/.exec(line) ?? [];
  if (value === '' || offset < start + before.length) return null;
  const at = start + before.length;
  if (code === 'BAD_DQ_ESCAPE') {
    const plain = value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : null;
    if (plain === null) return null;
    const message = `in double quotes, \\ begins a special character; use single quotes: ${singleQuoted(plain)}`;
    return { offset: at, message };
  }
  // `!!` begins a type of YAML. A text that begins with a quote or a list has its fault after them, and a list may need quotes inside.
  if (/^["']|^!!|[[{].*["']/.test(value)) return null;
  return { offset: at, message: `put this text in quotes: ${quoted(value)}` };
}

/** Writes a text as YAML in quotes. */
export function quoted(text: string): string {
  return /["\\]/.test(text) ? singleQuoted(text) : `"${text}"`;
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
