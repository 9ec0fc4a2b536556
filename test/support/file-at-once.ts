import { writeFileSync } from 'node:fs';
import type { createAtomicFile } from '../../src/report/atomic-file.ts';

/** A file that is written at once: simulated time must not go on while a real disk works. */
export const createFileAtOnce: typeof createAtomicFile = async ({ path }) => {
  const chunks: Uint8Array[] = [];
  return {
    write: async (bytes) => void chunks.push(bytes),
    flush: async () => undefined,
    commit: async () => writeFileSync(path, Buffer.concat(chunks)),
    discard: async () => undefined,
  };
};
