import type { LogLine } from '../core/log-line.ts';
import { openCoordinatorBus } from './bullmq-coordinator-bus.ts';
import type { SeenWorker } from './call-bus.ts';
import { parseRedisAddress } from './redis-address.ts';
import { loadFleetPackages } from './redis-connection.ts';

/** Reads which workers of a project are alive. Throws a `UserError` if Redis can't be used. */
export async function listWorkers(
  address: string,
  project: string,
  log: LogLine,
): Promise<readonly SeenWorker[]> {
  const packages = await loadFleetPackages();
  const bus = await openCoordinatorBus(packages, parseRedisAddress(address), log);
  try {
    return await bus.workers([project]);
  } finally {
    await bus.close();
  }
}
