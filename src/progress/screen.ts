/** An output for text: a terminal, a pipe, or an array in a test. */
export interface TextStream {
  write(text: string): void;
  /** Width of the terminal in columns; undefined if the output is not a terminal. */
  readonly columns: number | undefined;
}

/** Prints lines that scroll, and below them lines that are drawn again and again (the live lines). */
export interface Screen {
  /** Prints text as whole lines above the live lines. */
  print(text: string): void;
  /** Replaces the live lines by others. */
  draw(lines: readonly string[]): void;
  /**
   * Erases old copies of the live lines. Each time a person typed a line, the terminal moved the live lines
   * down, and a copy stayed above them. `lines` is the number of typed lines. Must be called after the last
   * `draw([])`.
   */
  eraseEchoed(lines: number): void;
}

const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/**
 * Creates a screen. It never hides the cursor, and leaves it below the live lines. If the process is killed
 * with `kill -9`, the terminal is still usable.
 */
export function createScreen(stream: TextStream): Screen {
  let live: readonly string[] = [];
  // False after a line was printed that must not be erased.
  let canErase = false;
  const toTop = () => (live.length === 0 ? '' : `\u001b[${live.length}A\r`);
  const drawn = (lines: readonly string[]) =>
    lines.map((line) => `${line}${CLEAR_LINE_END}\n`).join('');
  return {
    print(text) {
      canErase = false;
      if (live.length === 0) return stream.write(`${text}\n`);
      const printed = drawn(text.split('\n'));
      stream.write(`${toTop()}${printed}${drawn(live)}${CLEAR_BELOW}`);
    },
    draw(lines) {
      if (live.length === 0 && lines.length === 0) return;
      if (live.length === 0) canErase = true;
      // Anything that a person typed is below the live lines, and is erased too.
      stream.write(`${toTop()}${drawn(lines)}${CLEAR_BELOW}`);
      live = lines;
    },
    eraseEchoed(lines) {
      if (canErase && lines > 0) stream.write(`\u001b[${lines}A\r${CLEAR_BELOW}`);
      canErase = false;
    },
  };
}
