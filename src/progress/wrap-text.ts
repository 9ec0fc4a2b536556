import { displayWidth } from './display-width.ts';

const COMMENT = /^(\s*)(\S.*?) {2,}# (.*)$/;
// Matches the start of a table row, up to its last cell. If the last cell is too wide, its text continues on
// the next line, indented to the start of the cell. The label at the start of the row may contain single
// spaces.
const ROW = /^(\s*(?:→ )?(?:\S+ )*?\S+ {2,})(?=\S)/;

/**
 * Wraps lines that are wider than the terminal, between words. Indents each further line to the start of the
 * text in the first line. Does not break commands, so that the user can copy them: a command after a label, and a
 * comment after a command, get their own lines.
 */
export function wrapText(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (displayWidth(line) <= width ? [line] : wrapLine(line, width)))
    .join('\n');
}

function wrapLine(line: string, width: number): string[] {
  const [, indent = '', command, comment] = COMMENT.exec(line) ?? [];
  if (command !== undefined && comment !== undefined) {
    const inner = `${indent}  # `;
    return [`${indent}${command}`, ...wrapWords(comment, inner, { hang: inner, width })];
  }
  const head = splitHead(line, width);
  const words = line.slice(head.length);
  if (words.startsWith('ucbulk ')) return separateCommand(head, words);
  return wrapWords(words, head, { hang: ' '.repeat(displayWidth(head)), width });
}

/** Puts a command that does not fit behind its label on the next line. */
function separateCommand(head: string, command: string): string[] {
  const label = head.trimEnd();
  return label === '' ? [`  ${command}`] : [label, `  ${command}`];
}

function splitHead(line: string, width: number): string {
  const label = ROW.exec(line)?.[1] ?? '';
  // If the cells after the label are short, the further lines start below the last cell.
  const cells = ROW.exec(line.slice(label.length))?.[1] ?? '';
  const head = [label + cells, label].find((one) => one !== '' && displayWidth(one) <= width / 2);
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
    if (!isEmpty && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line.trimEnd());
      line = hang;
      isEmpty = true;
    }
    // Two spaces between cells make an empty word, which would indent a further line too far.
    if (isEmpty && word === '') continue;
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
