import type { Connection } from '../core/connection.ts';
import type { World } from '../core/world.ts';
import type { Catalog } from '../ledger/catalog.ts';
import { keepRate, type Learner, learnedRate } from './learned-rate.ts';
import { liveSharers } from './run-locks.ts';
import type { StatePaths } from './state-paths.ts';

const RECOUNT_MS = 2000; // a share is free again this long after its run died, at the latest

/** The project that is shared, as one of those who share it sees it. */
interface SharePlace {
  readonly paths: StatePaths;
  readonly connection: Connection;
  readonly context: Learner & { readonly world: Pick<World, 'clock' | 'files'> };
  readonly catalog: Catalog;
}

/** What a run may take of a rate that it shares with other runs of its project. */
export class RateShare {
  readonly #place: SharePlace;
  #sharers = 1;
  #learned: number | undefined;
  #wasDivided = false;

  private constructor(place: SharePlace) {
    this.#place = place;
  }

  /** Counts who shares the project now. */
  static async open(place: SharePlace): Promise<RateShare> {
    const share = new RateShare(place);
    share.#take(await share.#count());
    return share;
  }

  /** Requests a second, at most: its part of the learned rate; no bound while alone, or where none was learned. */
  ceiling = (): number => {
    if (this.#sharers < 2 || this.#learned === undefined) return Number.POSITIVE_INFINITY;
    return this.#learned / this.#sharers;
  };

  /** True once the rate was divided: what this run then finds is no project's rate. */
  get wasDivided(): boolean {
    return this.#wasDivided;
  }

  /** Counts again and again until the signal aborts. Whoever is joined tells the others what rate it found, if any. */
  async watch(foundRate: () => number | null, signal: AbortSignal): Promise<void> {
    const { connection, context, catalog } = this.#place;
    const { clock } = context.world;
    for (;;) {
      try {
        await clock.sleep(RECOUNT_MS, signal);
      } catch {
        return;
      }
      const wasAlone = !this.#wasDivided && this.#sharers === 1;
      const sharers = await this.#count();
      const rate = wasAlone && sharers > 1 ? foundRate() : null;
      if (rate !== null) keepRate({ connection, rate }, context, catalog);
      this.#take(sharers);
    }
  }

  #take(sharers: number): void {
    this.#sharers = sharers;
    if (sharers > 1) this.#wasDivided = true;
    const { connection, context, catalog } = this.#place;
    this.#learned = learnedRate(connection, context, catalog);
  }

  async #count(): Promise<number> {
    const { paths, connection, context } = this.#place;
    try {
      const sharers = await liveSharers(paths, connection.publicKey, context.world.files);
      return Math.max(1, sharers.length);
    } catch {
      return this.#sharers; // can't be counted now: as before
    }
  }
}
