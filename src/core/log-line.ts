import type { JsonObject } from './json.ts';

/** Structured logging, as pino does it. */
export type LogLine = (
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error',
  fields: JsonObject,
  message: string,
) => void;
