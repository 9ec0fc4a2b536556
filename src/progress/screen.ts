import { displayWidth } from './display-width.ts';

/** An output for text: a terminal, a pipe, or an array in a test. */
export interface TextStream {
  write(text: string): void;
  /** Width of the terminal in columns; undefined if the output is not a terminal. */
  readonly columns: number | undefined;
}

/**
 * Prints text on a terminal. The lower lines (the live lines) are drawn again and again; all other lines
 * scroll above them.
 */
export interface Screen {
  /** Prints text as whole lines above the live lines. */
  print(text: string): void;
  /**
   * Removes the live lines, lets `write` print whole lines with another stream on the same terminal, and draws the
   * live lines again below them. Without this, the next drawing would erase the last of these lines.
   */
  makeRoom(write: () => void): void;
  /** Replaces the live lines by others. */
  draw(lines: readonly string[]): void;
  /**
   * Erases old copies of the live lines. Whenever a person typed a line, the terminal moved the live lines
   * down, and a copy stayed above them. `lines` is the number of typed lines. Call this after `draw([])` has
   * removed the live lines.
   */
  eraseEchoed(lines: number): void;
}

const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/**
 * Creates a screen. The cursor is always visible and stays below the live lines. So the terminal is still
 * usable after the process was killed with `kill -9`.
 */
export function createScreen(stream: TextStream): Screen {
  let live: readonly string[] = [];
  // True from the first drawing of live lines until other text is printed. That text must not be erased.
  let canErase = false;
  const toTop = () => (live.length === 0 ? '' : `\u001b[${countRows(live, stream.columns)}A\r`);
  const drawn = (lines: readonly string[]) =>
    lines.map((line) => `${line}${CLEAR_LINE_END}\n`).join('');
  return {
    print(text) {
      canErase = false;
      if (live.length === 0) return stream.write(`${text}\n`);
      const printed = drawn(text.split('\n'));
      stream.write(`${toTop()}${printed}${drawn(live)}${CLEAR_BELOW}`);
    },
    makeRoom(write) {
      canErase = false;
      if (live.length === 0) return write();
      stream.write(`${toTop()}${CLEAR_BELOW}`);
      write();
      stream.write(drawn(live));
    },
    draw(lines) {
      if (live.length === 0 && lines.length === 0) return;
      if (live.length === 0) canErase = true;
      // Also erases the lines below the live lines: they contain only what a person typed.
      stream.write(`${toTop()}${drawn(lines)}${CLEAR_BELOW}`);
      live = lines;
    },
    eraseEchoed(lines) {
      if (canErase && lines > 0) stream.write(`\u001b[${lines}A\r${CLEAR_BELOW}`);
      canErase = false;
    },
  };
}

/**
 * Counts the rows that lines fill on the terminal. If somebody made the terminal narrower, a line that was drawn before
 * fills several rows.
 */
function countRows(lines: readonly string[], columns: number | undefined): number {
  if (!columns) return lines.length;
  const rows = lines.map((line) => Math.max(1, Math.ceil(displayWidth(line) / columns)));
  return rows.reduce((sum, one) => sum + one, 0);
}
