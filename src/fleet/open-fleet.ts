import type { LogLine } from '../core/log-line.ts';
import type { World } from '../core/world.ts';
import type { Fleet } from '../run/fleet.ts';
import { openCoordinatorBus } from './bullmq-coordinator-bus.ts';
import { Coordinator } from './coordinator.ts';
import { parseRedisAddress } from './redis-address.ts';
import { loadFleetPackages } from './redis-connection.ts';

/**
 * Connects to the fleet at this address, such as `rediss://user:password@redis.example:6380/0?prefix=media`. Throws a
 * `UserError` if the address is wrong (usage), or if Redis can't be used or a package is missing (configuration).
 */
export async function openFleet(
  address: string,
  { world, log }: { readonly world: Pick<World, 'ids'>; readonly log: LogLine },
): Promise<Fleet> {
  const redis = parseRedisAddress(address);
  const bus = await openCoordinatorBus(await loadFleetPackages(), redis, log);
  return {
    join: (run) => Coordinator.join({ bus, epoch: world.ids.runId() }, run),
    close: () => bus.close(),
  };
}
