const CODE = /\p{Cc}\[\d+m/gu;
const COMMENT = /^(\s*)(\S.*?) {2,}# (.*)$/;
// A row of a table: its last cell is wrapped under itself. Its label may have single spaces in it.
const ROW = /^(\s*(?:→ )?(?:\S+ )*?\S+ {2,})(?=\S)/;

/**
 * Breaks lines that are wider than a terminal between words, and goes on under where the text
 * began. Commands stay whole, to be copied: what is said of one goes on a line of its own.
 */
export function wrapText(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (widthOf(line) <= width ? [line] : wrapLine(line, width)))
    .join('\n');
}

function wrapLine(line: string, width: number): string[] {
  const [, indent = '', command, comment] = COMMENT.exec(line) ?? [];
  if (command !== undefined && comment !== undefined) {
    const inner = `${indent}  # `;
    return [`${indent}${command}`, ...wrapWords(comment, inner, { hang: inner, width })];
  }
  const head = headOf(line, width);
  const words = line.slice(head.length);
  if (words.startsWith('ucbulk ')) return [line];
  return wrapWords(words, head, { hang: ' '.repeat(head.length), width });
}

function headOf(line: string, width: number): string {
  const label = ROW.exec(line)?.[1] ?? '';
  // Cells after the first are part of the head where they are short too.
  const cells = ROW.exec(line.slice(label.length))?.[1] ?? '';
  const head = [label + cells, label].find((one) => one !== '' && one.length <= width / 2);
  return head ?? /^\s*/.exec(line)?.[0] ?? '';
}

function wrapWords(
  words: string,
  head: string,
  { hang, width }: { readonly hang: string; readonly width: number },
): string[] {
  const lines: string[] = [];
  let line = head;
  let isEmpty = true;
  for (const word of words.split(' ')) {
    if (!isEmpty && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = hang;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Columns that a line takes: colours take none. */
function widthOf(line: string): number {
  return [...line.replaceAll(CODE, '')].length;
}
