import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Effect } from '../../src/emulator/emulator.ts';

/** A kind of job under chaos. */
export interface ChaosJob {
  /** The text of the job file. */
  readonly text: string;
  /** The effect that each item must have exactly once, by its name in the emulator's audit log. */
  readonly effect: Effect;
  /** The method of the requests with an effect. The emulator answers them late, so that kills find them in flight. */
  readonly method: string;
  /** Limit of the run, requests/s. */
  readonly rate: number;
  /** Number of items that the run gets for each second of chaos. Chaos must end before the items do. */
  readonly itemsPerSecond: number;
  /** Only these files of the project become items. */
  readonly mime?: string;
}

/** Every so many files of an upload are so large that they are uploaded in parts. */
const LARGE_EVERY = 20;
const LARGE_BYTES = 11 * 1024 ** 2;
const SMALL_BYTES = 40_000;

/** The folder of the files to upload, below the folder of a round. */
const UPLOAD_FOLDER = 'to-upload';

export const CHAOS_JOBS: Readonly<Record<string, ChaosJob>> = {
  delete: {
    text: jobText('files: {}', 'delete', '\nguard: { confirm: false }'),
    effect: 'delete',
    method: 'DELETE',
    rate: 4,
    itemsPerSecond: 300,
  },
  'copy-local': {
    text: jobText('files: {}', 'copy-local'),
    effect: 'local_copy',
    method: 'POST',
    rate: 10,
    itemsPerSecond: 6,
  },
  remove_bg: {
    text: jobText('files: {}', 'addon/remove_bg', '\nwhere: { mime: image/* }'),
    effect: 'remove_bg',
    method: 'POST',
    rate: 12,
    itemsPerSecond: 4,
    mime: 'image/',
  },
  metadata: {
    text: jobText('files: {}', 'metadata', '', '{ set: { chaos: survived } }'),
    effect: 'metadata_set',
    method: 'PUT',
    rate: 20,
    itemsPerSecond: 9,
  },
  upload: {
    text: jobText(`folder: { path: ./${UPLOAD_FOLDER} }`, 'upload'),
    effect: 'upload',
    method: 'POST',
    rate: 10,
    itemsPerSecond: 2.5,
  },
};

function jobText(source: string, uses: string, more = '', options?: string): string {
  const step = options === undefined ? `{ uses: ${uses} }` : `{ uses: ${uses}, with: ${options} }`;
  return `version: 1\nname: chaos\nsource: { ${source} }\nsteps: [${step}]${more}\n`;
}

/** Writes files that are all different, a part of them large. Returns their paths below the folder. */
export function writeUploads(directory: string, count: number): string[] {
  const folder = join(directory, UPLOAD_FOLDER);
  mkdirSync(folder);
  return Array.from({ length: count }, (_, no) => {
    const name = `file-${String(no).padStart(5, '0')}.bin`;
    const bytes = Buffer.alloc(no % LARGE_EVERY === 0 ? LARGE_BYTES : SMALL_BYTES);
    bytes.set(randomBytes(64));
    bytes.write(name, 64);
    writeFileSync(join(folder, name), bytes);
    return name;
  });
}
