import * as z from 'zod';
import type { World } from '../../core/world.ts';

const countsSchema = z.object({ stored: z.number(), unstored: z.number(), removed: z.number() });
const effectSchema = z.object({
  operation: z.string(),
  uuid: z.string(),
  changed: z.boolean(),
  requestId: z.string().nullable(),
});
const summarySchema = z.record(z.string(), z.object({ changed: z.number() }));
const addonRunsSchema = z.object({
  projects: z.array(
    z.object({
      addon_runs: z
        .array(
          z.object({
            request_id: z.string(),
            result: z.object({ file_id: z.string().optional() }).nullish(),
          }),
        )
        .default([]),
    }),
  ),
});

/** The number of files in the emulator, grouped by state. */
export type EmulatedCounts = z.output<typeof countsSchema>;

/** One change of one file, from the log in which the emulator writes all changes. */
export type EmulatedEffect = z.output<typeof effectSchema>;

/**
 * Reads the content of the emulator directly, not through the emulated API. The demo compares this content
 * with ucbulk's own report.
 */
export interface EmulatorView {
  counts(): Promise<EmulatedCounts>;
  /** The number of files that an operation has changed so far. */
  changed(operation: string): Promise<number>;
  effects(): Promise<EmulatedEffect[]>;
  /** The file that each add-on execution made, by the id of the request that started the execution. */
  madeFiles(): Promise<ReadonlyMap<string, string>>;
  /**
   * Changes the speed (`work`) or the failures (`faults`) of the emulator; docs/emulator.md describes the
   * settings.
   */
  set(what: 'work' | 'faults', settings: object): Promise<void>;
}

/** Creates a view of an emulator in another process. It uses the emulator's control endpoints. */
export function viewEmulator(origin: string, world: World): EmulatorView {
  const ask = async (path: string, body: string | null): Promise<string> => {
    const response = await world.http({
      method: body === null ? 'GET' : 'POST',
      origin,
      target: `/_emulator/${path}`,
      headers: {},
      body,
      deadlineMs: 10_000,
      maxBytes: 64 * 1024 ** 2,
      signal: new AbortController().signal,
      mayStart: () => true,
    });
    if (response.status !== 200) throw new Error(`The emulator answers ${response.status}`);
    return response.body;
  };
  const read = (path: string) => ask(path, null);
  return {
    counts: async () => countsSchema.parse(JSON.parse(await read('files'))),
    async changed(operation) {
      return summarySchema.parse(JSON.parse(await read('audit/summary')))[operation]?.changed ?? 0;
    },
    async madeFiles() {
      const { projects } = addonRunsSchema.parse(JSON.parse(await read('objects')));
      return new Map(
        projects.flatMap(({ addon_runs }) =>
          addon_runs.map((run) => [run.request_id, run.result?.file_id ?? ''] as const),
        ),
      );
    },
    async set(what, settings) {
      await ask(what, JSON.stringify(settings));
    },
    async effects() {
      const lines = (await read('audit?limit=1000000')).split('\n');
      return lines
        .filter((line) => line !== '')
        .map((line) => effectSchema.parse(JSON.parse(line)));
    },
  };
}
