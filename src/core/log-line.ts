import type { JsonObject } from './json.ts';

/** Writes one structured log line. The levels are those of pino. */
export type LogLine = (
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error',
  fields: JsonObject,
  message: string,
) => void;
