import { resolve } from 'node:path';
import { errorMessage } from '../core/error-message.ts';
import { LOG_LEVELS, type LogLevel } from '../progress/log-levels.ts';
import type { WriteLog } from '../progress/logger.ts';
import { createScreen, type Screen } from '../progress/screen.ts';
import {
  createPaint,
  type Paint,
  type TerminalStyle,
  terminalStyle,
} from '../progress/terminal-style.ts';
import { plainJson } from '../progress/terminal-text.ts';
import { wrapText } from '../progress/wrap-text.ts';
import type { DocumentType } from './documents/all-documents.ts';
import { type HiddenSecrets, hideSecrets } from './hidden-secrets.ts';
import { type AppendLine, openLogFile } from './log-file.ts';
import type { OutputStream, Surroundings } from './surroundings.ts';

/** A JSON document for stdout, with its type. `documentLine` adds the version of the format. */
export interface ResultDocument {
  readonly type: DocumentType;
  readonly [field: string]: unknown;
}

/** Prints the output of the program: results to stdout, everything else to stderr. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Prints one result. With `--json`, prints the document as one line; otherwise prints the text. */
  result(document: ResultDocument, text: () => string): void;
  /** Prints a result for people, if the user did not ask for JSON. */
  text(text: () => string): void;
  /**
   * Waits until stdout accepts more text. Returns false if no program reads stdout any more, for example
   * after `| head` has ended. A loop that prints many results calls it before each result. Otherwise Node
   * keeps everything in memory that a slow reader has not read.
   */
  canPrint(): Promise<boolean>;
  /**
   * Wraps the text of a result between words to the width of the terminal. Without a terminal, returns it
   * unchanged.
   */
  fit(text: string): string;
  /** Prints a message for people, unless the user passed `--quiet`. */
  info(text: string): void;
  /** Prints a message for people, even with `--quiet`. */
  warn(text: string): void;
  /** The secrets that appear neither in the output nor in the log. */
  readonly hidden: HiddenSecrets;
  readonly log: WriteLog;
  /** Prints the log on stderr only after `use` has ended, so that no line appears in the middle of a question. */
  holdLog<Result>(use: () => Promise<Result>): Promise<Result>;
  /**
   * Like `result`, but with `--quiet` prints no text: the user asked for no summary. A document is printed
   * always.
   */
  summary(document: ResultDocument, text: () => string): void;
  readonly screen: Screen;
  readonly style: TerminalStyle;
  readonly paint: Paint;
}

/** The flags of the user that concern the output. */
export interface OutputSettings {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logLevel: LogLevel;
  /** Path of a file that gets the log too. */
  readonly logFile?: string | undefined;
}

/** The log leaves out lines while its reader has not read so many bytes. */
const MAX_UNREAD_LOG = 1_000_000;

/** Formats a document as one line of JSON for stdout. */
export function documentLine(document: ResultDocument): string {
  return plainJson({ version: 1, ...document });
}

/** Opens the output of one command, with its log. */
export async function openOutput(
  settings: OutputSettings,
  surroundings: Surroundings,
): Promise<Output> {
  const output = openQuietOutput(settings, surroundings);
  // This import is dynamic, so that code that calls only `openQuietOutput` does not load the logger.
  const { createLogger } = await import('../progress/logger.ts');
  const { stderr, world, cwd } = surroundings;
  const held = createHeldPrinter(output.warn);
  const shared = { hide: output.hidden.redact, now: () => world.clock.now() };
  const log = await createLogger({
    ...shared,
    level: settings.logLevel,
    // The log is JSON only with `--json`, and only if stderr is not a terminal. Otherwise it is text for
    // people, even in a pipe: people read it there too, for example in a mail from cron.
    pretty: stderr.isTerminal || !settings.json ? { color: output.style.color } : null,
    canPrint: () => stderr.unread < MAX_UNREAD_LOG,
    print: (line) => held.print(line),
  });
  const { holdLog } = held;
  if (settings.logFile === undefined) return { ...output, log, holdLog };
  const logToFile = await createLogger({
    ...shared,
    pid: surroundings.process?.pid,
    level: fileLevel(settings.logLevel),
    pretty: null,
    canPrint: () => true,
    print: untilItFails(openLogFile(resolve(cwd, settings.logFile)), output.warn),
  });
  const logToBoth: WriteLog = (...line) => {
    log(...line);
    logToFile(...line);
  };
  return { ...output, log: logToBoth, holdLog };
}

/** Prints lines, or keeps them while `holdLog` waits for something, and prints them afterwards. */
function createHeldPrinter(print: (line: string) => void): {
  readonly print: (line: string) => void;
  readonly holdLog: Output['holdLog'];
} {
  let kept: string[] | null = null;
  return {
    print: (line) => (kept === null ? print(line) : void kept.push(line)),
    async holdLog(use) {
      kept = [];
      try {
        return await use();
      } finally {
        const lines = kept;
        kept = null;
        for (const line of lines) print(line);
      }
    },
  };
}

/** The level of the log file: `info`, or that of the log on stderr if it is more detailed. */
function fileLevel(level: LogLevel): LogLevel {
  return LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf('info') ? level : 'info';
}

/** Wraps `append`: its first failure prints a warning, and from then on nothing is written. A run continues. */
function untilItFails(append: AppendLine, warn: (text: string) => void): AppendLine {
  let hasFailed = false;
  return (line) => {
    if (hasFailed) return;
    try {
      append(line);
    } catch (error) {
      hasFailed = true;
      warn(
        `The log file can't be written any more: ${errorMessage(error)}. The command continues without it.`,
      );
    }
  };
}

/** Opens an output that logs nothing. */
export function openQuietOutput(
  settings: Pick<OutputSettings, 'json' | 'quiet'>,
  surroundings: Surroundings,
): Output {
  const { stdout, stderr, env } = surroundings;
  const hidden = hideSecrets(env);
  const hide = hidden.redact;
  const style = terminalStyle(env, stderr.isTerminal);
  const screen = createScreen({
    write: (text) => stderr.write(hide(text)),
    get columns() {
      return stderr.columns;
    },
  });
  const warn = (text: string) => screen.print(wrapToTerminal(text, stderr));
  // The live lines are on stderr. On a terminal, stdout writes to the same place.
  const print = (text: string) => {
    const write = () => stdout.write(`${hide(text)}\n`);
    if (stdout.isTerminal) screen.makeRoom(write);
    else write();
  };
  return {
    ...settings,
    result(document, text) {
      const line = settings.json ? documentLine(document) : text();
      if (line !== '') print(line);
    },
    text(text) {
      if (!settings.json) print(text());
    },
    fit: (text) => wrapToTerminal(text, stdout),
    async canPrint() {
      await stdout.drained();
      return !stdout.isClosed;
    },
    info(text) {
      if (!settings.quiet) warn(text);
    },
    warn,
    hidden,
    log: () => undefined,
    holdLog: (use) => use(),
    summary(document, text) {
      if (settings.json || !settings.quiet) this.result(document, text);
    },
    screen,
    style,
    paint: createPaint(style),
  };
}

/**
 * Wraps text to the width of the terminal minus one: some terminals start a new line right after the last
 * column.
 */
function wrapToTerminal(text: string, { isTerminal, columns }: OutputStream): string {
  return isTerminal && columns ? wrapText(text, columns - 1) : text;
}
