import { DEFAULT_API_VERSION } from '../core/api-version.ts';
import type { RunId } from '../core/run.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { Job } from '../job/job-schema.ts';
import { statePaths } from '../state/state-paths.ts';
import { writeWorkers } from '../state/worker-list.ts';
import type { FleetSession, SeenActivity } from './fleet.ts';
import type { ProjectServices } from './project-services.ts';
import type { RunContext } from './run-request.ts';

/** Takes the run's place at the fleet of its context. Undefined if this process sends the requests itself. */
export async function joinFleet({
  context,
  services,
  runStop,
  job,
  run,
}: {
  readonly context: RunContext;
  readonly services: ProjectServices;
  readonly runStop: RunStop;
  readonly job: Job;
  readonly run: RunId;
}): Promise<FleetSession | undefined> {
  return context.fleet?.join({
    ...context,
    run,
    apiVersion: job.apiVersion ?? DEFAULT_API_VERSION,
    projects: services.all.map(({ connection, service }) => ({
      connection,
      permits: service.forWorkers,
    })),
    runStop,
    showWorkers: createWorkerList(context, run),
  });
}

/** Returns a function that writes the workers of the run into a file, which `ucbulk serve` reads. */
function createWorkerList({ world, stateDirectory }: RunContext, run: RunId) {
  const { files, clock } = world;
  const paths = statePaths(stateDirectory);
  let written: Promise<void> | null = null;
  return async (workers: readonly SeenActivity[] | null): Promise<void> => {
    if (written !== null && workers !== null) return;
    await written;
    const now = clock.now();
    const list = workers?.map(({ id, host, pid, toolVersion, concurrency, inFlight, seenMs }) => {
      return { id, host, pid, toolVersion, concurrency, inFlight, seenAt: now - seenMs };
    });
    // Without the list, only the table of workers is missing.
    written = writeWorkers(paths, run, list ?? null, files).catch(() => undefined);
    await written;
    written = null;
  };
}
