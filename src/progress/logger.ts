import { pino } from 'pino';
import pretty from 'pino-pretty';
import type { JsonObject } from '../core/json.ts';
import { plainJson, plainText } from './terminal-text.ts';

/** From all to nothing. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** One of `LOG_LEVELS`. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes one log line; the run's `LogLine`. */
export type WriteLog = (
  level: Exclude<LogLevel, 'silent'>,
  fields: JsonObject,
  message: string,
) => void;

/** Where log lines go, and how they look. */
export interface LoggerSettings {
  readonly level: LogLevel;
  /** For people (colours or not), or `null`: JSON, a line each. */
  readonly pretty: { readonly color: boolean } | null;
  /** Known secret values: whatever else fails, they are cut out of the finished line. */
  readonly hide: (text: string) => string;
  readonly now: () => number;
  /** Takes a line without its newline. */
  readonly print: (line: string) => void;
}

const SECRET_NAMES = ['secretKey', 'secret_key', 'authorization', 'Authorization', 'signature'];

/** A pino log that no secret passes: by field name first, by value last. */
export function createLogger(settings: LoggerSettings): WriteLog {
  const format = settings.pretty === null ? null : prettyFormat(settings.pretty.color);
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

function prettyFormat(color: boolean): (line: string) => string {
  const format = pretty.prettyFactory({
    colorize: color,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  });
  return (line) => format(line) ?? '';
}

/** Escapes in every text of the fields what could reach a terminal as a command. */
function cleanFields(fields: JsonObject): JsonObject {
  return JSON.parse(plainJson(fields), (_name, value: unknown) =>
    typeof value === 'string' ? plainText(value) : value,
  ) as JsonObject;
}
