import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { requireService } from './require-service.ts';

/** The path of Chromium, or null: then its tests are skipped. */
export const CHROMIUM = requireService('chromium', 'chromium');

/** The path of a program that a shell would start. */
export function absolutePath(program: string): string {
  if (program.includes('/')) return program;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find(existsSync) ?? program;
}
