import { parseBooleanWord } from '../core/boolean-word.ts';

/** The abilities of the terminal behind stdout or stderr. */
export interface TerminalStyle {
  /** True if the terminal can draw lines again that were already printed. */
  readonly live: boolean;
  readonly color: boolean;
  readonly unicode: boolean;
}

/** The environment variables that describe the terminal and the user's wishes for output. */
export interface TerminalEnvironment {
  readonly TERM?: string | undefined;
  readonly CI?: string | undefined;
  readonly NO_COLOR?: string | undefined;
  readonly LC_ALL?: string | undefined;
  readonly LC_CTYPE?: string | undefined;
  readonly LANG?: string | undefined;
}

/**
 * Finds out what a stream can show, from NO_COLOR, CI, TERM and the locale. Without a terminal, lines are
 * never drawn again and have no colours.
 */
export function terminalStyle(env: TerminalEnvironment, isTerminal: boolean): TerminalStyle {
  const capable = isTerminal && env.TERM !== 'dumb';
  const ci = env.CI ?? '';
  // Any text in CI except a false boolean counts as true, because some CI systems set CI to their own name.
  const isCi = ci.trim() !== '' && parseBooleanWord(ci) !== false;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return {
    live: capable && !isCi,
    color: capable && (env.NO_COLOR ?? '') === '',
    unicode: /utf-?8/i.test(locale),
  };
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Returns a text with codes for a colour, or unchanged if colours are off. */
export type Paint = (code: keyof typeof CODES, text: string) => string;

export function createPaint(style: TerminalStyle): Paint {
  return (code, text) => (style.color ? `\u001b[${CODES[code]}m${text}\u001b[0m` : text);
}
