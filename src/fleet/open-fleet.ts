import type { LogLine } from '../core/log-line.ts';
import type { World } from '../core/world.ts';
import type { Fleet } from '../run/fleet.ts';
import { BullmqCoordinatorBus } from './bullmq-coordinator-bus.ts';
import { Coordinator } from './coordinator.ts';
import { openFleetRedis } from './fleet-redis.ts';

/** Connects to the fleet at this address. Throws the errors of `openFleetRedis`. */
export async function openFleet(
  address: string,
  { world, log }: { readonly world: Pick<World, 'ids'>; readonly log: LogLine },
): Promise<Fleet> {
  const bus = new BullmqCoordinatorBus(await openFleetRedis(address, log));
  return {
    join: (run) => Coordinator.join({ bus, epoch: world.ids.runId() }, run),
    close: () => bus.close(),
  };
}
