import { type ApiVersion, DEFAULT_API_VERSION } from '../core/api-version.ts';
import type { RunStop } from '../engine/run-stop.ts';
import { learnedRate } from '../state/learned-rate.ts';
import { createServerClock } from '../transport/server-clock.ts';
import { CdnHosts } from './cdn-host-watch.ts';
import type { JobProject } from './job-projects.ts';
import { LiveControl } from './live-control.ts';
import { openService } from './open-service.ts';
import { openCatalog } from './plan-run.ts';
import type { RunContext } from './run-request.ts';
import { Traffic } from './traffic.ts';

/**
 * Opens a project for a command that only lists it, and works on no run. `traffic` counts the requests, which only
 * read.
 */
export async function openListing(
  context: RunContext,
  {
    project,
    runStop,
    apiVersion = DEFAULT_API_VERSION,
  }: {
    readonly project: JobProject;
    readonly runStop: RunStop;
    readonly apiVersion?: ApiVersion | undefined;
  },
) {
  const { world } = context;
  const { connection } = project;
  const catalog = await openCatalog(context);
  const startRate = learnedRate(connection, context, catalog);
  catalog?.close();
  const traffic = new Traffic();
  const serverClock = createServerClock(world.clock);
  const uncontrolled = { table: null, run: null, job: { limits: {} }, joinedAt: 0 };
  const control = new LiveControl({ ...uncontrolled, context, runStop });
  const service = openService({
    context,
    secrets: [],
    run: null,
    connection,
    project: project.name,
    cdnHosts: new CdnHosts(),
    runStop,
    apiVersion,
    serverClock,
    resyncClock: async () => undefined,
    control,
    startRate,
    mayRequest() {
      traffic.countRequest(1);
      return true;
    },
    onUnsent: () => traffic.countRequest(-1),
    onAnswer: ({ throttled }) => {
      if (throttled) traffic.countThrottled();
    },
  });
  return {
    client: service.client,
    traffic,
    serverNow: () => serverClock.now(),
    async close() {
      control.close();
      await service.close();
    },
  };
}
