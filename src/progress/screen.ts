/** The output for text: a terminal, a pipe, a test's array. */
export interface TextStream {
  write(text: string): void;
  /** Columns of the terminal; undefined if it is not a terminal. */
  readonly columns: number | undefined;
}

/** Scrolling lines above live lines that are redrawn. */
export interface Screen {
  /** Prints complete lines above the live lines. */
  print(text: string): void;
  /** Replaces the live lines. */
  draw(lines: readonly string[]): void;
  /**
   * Erases the copies that live lines left above themselves: each line that a person typed while
   * they were drawn moved them down by one. Call it after the last `draw([])`.
   */
  eraseEchoed(lines: number): void;
}

const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/**
 * The cursor is never hidden and stays below the live lines, so a kill -9 leaves the terminal in a
 * usable state.
 */
export function createScreen(stream: TextStream): Screen {
  let live: readonly string[] = [];
  let canErase = false; // false once something was printed that must stay
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
      // Below the live lines stands what a person typed meanwhile.
      stream.write(`${toTop()}${drawn(lines)}${CLEAR_BELOW}`);
      live = lines;
    },
    eraseEchoed(lines) {
      if (canErase && lines > 0) stream.write(`\u001b[${lines}A\r${CLEAR_BELOW}`);
      canErase = false;
    },
  };
}
