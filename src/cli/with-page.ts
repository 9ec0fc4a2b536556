import type { Invocation } from './command.ts';
import type { RunOrder } from './with-run-context.ts';

/** Serves the page of the runs while `use` works, if the user asked for it, and prints its address. */
export async function withPage<Result>(
  { surroundings, output, stateDirectory }: Invocation,
  { ui }: RunOrder['flags'],
  use: () => Promise<Result>,
): Promise<Result> {
  if (ui !== true) return use();
  // This import is dynamic, so that a run without a page does not load it.
  const { serveRuns } = await import('../serve/serve-runs.ts');
  const { world, env } = surroundings;
  const options = { stateDirectory, port: 0, canControl: false, connection: null, env };
  const server = await serveRuns(options, world);
  output.warn(`While this command works, a browser can show it: ${server.address}`);
  try {
    return await use();
  } finally {
    await server.close();
  }
}
