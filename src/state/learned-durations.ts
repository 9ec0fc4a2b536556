import type { Connection } from '../core/connection.ts';
import { errorMessage } from '../core/error-message.ts';
import type { JsonValue } from '../core/json.ts';
import { parseLearnedDurations } from '../engine/service-state/duration-table.ts';
import type { DurationStore } from '../engine/service-state/job-durations.ts';
import type { Catalog } from '../ledger/catalog.ts';
import type { Learner } from './learned-rate.ts';

/** What was learned longer ago says little about today, ms. */
const FRESH_MS = 30 * 24 * 3_600_000;

/**
 * The catalog as the place where durations outlive a run: they are of a project, as rates are. A
 * hint for the next run is never a reason to stop this one.
 */
export function durationStore(
  {
    connection,
    world,
    log,
  }: Learner & { readonly connection: Pick<Connection, 'restOrigin' | 'publicKey'> },
  catalog: Catalog,
): DurationStore {
  const { restOrigin, publicKey } = connection;
  const owner = { restOrigin, publicKey };
  const withoutTrouble = <Result>(work: () => Result): Result | null => {
    try {
      return work();
    } catch (error) {
      const why = errorMessage(error);
      log('warn', { error: why }, 'learned durations could not be read or kept');
      return null;
    }
  };
  return {
    learned: (kind) =>
      withoutTrouble(() => {
        const kept = catalog.learnedDurations(owner, kind);
        if (kept === null || world.clock.now() - kept.learnedAt > FRESH_MS) return null;
        return parseLearnedDurations(JSON.parse(kept.learned) as JsonValue);
      }),
    keep(kind, learned) {
      const learnedAt = world.clock.now();
      withoutTrouble(() =>
        catalog.saveDurations(owner, { kind, learned: JSON.stringify(learned), learnedAt }),
      );
    },
  };
}
