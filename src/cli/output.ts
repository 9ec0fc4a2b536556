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

/** A document on stdout; every one says its type, and the version of the contract. */
export interface ResultDocument {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The program's voice: results on stdout, everything else on stderr. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /** One result: the document as a line with `--json`, else the text. */
  result(document: ResultDocument, text: () => string): void;
  /** False once nobody reads stdout any more. */
  readonly isRead: () => boolean;
  /** Text of a result for people: on a terminal it is broken between words. */
  fit(text: string): string;
  /** Words for people; none with `--quiet`. */
  say(text: string): void;
  /** Words that `--quiet` does not silence. */
  warn(text: string): void;
  readonly log: WriteLog;
  readonly screen: Screen;
  readonly style: TerminalStyle;
  readonly paint: Paint;
}

/** How the user wants to be spoken to. */
export interface OutputSettings {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logLevel: LogLevel;
}

/** A document as its line on stdout. */
export function documentLine(document: ResultDocument): string {
  return plainJson({ version: 1, ...document });
}

/** Opens the output of one invocation, with its log. */
export async function openOutput(
  settings: OutputSettings,
  surroundings: Surroundings,
): Promise<Output> {
  const output = openQuietOutput(settings, surroundings);
  // What makes log lines is not loaded before somebody wants a log.
  const { createLogger } = await import('../progress/logger.ts');
  const log = await createLogger({
    level: settings.logLevel,
    // A pipe is read by people too (a job's mail, a CI page), but for who asks for JSON.
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
  const warn = (text: string) => screen.print(fitted(text, stderr));
  return {
    ...settings,
    result(document, text) {
      const line = settings.json ? documentLine(document) : text();
      if (line !== '') stdout.write(`${hide(line)}\n`);
    },
    fit: (text) => fitted(text, stdout),
    isRead: () => !stdout.isClosed,
    say(text) {
      if (!settings.quiet) warn(text);
    },
    warn,
    log: () => undefined,
    screen,
    style,
    paint: createPaint(style),
  };
}

/** The last column stays free: some terminals wrap as soon as it is written. */
function fitted(text: string, { isTerminal, columns }: OutputStream): string {
  return isTerminal && columns ? wrapText(text, columns - 1) : text;
}

/**
 * Replaces the secrets of the environment in any text, and headers that hold them: our own keys,
 * those of a job's other projects (their names say so), and the passwords of proxies.
 */
export function hideSecrets(env: Environment): Redact {
  const names = Object.keys(env).filter((name) => /SECRET_KEY|SIGNING_SECRET/.test(name));
  const keys = names.map((name) => env[name] ?? '');
  return createRedactor([...keys, ...proxyPasswords(env)]);
}

/** Passwords in the URLs of proxies, as they are written: the part between `:` and the last `@`. */
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
