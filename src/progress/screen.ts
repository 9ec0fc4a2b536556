/** Where text goes: a terminal, a pipe, a test's array. */
export interface TextStream {
  write(text: string): void;
  /** Columns of the terminal; undefined where it is none. */
  readonly columns: number | undefined;
}

/** Lines that scroll, above lines that are drawn over. */
export interface Screen {
  /** Prints whole lines above the live ones. */
  print(text: string): void;
  /** Replaces the live lines. */
  draw(lines: readonly string[]): void;
}

const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/**
 * The cursor is never hidden and rests below the live lines: a kill -9 leaves a terminal that
 * needs no repair.
 */
export function createScreen(stream: TextStream): Screen {
  let live: readonly string[] = [];
  const toTop = () => (live.length === 0 ? '' : `\u001b[${live.length}A\r`);
  const drawn = (lines: readonly string[]) =>
    lines.map((line) => `${line}${CLEAR_LINE_END}\n`).join('');
  return {
    print(text) {
      if (live.length === 0) return stream.write(`${text}\n`);
      const printed = drawn(text.split('\n'));
      stream.write(`${toTop()}${printed}${drawn(live)}${CLEAR_BELOW}`);
    },
    draw(lines) {
      if (live.length === 0 && lines.length === 0) return;
      stream.write(`${toTop()}${drawn(lines)}${lines.length < live.length ? CLEAR_BELOW : ''}`);
      live = lines;
    },
  };
}
