import type { Connection } from '../core/connection.ts';
import { isJsonObject } from '../core/json.ts';
import { HIGHEST_RATE, type LimitShare } from '../core/limit-share.ts';
import {
  DEFAULT_PRIORITY,
  MAX_PRIORITY,
  type Priority,
  priorityWeight,
  shareOfFirst,
} from '../core/priority.ts';
import type { RunId } from '../core/run.ts';
import type { World } from '../core/world.ts';
import { findLiveSharers } from './run-locks.ts';
import type { StatePaths } from './state-paths.ts';

const RECOUNT_MS = 2000;
const STALE_MS = 3 * RECOUNT_MS; // an older figure is of a run that stopped or waits

/** The rate of a run. */
export interface RunRate {
  /** Requests per second. */
  readonly rate: number;
  /** True if the run uses more than half of its rate, and could use a higher rate. */
  readonly isBusy: boolean;
  /** The weight of its priority. */
  readonly weight: number;
}

/** The message of a run to the runs that share its project. */
interface PublishedRate extends RunRate {
  /** When it was written, ms since 1970. */
  readonly at: number;
}

/** The part of a run's gate (its rate limiter) that sharing needs. */
export interface SharedGate {
  /** The part of the limit that this run has, and the requests that it sent so far. */
  state(): { readonly rate: number; readonly accepted: number; readonly throttled: number };
  share(share: LimitShare): void;
  /** The user's maximum rate, requests per second. */
  readonly maxRate: number;
}

/** The shared project, and the run. */
interface ShareOptions {
  readonly paths: StatePaths;
  readonly connection: Connection;
  readonly run: RunId;
  readonly priority: Priority;
  readonly world: Pick<World, 'clock' | 'files'>;
}

/**
 * Divides the rate limit of a project between the runs that share it. Each run finds its own part. Every 2 s
 * it writes its rate to a file, reads the rates of the others, and moves half of the way towards the part that
 * its priority gives it. If a run needs less than its part or has died, the other runs use the rest.
 */
export class RateShare {
  readonly #options: ShareOptions;
  #runs = 1;
  /** The last known rates of the other runs. */
  #others: ReadonlyMap<RunId, RunRate> = new Map();
  #sent = 0;

  private constructor(options: ShareOptions) {
    this.#options = options;
  }

  /** Counts the runs that share the project now. */
  static async open(options: ShareOptions): Promise<RateShare> {
    const share = new RateShare(options);
    share.#runs = Math.max(1, (await share.#sharers()).length);
    return share;
  }

  /**
   * The rate of the whole project, requests per second: `own`, the rate of this run, plus the last known
   * rates of the others.
   */
  projectRate(own: number): number {
    return own + sum([...this.#others.values()]);
  }

  /** Adapts the gate's part of the limit until the signal aborts. */
  async watch(gate: SharedGate, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options.world;
    gate.share({ runs: this.#runs, fairRate: null, freedRate: 0 });
    for (;;) {
      try {
        await clock.sleep(RECOUNT_MS, signal);
      } catch {
        return;
      }
      await this.#divide(gate).catch(() => undefined); // a rate that can't be read now is read in 2 s
    }
  }

  async #divide(gate: SharedGate): Promise<void> {
    const { run } = this.#options;
    const own = this.#measure(gate);
    const sharers = await this.#sharers();
    if (sharers.length > 1) await this.#publish(own);
    const others = await this.#readOthers(sharers.filter((sharer) => sharer !== run));
    const ended = [...this.#others].filter(([other]) => !sharers.includes(other));
    this.#runs = Math.max(1, sharers.length);
    this.#others = others;
    gate.share(
      divideLimit(own, {
        runs: this.#runs,
        others: [...others.values()],
        ended: ended.map(([, rate]) => rate),
      }),
    );
  }

  /**
   * Measures this run's rate. A run is not busy if it sends less than half of its rate, or if the user's
   * maximum limits it.
   */
  #measure(gate: SharedGate): PublishedRate {
    const { rate, accepted, throttled } = gate.state();
    const sent = accepted + throttled;
    const usedRate = ((sent - this.#sent) * 1000) / RECOUNT_MS;
    this.#sent = sent;
    const isBusy = usedRate > rate / 2 && rate < gate.maxRate;
    const weight = priorityWeight(this.#options.priority);
    return { rate: isBusy ? rate : Math.min(rate, usedRate), isBusy, weight, at: this.#now() };
  }

  async #publish(own: PublishedRate): Promise<void> {
    const { run, world } = this.#options;
    await world.files.writeText(this.#path(run), JSON.stringify(own));
  }

  async #readOthers(others: readonly RunId[]): Promise<Map<RunId, PublishedRate>> {
    const { files } = this.#options.world;
    const rates = new Map<RunId, PublishedRate>();
    for (const other of others) {
      const rate = parseRate(await files.readText(this.#path(other)).catch(() => ''));
      if (rate !== null && this.#now() - rate.at < STALE_MS) rates.set(other, rate);
    }
    return rates;
  }

  #now(): number {
    return this.#options.world.clock.now();
  }

  #path(run: RunId): string {
    const { paths, connection } = this.#options;
    return paths.shareRate(connection.publicKey, run);
  }

  async #sharers(): Promise<readonly RunId[]> {
    const { paths, connection, world } = this.#options;
    return findLiveSharers(paths, connection.publicKey, world.files);
  }
}

/** The runs that share a limit with a run. */
interface Sharers {
  /** Number of runs. */
  readonly runs: number;
  /** The other runs, as far as their rates are known. */
  readonly others: readonly RunRate[];
  /** The last rates of the runs that ended since the last call. */
  readonly ended: readonly RunRate[];
}

/**
 * Divides the limit between the runs that are busy, in proportion to their weights. The others keep what they use.
 */
export function divideLimit(own: RunRate, { runs, others, ended }: Sharers): LimitShare {
  if (!own.isBusy) return { runs, fairRate: null, freedRate: 0 };
  const busy = [own, ...others.filter(({ isBusy }) => isBusy)];
  const share = shareOfFirst(busy.map(({ weight }) => weight));
  const fairRate = busy.length > 1 ? sum(busy) * share : null;
  return { runs, fairRate, freedRate: sum(ended) * share };
}

function sum(rates: readonly RunRate[]): number {
  return rates.reduce((total, { rate }) => total + rate, 0);
}

/** Parses a published rate; null if another run is just writing it. */
function parseRate(text: string): PublishedRate | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return null;
    const { rate, isBusy, at, weight } = value;
    if (typeof rate !== 'number' || typeof at !== 'number') return null;
    if (!(rate >= 0 && rate <= HIGHEST_RATE)) return null;
    return { rate, isBusy: isBusy === true, at, weight: parseWeight(weight) };
  } catch {
    return null;
  }
}

/** Parses the weight of another run. A run of an older version publishes none. */
function parseWeight(weight: unknown): number {
  const isValid = typeof weight === 'number' && weight >= 1 && weight <= MAX_PRIORITY;
  return isValid ? weight : priorityWeight(DEFAULT_PRIORITY);
}
