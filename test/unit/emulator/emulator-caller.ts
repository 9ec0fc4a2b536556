import { createHash, createHmac } from 'node:crypto';
import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
  type EmulatorResponse,
} from '../../../src/emulator/emulator.ts';

export const NOW = Date.UTC(2026, 5, 1, 12, 0, 0);
export const ACCEPT = 'application/vnd.uploadcare-v0.7+json';

/** A clock a test moves by hand. */
export class HandClock {
  ms = NOW;
  now(): number {
    return this.ms;
  }
}

export interface WireFile {
  uuid: string;
  datetime_uploaded: string;
  datetime_stored: string | null;
  datetime_removed: string | null;
  original_file_url: string | null;
  original_filename: string;
  url: string;
  [field: string]: unknown;
}

export interface WirePage {
  next: string | null;
  previous: string | null;
  total: number;
  totals: { removed: number; stored: number; unstored: number };
  per_page: number;
  results: WireFile[];
}

export interface Call {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** An emulator with a hand clock, and short ways to call it with Simple auth. */
export function setup(options: EmulatorOptions = {}) {
  const clock = new HandClock();
  const emulator = createEmulator({ clock, origin: 'https://api.uploadcare.com', ...options });
  return { clock, emulator, ...callers(emulator) };
}

export function callers(emulator: Emulator) {
  const call = (target: string, { method = 'GET', body, headers }: Call = {}): EmulatorResponse =>
    emulator.handle({
      method,
      target,
      headers: {
        accept: ACCEPT,
        authorization: 'Uploadcare.Simple demopublickey:demosecretkey',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    });
  const json = <Body>(target: string, asked: Call = {}): Body =>
    JSON.parse(String(call(target, asked).body)) as Body;
  const page = (target: string): WirePage => json<WirePage>(target);
  return { call, json, page };
}

/** Path and query of a link. */
export function targetOf(link: string): string {
  return link.replace(/^https?:\/\/[^/]+/, '');
}

/** Headers of the signed scheme, made independently of the emulator's own code. */
export function signedHeaders(parts: {
  method: string;
  target: string;
  date: string;
  body?: string;
  contentType?: string;
  keys?: [string, string];
  dateHeader?: string;
}): Record<string, string> {
  const { method, target, date, body = '', contentType = 'application/json' } = parts;
  const [publicKey, secretKey] = parts.keys ?? ['demopublickey', 'demosecretkey'];
  const md5 = createHash('md5').update(body).digest('hex');
  const text = `${method}\n${md5}\n${contentType}\n${date}\n${target}`;
  const signature = createHmac('sha1', secretKey).update(text).digest('hex');
  return {
    ...(contentType === '' ? {} : { 'content-type': contentType }),
    [parts.dateHeader ?? 'date']: date,
    authorization: `Uploadcare ${publicKey}:${signature}`,
  };
}
