import type { JsonObject } from './json.ts';

/** Writes one structured log line, with pino's levels. */
export type LogLine = (
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error',
  fields: JsonObject,
  message: string,
) => void;
