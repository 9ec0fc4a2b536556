import { createRedactor, type Redact } from '../core/redact-secrets.ts';
import type { LogLevel } from '../progress/log-levels.ts';
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
import type { Environment, OutputStream, Surroundings } from './surroundings.ts';

/** A document on stdout, with its type. `documentLine` adds the version of the format. */
export interface ResultDocument {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The output of the program: results on stdout, everything else on stderr. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Prints one result: the document as a line with `--json`, else the text. */
  result(document: ResultDocument, text: () => string): void;
  /** False after the reader of stdout has gone. */
  readonly hasReader: () => boolean;
  /** Wraps the text of a result between words if stdout is a terminal. */
  fit(text: string): string;
  /** Prints a message for people; not with `--quiet`. */
  info(text: string): void;
  /** Prints a message that `--quiet` does not silence. */
  warn(text: string): void;
  readonly log: WriteLog;
  readonly screen: Screen;
  readonly style: TerminalStyle;
  readonly paint: Paint;
}

/** The user's choices for the output. */
export interface OutputSettings {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logLevel: LogLevel;
}

/** A document as a line for stdout. */
export function documentLine(document: ResultDocument): string {
  return plainJson({ version: 1, ...document });
}

/** Opens the output of one invocation, with its log. */
export async function openOutput(
  settings: OutputSettings,
  surroundings: Surroundings,
): Promise<Output> {
  const output = openQuietOutput(settings, surroundings);
  // Imported only here: `openQuietOutput` does not need it.
  const { createLogger } = await import('../progress/logger.ts');
  const log = await createLogger({
    level: settings.logLevel,
    // People read pipes too (a mail from cron, a CI page), except with `--json`.
    pretty: surroundings.stderr.isTerminal || !settings.json ? { color: output.style.color } : null,
    hide: hideSecrets(surroundings.env),
    now: () => surroundings.world.clock.now(),
    print: output.warn,
  });
  return { ...output, log };
}

/** Opens an output that logs nothing. */
export function openQuietOutput(
  settings: Omit<OutputSettings, 'logLevel'>,
  surroundings: Surroundings,
): Output {
  const { stdout, stderr, env } = surroundings;
  const hide = hideSecrets(env);
  const style = terminalStyle(env, stderr.isTerminal);
  const screen = createScreen({
    write: (text) => stderr.write(hide(text)),
    get columns() {
      return stderr.columns;
    },
  });
  const warn = (text: string) => screen.print(wrapToTerminal(text, stderr));
  return {
    ...settings,
    result(document, text) {
      const line = settings.json ? documentLine(document) : text();
      if (line !== '') stdout.write(`${hide(line)}\n`);
    },
    fit: (text) => wrapToTerminal(text, stdout),
    hasReader: () => !stdout.isClosed,
    info(text) {
      if (!settings.quiet) warn(text);
    },
    warn,
    log: () => undefined,
    screen,
    style,
    paint: createPaint(style),
  };
}

/** Wraps text to the terminal. The last column stays free: some terminals wrap right after it. */
function wrapToTerminal(text: string, { isTerminal, columns }: OutputStream): string {
  return isTerminal && columns ? wrapText(text, columns - 1) : text;
}

/**
 * Creates a filter that replaces the secrets of the environment, and headers with secrets, in a text.
 * The secrets are all secret keys and signing secrets, found by their names, and passwords of proxies.
 */
export function hideSecrets(env: Environment): Redact {
  const names = Object.keys(env).filter((name) => /SECRET_KEY|SIGNING_SECRET/.test(name));
  const keys = names.map((name) => env[name] ?? '');
  return createRedactor([...keys, ...proxyPasswords(env)]);
}

/** Passwords in the URLs of proxies, encoded and decoded: the part between `:` and the last `@`. */
function proxyPasswords(env: Environment): string[] {
  const urls = Object.keys(env).filter((name) => /^https?_proxy$/i.test(name));
  return urls.flatMap((name) => {
    const password = /^(?:[a-z]+:\/\/)?[^:@/]*:(.+)@/i.exec(env[name] ?? '')?.[1];
    return password === undefined ? [] : [password, decoded(password)];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
