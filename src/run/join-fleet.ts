import { DEFAULT_API_VERSION } from '../core/api-version.ts';
import type { RunId } from '../core/run.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { Job } from '../job/job-schema.ts';
import type { FleetSession } from './fleet.ts';
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
  });
}
