import { pino } from 'pino';
import { formatCounted } from '../core/counted.ts';
import type { JsonObject } from '../core/json.ts';
import type { LogLevel } from './log-levels.ts';
import { plainJson, plainText } from './terminal-text.ts';

/** Writes one line to the log. `message` is for people; `fields` contain the same facts for programs. */
export type WriteLog = (
  level: Exclude<LogLevel, 'silent'>,
  fields: JsonObject,
  message: string,
) => void;

/** Settings for the log: which lines to write, in which format, and to which output. */
export interface LoggerSettings {
  readonly level: LogLevel;
  /** Format for people, with or without colours. null means JSON, with one object per line. */
  readonly pretty: { readonly color: boolean } | null;
  /** Replaces secrets in the finished line. This is the last protection if a secret got into a message. */
  readonly hide: (text: string) => string;
  readonly now: () => number;
  /** Id of the process for each line, if several processes write to the same log. */
  readonly pid?: number | undefined;
  /**
   * False if the output holds much text that its reader has not read. The log then leaves out lines, so that
   * it does not fill the memory.
   */
  readonly canPrint: () => boolean;
  /** Prints a line. The line has no newline at its end. */
  readonly print: (line: string) => void;
}

const SECRET_NAMES = ['secretKey', 'secret_key', 'authorization', 'Authorization', 'signature'];

/**
 * Creates a logger that hides secrets in two ways. It hides fields with secret names. Then it hides secret
 * values anywhere in the finished line.
 */
export async function createLogger(settings: LoggerSettings): Promise<WriteLog> {
  const format = settings.pretty === null ? null : await loadFormat(settings.pretty.color);
  const logger = pino(
    {
      level: settings.level,
      base: settings.pid === undefined ? null : { pid: settings.pid },
      timestamp: () => `,"time":${settings.now()}`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    {
      write(line: string) {
        const text = format === null ? line : format(line);
        settings.print(settings.hide(text.trimEnd()));
      },
    },
  );
  let leftOut = 0;
  return (level, fields, message) => {
    // Most lines are below the level. Cleaning them would cost more than the rest of the log.
    if (!logger.isLevelEnabled(level)) return;
    if (!settings.canPrint()) {
      leftOut += 1;
      return;
    }
    if (leftOut > 0) logger[level]({ lines: leftOut }, leftOutText(leftOut));
    leftOut = 0;
    logger[level](cleanFields(fields), plainText(message));
  };
}

function leftOutText(lines: number): string {
  return `${formatCounted(lines, 'log line')} left out, because the reader of stderr is too slow`;
}

/** Loads the format for people. A log of JSON needs no such format. */
async function loadFormat(color: boolean): Promise<(line: string) => string> {
  const { createPrettyFormat } = await import('./pretty-format.ts');
  return createPrettyFormat(color);
}

/** Cleans the texts in the fields: removes characters that a terminal could read as commands. */
function cleanFields(fields: JsonObject): JsonObject {
  return JSON.parse(plainJson(fields), (_name, value: unknown) =>
    typeof value === 'string' ? plainText(value) : value,
  ) as JsonObject;
}
