import { pino } from 'pino';
import type { JsonObject } from '../core/json.ts';
import type { LogLevel } from './log-levels.ts';
import { plainJson, plainText } from './terminal-text.ts';

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
  });
  return (line) => format(line) ?? '';
}

/** Escapes in every text of the fields what could reach a terminal as a command. */
function cleanFields(fields: JsonObject): JsonObject {
  return JSON.parse(plainJson(fields), (_name, value: unknown) =>
    typeof value === 'string' ? plainText(value) : value,
  ) as JsonObject;
}
