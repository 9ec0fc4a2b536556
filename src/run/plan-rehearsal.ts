import type { Connection } from '../core/connection.ts';
import type { World } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import { learnedRateOf } from '../state/learned-rate.ts';
import { createAdaptiveRate } from '../transport/adaptive-rate.ts';
import { type PlannedDuration, type PlannedRate, planDuration } from './plan-pace.ts';
import { openCatalog } from './plan-run.ts';

/** Calculates how long the requests of a rehearsal would take at the rate of the real project. */
export async function planRehearsal(
  job: Job,
  real: {
    readonly world: World;
    readonly stateDirectory: string;
    readonly connection: Connection;
    /** The user's `--rate`. */
    readonly rate: number | undefined;
  },
  requests: number,
): Promise<PlannedDuration> {
  const catalog = await openCatalog(real);
  const learned = learnedRateOf(real.connection, real, catalog);
  catalog?.close();
  const { rate: ofJob } = job.limits;
  const limit = real.rate ?? (typeof ofJob === 'number' ? ofJob : undefined);
  return planDuration(requests, { rate: chooseRate(), lastJobMs: 0 });

  function chooseRate(): PlannedRate {
    if (limit !== undefined && (learned === null || limit <= learned.rate)) {
      return { perSecond: limit, basis: real.rate === undefined ? 'job' : 'flag', learnedAt: null };
    }
    if (learned === null) {
      return { perSecond: createAdaptiveRate().rate(), basis: 'first', learnedAt: null };
    }
    return { perSecond: learned.rate, basis: 'learned', learnedAt: learned.learnedAt };
  }
}
