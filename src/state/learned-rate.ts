import type { Connection } from '../core/connection.ts';
import { errorMessage } from '../core/error-message.ts';
import type { LogLine } from '../core/log-line.ts';
import type { World } from '../core/world.ts';
import type { Catalog } from '../ledger/catalog.ts';

/** The clock and the log of the run that saves a rate. */
export interface Learner {
  readonly world: Pick<World, 'clock'>;
  readonly log: LogLine;
}

/** Maximum age of a stored rate, ms. An older rate may be wrong by now, and is not used. */
const RATE_FRESH_MS = 7 * 24 * 3_600_000;

/** The rate that a recent run learned for the project, requests per second; undefined if there is none. */
export function learnedRate(
  connection: Connection,
  learner: Pick<Learner, 'world'>,
  catalog: Catalog | null,
): number | undefined {
  return learnedRateOf(connection, learner, catalog)?.rate;
}

/** The rate that a recent run learned for the project, with the time when it was learned; null if there is none. */
export function learnedRateOf(
  connection: Connection,
  { world }: Pick<Learner, 'world'>,
  catalog: Catalog | null,
): { readonly rate: number; readonly learnedAt: number } | null {
  try {
    const learned = catalog?.learnedRate(connection) ?? null;
    if (learned === null || world.clock.now() - learned.learnedAt > RATE_FRESH_MS) return null;
    return learned;
  } catch {
    return null; // the catalog is locked or damaged; a run can start without a rate
  }
}

/**
 * Saves a learned rate for later runs. If this fails, logs the failure and returns false. It does not throw,
 * because an error would hide how the run ended.
 */
export function saveLearnedRate(
  { connection, rate }: { readonly connection: Connection; readonly rate: number },
  context: Learner,
  catalog: Catalog,
): boolean {
  try {
    catalog.saveRate(connection, rate, context.world.clock.now());
    return true;
  } catch (error) {
    const why = errorMessage(error);
    context.log('warn', { error: why }, 'the learned rate could not be kept');
    return false;
  }
}
