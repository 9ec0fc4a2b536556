import { parseBooleanWord } from '../core/boolean-word.ts';

/** What a stream can show. */
export interface TerminalStyle {
  /** Lines may be drawn over. */
  readonly live: boolean;
  readonly color: boolean;
  readonly unicode: boolean;
}

/** The variables that say what a terminal can do. */
export interface TerminalEnvironment {
  readonly TERM?: string | undefined;
  readonly CI?: string | undefined;
  readonly NO_COLOR?: string | undefined;
  readonly LC_ALL?: string | undefined;
  readonly LC_CTYPE?: string | undefined;
  readonly LANG?: string | undefined;
}

/** Reads NO_COLOR, CI, TERM and the locale; a stream that is no terminal shows plain lines. */
export function terminalStyle(env: TerminalEnvironment, isTerminal: boolean): TerminalStyle {
  const capable = isTerminal && env.TERM !== 'dumb';
  const ci = env.CI ?? '';
  const isCi = ci.trim() !== '' && parseBooleanWord(ci) !== false; // its value may be any name
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return {
    live: capable && !isCi,
    color: capable && (env.NO_COLOR ?? '') === '',
    unicode: /utf-?8/i.test(locale),
  };
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Colours text, or leaves it as it is. */
export type Paint = (code: keyof typeof CODES, text: string) => string;

/** A `Paint` for a stream. */
export function createPaint(style: TerminalStyle): Paint {
  return (code, text) => (style.color ? `\u001b[${CODES[code]}m${text}\u001b[0m` : text);
}
