import * as z from 'zod';
import type { World } from '../../core/world.ts';

const countsSchema = z.object({ stored: z.number(), unstored: z.number(), removed: z.number() });
const effectSchema = z.object({ operation: z.string(), uuid: z.string(), changed: z.boolean() });
const deletesSchema = z.object({ delete: z.object({ changed: z.number() }).optional() });

/** How many of the emulator's files are in which state. */
export type EmulatedCounts = z.output<typeof countsSchema>;

/** One effect on one file, from the emulator's audit log. */
export type EmulatedEffect = z.output<typeof effectSchema>;

/** The emulated project from behind its API: what really happened to it. */
export interface EmulatorView {
  counts(): Promise<EmulatedCounts>;
  /** Files deleted so far. */
  deleted(): Promise<number>;
  effects(): Promise<EmulatedEffect[]>;
}

/** Reads the control endpoints of an emulator in another process. */
export function viewEmulator(origin: string, world: World): EmulatorView {
  const read = async (path: string): Promise<string> => {
    const response = await world.http({
      method: 'GET',
      origin,
      target: `/_emulator/${path}`,
      headers: {},
      body: null,
      deadlineMs: 10_000,
      maxBytes: 64 * 1024 ** 2,
      signal: new AbortController().signal,
      mayStart: () => true,
    });
    if (response.status !== 200) throw new Error(`The emulator answers ${response.status}`);
    return response.body;
  };
  return {
    counts: async () => countsSchema.parse(JSON.parse(await read('files'))),
    async deleted() {
      return deletesSchema.parse(JSON.parse(await read('audit/summary'))).delete?.changed ?? 0;
    },
    async effects() {
      const lines = (await read('audit?limit=1000000')).split('\n');
      return lines
        .filter((line) => line !== '')
        .map((line) => effectSchema.parse(JSON.parse(line)));
    },
  };
}
