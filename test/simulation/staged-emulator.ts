import { createEmulator, type Emulator, type WorkOptions } from '../../src/emulator/emulator.ts';
import { JOB_KINDS } from '../../src/emulator/time/work-plan.ts';
import { laxAtFirst } from '../support/lax-service.ts';
import { leavingOut } from '../support/leave-out.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import type { Scenario } from './scenarios.ts';
import type { Schedule } from './schedule.ts';
import { isOfApi } from './seen.ts';

const SHARES: Readonly<Record<Schedule['service'], WorkOptions>> = {
  well: {},
  failing: { failedShare: 0.4 },
  canceling: { cancelledShare: 0.4 },
  losing: { lostShare: 0.4 },
  endless: { endlessShare: 0.4 },
};

/** The service of a schedule; it refuses all keys while they are revoked. */
export function createStagedEmulator(
  { world, service, throttle, scenario: name }: Schedule,
  scenario: Scenario,
  clock: VirtualClock,
  isRevoked: () => boolean,
): Emulator {
  const emulator = createEmulator({
    clock,
    seed: world,
    files: 0,
    autostore: world % 2 === 0,
    unstoredLifetimeMs: scenario.unstoredLifetimeMs ?? null,
    ...(scenario.hasTarget === true && { projects: [{}, {}] }),
    infectedShare: 0,
    searchLagMs: 3000,
    // Requests before the run create the groups of this scenario.
    throttle: name === 'delete-group' ? null : throttle,
    work: Object.fromEntries(JOB_KINDS.map((kind) => [kind, SHARES[service]])),
    importTiming: world % 3 === 0 ? { unknownMs: 4000 } : {},
  });
  const { changeFile, isLaxAtFirst } = scenario;
  const obeying = isLaxAtFirst === true ? laxAtFirst(emulator) : emulator;
  const shown = changeFile === undefined ? obeying : leavingOut(obeying, changeFile);
  return {
    ...emulator,
    handle(request) {
      // The storage of parts and the buckets have other keys, and the CDN has none.
      if (!isRevoked() || !isOfApi({ request })) return shown.handle(request);
      const rule = emulator.faults.add({ fault: { kind: 'unauthorized' }, times: 1 });
      const answer = emulator.handle(request);
      emulator.faults.remove(rule);
      return answer;
    },
  };
}
