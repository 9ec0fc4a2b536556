import { resolve } from 'node:path';
import type { RunId } from '../core/run.ts';
import type { RunListener } from '../engine/run-events.ts';
import { readRun } from '../state/read-runs.ts';
import type { Invocation } from './command.ts';
import type { RunOrder } from './with-run-context.ts';

/**
 * Publishes the metrics of the run while `use` works, if the user asked for them. `use` gets a listener that must
 * receive the events of the run.
 */
export async function withMetrics<Result>(
  { surroundings, output, stateDirectory }: Invocation,
  { metricsAddr, metricsFile }: RunOrder['flags'],
  use: (listener: RunListener) => Promise<Result>,
): Promise<Result> {
  if (metricsAddr === undefined && metricsFile === undefined) return use(() => undefined);
  // These imports are dynamic, so that a run without metrics does not load them.
  const { publishMetrics } = await import('../metrics/publish-metrics.ts');
  const { runMetrics } = await import('../metrics/run-metrics.ts');
  const { world, cwd } = surroundings;
  let run: RunId | null = null;
  const metrics = await publishMetrics(
    {
      address: metricsAddr,
      file: metricsFile === undefined ? undefined : resolve(cwd, metricsFile),
    },
    {
      clock: world.clock,
      newId: () => world.ids.runId(),
      read: async () =>
        run === null ? null : runMetrics(await readRun(stateDirectory, run, world)),
      warn: output.warn,
    },
  );
  try {
    return await use((event) => {
      if (event.kind === 'run-started') run = event.run;
    });
  } finally {
    await metrics.close();
  }
}
