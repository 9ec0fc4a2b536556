import { pino } from 'pino';
import type { JsonObject } from '../core/json.ts';
import type { LogLevel } from './log-levels.ts';
import { plainJson, plainText } from './terminal-text.ts';

/** Writes one log line, like the run's `LogLine`. */
export type WriteLog = (
  level: Exclude<LogLevel, 'silent'>,
  fields: JsonObject,
  message: string,
) => void;

/** The output and format of log lines. */
export interface LoggerSettings {
  readonly level: LogLevel;
  /** For people, with or without colours; `null`: JSON, one document per line. */
  readonly pretty: { readonly color: boolean } | null;
  /** Removes known secret values from the finished line, in case another protection fails. */
  readonly hide: (text: string) => string;
  readonly now: () => number;
  /** Receives a line without its newline. */
  readonly print: (line: string) => void;
}

const SECRET_NAMES = ['secretKey', 'secret_key', 'authorization', 'Authorization', 'signature'];

/** A pino logger that removes secrets: first by field name, finally by value. */
export async function createLogger(settings: LoggerSettings): Promise<WriteLog> {
  const format = settings.pretty === null ? null : await prettyFormat(settings.pretty.color);
  const logger = pino(
    {
      level: settings.level,
      base: null,
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
  return (level, fields, message) => logger[level](cleanFields(fields), plainText(message));
}

async function prettyFormat(color: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({
    colorize: color,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    // The message names the rows.
    ignore: 'samples,count',
  });
  return (line) => format(line) ?? '';
}

/** Escapes texts in the fields that a terminal could read as commands. */
function cleanFields(fields: JsonObject): JsonObject {
  return JSON.parse(plainJson(fields), (_name, value: unknown) =>
    typeof value === 'string' ? plainText(value) : value,
  ) as JsonObject;
}
