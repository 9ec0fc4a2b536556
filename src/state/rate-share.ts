import type { Connection } from '../core/connection.ts';
import type { World } from '../core/world.ts';
import type { Catalog } from '../ledger/catalog.ts';
import { type Learner, learnedRate, saveLearnedRate } from './learned-rate.ts';
import { findLiveSharers } from './run-locks.ts';
import type { StatePaths } from './state-paths.ts';

const RECOUNT_MS = 2000; // if a run dies, its share is free within this time

/** The shared project, and the context of the run. */
interface ShareOptions {
  readonly paths: StatePaths;
  readonly connection: Connection;
  readonly context: Learner & { readonly world: Pick<World, 'clock' | 'files'> };
  readonly catalog: Catalog;
}

/** The part of a project's rate for one of the runs that share the project. */
export class RateShare {
  readonly #options: ShareOptions;
  #sharers = 1;
  #learned: number | undefined;
  #wasDivided = false;
  /** The rate that this run measured while it was alone. Null after it is saved to the catalog. */
  #unsaved: number | null = null;

  private constructor(options: ShareOptions) {
    this.#options = options;
  }

  /** Counts the runs that share the project now. */
  static async open(options: ShareOptions): Promise<RateShare> {
    const share = new RateShare(options);
    share.#update(await share.#count());
    return share;
  }

  /**
   * The maximum rate, requests per second: an equal part of the learned rate. There is no maximum if the run
   * is alone, or if no rate was learned.
   */
  ceiling = (): number => {
    if (this.#sharers < 2 || this.#learned === undefined) return Number.POSITIVE_INFINITY;
    return this.#learned / this.#sharers;
  };

  /**
   * True if the rate was divided at any time. A rate that this run measures after that is not the rate of the
   * whole project.
   */
  get wasDivided(): boolean {
    return this.#wasDivided;
  }

  /**
   * Counts the runs repeatedly until the signal aborts. If this run was alone and another run joins, this run
   * saves its measured rate for both.
   */
  async watch(measureRate: () => number | null, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options.context.world;
    for (;;) {
      try {
        await clock.sleep(RECOUNT_MS, signal);
      } catch {
        return;
      }
      const wasAlone = !this.#wasDivided && this.#sharers === 1;
      const sharers = await this.#count();
      if (wasAlone && sharers > 1) this.#unsaved = measureRate();
      this.#saveMeasured();
      this.#update(sharers);
    }
  }

  /** Saves the measured rate. If the catalog is locked, retries at the next count. */
  #saveMeasured(): void {
    const rate = this.#unsaved;
    if (rate === null) return;
    const { connection, context, catalog } = this.#options;
    if (saveLearnedRate({ connection, rate }, context, catalog)) this.#unsaved = null;
  }

  #update(sharers: number): void {
    this.#sharers = sharers;
    if (sharers > 1) this.#wasDivided = true;
    const { connection, context, catalog } = this.#options;
    this.#learned = learnedRate(connection, context, catalog);
  }

  async #count(): Promise<number> {
    const { paths, connection, context } = this.#options;
    try {
      const sharers = await findLiveSharers(paths, connection.publicKey, context.world.files);
      return Math.max(1, sharers.length);
    } catch {
      return this.#sharers; // the runs can't be counted now, so keep the last count
    }
  }
}
