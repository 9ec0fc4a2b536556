import type { Connection } from '../core/connection.ts';
import { errorMessage } from '../core/error-message.ts';
import type { JsonValue } from '../core/json.ts';
import { parseLearnedDurations } from '../engine/service-state/duration-table.ts';
import type { DurationStore } from '../engine/service-state/job-durations.ts';
import type { Catalog } from '../ledger/catalog.ts';
import type { Learner } from './learned-rate.ts';

/** Maximum age of stored durations, ms. Older ones may be wrong by now, and are not used. */
const FRESH_MS = 30 * 24 * 3_600_000;

/**
 * Creates a store that keeps the durations of a project's remote jobs in the catalog. If reading or writing
 * fails, the failure is logged and the run continues, because the durations only help to choose the times of
 * polls.
 */
export function createDurationStore(
  {
    connection,
    world,
    log,
  }: Learner & { readonly connection: Pick<Connection, 'restOrigin' | 'publicKey'> },
  catalog: Catalog,
): DurationStore {
  const { restOrigin, publicKey } = connection;
  const owner = { restOrigin, publicKey };
  const tryOrWarn = <Result>(work: () => Result): Result | null => {
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
      tryOrWarn(() => {
        const stored = catalog.learnedDurations(owner, kind);
        if (stored === null || world.clock.now() - stored.learnedAt > FRESH_MS) return null;
        return parseLearnedDurations(JSON.parse(stored.learned) as JsonValue);
      }),
    keep(kind, learned) {
      const learnedAt = world.clock.now();
      tryOrWarn(() =>
        catalog.saveDurations(owner, { kind, learned: JSON.stringify(learned), learnedAt }),
      );
    },
  };
}
