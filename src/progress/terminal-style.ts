import { parseBooleanWord } from '../core/boolean-word.ts';

/** The capabilities of a stream. */
export interface TerminalStyle {
  /** True if lines can be redrawn. */
  readonly live: boolean;
  readonly color: boolean;
  readonly unicode: boolean;
}

/** Environment variables that describe a terminal. */
export interface TerminalEnvironment {
  readonly TERM?: string | undefined;
  readonly CI?: string | undefined;
  readonly NO_COLOR?: string | undefined;
  readonly LC_ALL?: string | undefined;
  readonly LC_CTYPE?: string | undefined;
  readonly LANG?: string | undefined;
}

/** Reads NO_COLOR, CI, TERM and the locale. A stream that is not a terminal shows plain lines. */
export function terminalStyle(env: TerminalEnvironment, isTerminal: boolean): TerminalStyle {
  const capable = isTerminal && env.TERM !== 'dumb';
  const ci = env.CI ?? '';
  const isCi = ci.trim() !== '' && parseBooleanWord(ci) !== false; // some set it to their name
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return {
    live: capable && !isCi,
    color: capable && (env.NO_COLOR ?? '') === '',
    unicode: /utf-?8/i.test(locale),
  };
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Colours text, or returns it unchanged. */
export type Paint = (code: keyof typeof CODES, text: string) => string;

/** Makes the `Paint` of a stream. */
export function createPaint(style: TerminalStyle): Paint {
  return (code, text) => (style.color ? `\u001b[${CODES[code]}m${text}\u001b[0m` : text);
}
