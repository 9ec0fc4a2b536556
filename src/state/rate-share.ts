import type { Connection } from '../core/connection.ts';
import type { World } from '../core/world.ts';
import type { Catalog } from '../ledger/catalog.ts';
import { type Learner, learnedRate, saveLearnedRate } from './learned-rate.ts';
import { findLiveSharers } from './run-locks.ts';
import type { StatePaths } from './state-paths.ts';

const RECOUNT_MS = 2000; // after a run dies, the others use its share within this time

/** The shared project and the run that shares it. */
interface ShareOptions {
  readonly paths: StatePaths;
  readonly connection: Connection;
  readonly context: Learner & { readonly world: Pick<World, 'clock' | 'files'> };
  readonly catalog: Catalog;
}

/** The part of a project's rate that one run may use while several runs share the project. */
export class RateShare {
  readonly #options: ShareOptions;
  #sharers = 1;
  #learned: number | undefined;
  #wasDivided = false;
  /** The rate that this run measured while it was alone. Null if there is none, or if it is saved already. */
  #unsaved: number | null = null;

  private constructor(options: ShareOptions) {
    this.#options = options;
  }

  /** Creates the share. First counts the runs that share the project now. */
  static async open(options: ShareOptions): Promise<RateShare> {
    const share = new RateShare(options);
    share.#update(await share.#count());
    return share;
  }

  /**
   * The maximum rate of this run, requests per second. It is the project's learned rate, divided by the
   * number of runs. It is infinite if the run is alone, or if no rate was learned.
   */
  ceiling = (): number => {
    if (this.#sharers < 2 || this.#learned === undefined) return Number.POSITIVE_INFINITY;
    return this.#learned / this.#sharers;
  };

  /**
   * True if the rate was divided at any time of this run. The rate that this run measures afterwards is not
   * that of the whole project.
   */
  get wasDivided(): boolean {
    return this.#wasDivided;
  }

  /**
   * Counts the runs again and again until the signal aborts. When a second run joins, this run saves the rate
   * that it measured, so that both can divide it.
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

  /** Saves the measured rate. If the catalog is locked, tries again at the next count. */
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
      return this.#sharers; // counting failed, so keep the last number
    }
  }
}
