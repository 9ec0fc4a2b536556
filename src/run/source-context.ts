import type { RunId } from '../core/run.ts';
import type { JobCode } from '../operations/own-facts.ts';
import type { OpenBucket, SourceContext } from '../sources/descriptor.ts';
import { statePaths } from '../state/state-paths.ts';
import { createEarlierRuns } from './earlier-runs.ts';
import type { OpenProject } from './project-services.ts';
import type { RunContext } from './run-request.ts';

/**
 * Creates the data from which a job's source is created. `run` is null for a plan. Its source then stores
 * nothing. `since` is the upload time from which files are listed, ms; null for all files.
 */
export function createSourceContext(
  { world, stateDirectory, earlierRuns }: RunContext,
  { connection, service }: OpenProject,
  {
    run,
    since,
    code,
    openBucket,
  }: {
    readonly run: RunId | null;
    readonly since: number | null;
    readonly code: JobCode;
    readonly openBucket: OpenBucket;
  },
): Omit<SourceContext, 'needs'> {
  const paths = statePaths(stateDirectory);
  const { files } = world;
  const { publicKey } = connection;
  const earlier = earlierRuns ?? { stateDirectory, publicKey };
  return {
    client: service.client,
    files,
    clock: world.clock,
    code,
    openBucket,
    inputPath: run === null ? null : paths.input(run),
    ...(run !== null && { rejectsPath: paths.rejects(run) }),
    runs: createEarlierRuns({
      paths: statePaths(earlier.stateDirectory),
      files,
      publicKey: earlier.publicKey,
    }),
    since,
    inventoryPath: run === null ? paths.inventory(publicKey) : paths.runInventory(run),
  };
}
