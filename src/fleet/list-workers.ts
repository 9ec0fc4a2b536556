import type { LogLine } from '../core/log-line.ts';
import { BullmqCoordinatorBus } from './bullmq-coordinator-bus.ts';
import type { SeenWorker } from './call-bus.ts';
import { openFleetRedis } from './fleet-redis.ts';

/** Reads which workers of a project are alive. Throws a `UserError` if Redis can't be used. */
export async function listWorkers(
  address: string,
  project: string,
  log: LogLine,
): Promise<readonly SeenWorker[]> {
  const bus = new BullmqCoordinatorBus(await openFleetRedis(address, log));
  try {
    return await bus.workers([project]);
  } finally {
    await bus.close();
  }
}
