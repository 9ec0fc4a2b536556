import { joinOr } from '../core/join-or.ts';
import type { PlacedProblem } from './job-tree.ts';

interface Line {
  readonly offset: number;
  readonly indent: number;
  /** The line without its indentation. */
  readonly text: string;
}

/**
 * Checks the indentation of the line in which the YAML parser reports a fault, and of the next line. If one
 * of them is wrong, explains the fault. If each has the same indentation as a line above it, returns null.
 */
export function explainIndentation(text: string, offset: number): PlacedProblem | null {
  const lines = readLines(text);
  const at = Math.max(
    lines.findLastIndex((line) => line.offset <= offset),
    0,
  );
  return explainLine(lines, at) ?? explainLine(lines, at + 1);
}

function readLines(text: string): Line[] {
  let offset = 0;
  return text.split('\n').flatMap((line) => {
    const start = offset;
    offset += line.length + 1;
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    return [{ offset: start, indent: line.length - line.trimStart().length, text: trimmed }];
  });
}

function explainLine(lines: readonly Line[], at: number): PlacedProblem | null {
  const line = lines[at];
  const before = lines[at - 1];
  if (line === undefined || before === undefined) return null;
  const open = openIndents(lines.slice(0, at));
  const isDeeper = line.indent > Math.max(...open);
  if (open.includes(line.indent) || (isDeeper && opensBlock(before))) return null;
  const spaces = line.indent === 1 ? '1 space' : `${line.indent} spaces`;
  return {
    offset: line.offset + line.indent,
    message: `wrong indentation: ${spaces} before ${JSON.stringify(line.text.slice(0, 40))}; expected ${joinOr(open.map(String))}, like the lines above`,
  };
}

/** The indentations at which the next line could continue one of the blocks above it. */
function openIndents(lines: readonly Line[]): number[] {
  let open: number[] = [];
  for (const { indent, text } of lines) {
    open = open.filter((outer) => outer < indent);
    open.push(indent);
    const dash = /^-\s+(?=[^\s#])/.exec(text)?.[0];
    // The keys of a list entry start after its dash.
    if (dash !== undefined) open.push(indent + dash.length);
  }
  return open;
}

function opensBlock({ text }: Line): boolean {
  return /:(\s+#.*)?$|^-$/.test(text);
}
