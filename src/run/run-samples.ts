import type { RunStop } from '../engine/run-stop.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ProjectServices } from './project-services.ts';
import type { RunContext } from './run-request.ts';

/** Interval between two samples, ms. */
const SAMPLE_EVERY_MS = 5000;

interface SampleOptions {
  readonly services: Pick<ProjectServices, 'gates'>;
  readonly runStop: RunStop;
  readonly context: Pick<RunContext, 'limits' | 'process' | 'world'>;
}

/**
 * Writes the numbers of the run into its ledger every few seconds, so that `status` and the live page can show
 * how fast it works. The writes do not wait for the disk, and a failure does not matter to the run.
 */
export class RunSamples {
  readonly #options: SampleOptions;
  readonly #ledger: Ledger;
  readonly #ended = new AbortController();

  constructor(options: SampleOptions, ledger: Ledger) {
    this.#options = options;
    this.#ledger = ledger;
  }

  /** Records this process and the first sample, in the transaction of the caller. Starts the later samples. */
  begin(): void {
    const { world, process } = this.#options.context;
    const { pid = null, host = null } = process ?? {};
    const startedAt = Math.round(world.clock.now());
    this.#ledger.activity.setProcess({ pid, host, startedAt });
    this.#add();
    void this.#watch().catch(() => undefined);
  }

  /** Writes the last sample. */
  end(): void {
    this.#ended.abort();
    this.#write();
  }

  async #watch(): Promise<void> {
    const { limits, world } = this.#options.context;
    for (;;) {
      await world.clock.sleep(limits?.sampleEveryMs ?? SAMPLE_EVERY_MS, this.#ended.signal);
      this.#write();
    }
  }

  #write(): void {
    // If the disk is full or the ledger is locked, only answers of the service may be written.
    if (this.#options.runStop.reason?.kind === 'fatal') return;
    try {
      this.#ledger.unsynced(() => this.#add());
    } catch {
      // `status` then shows older numbers.
    }
  }

  #add(): void {
    const { services, context } = this.#options;
    const counts = this.#ledger.items.counts();
    const at = context.world.clock.now();
    this.#ledger.activity.addSample({ at, ...services.gates(), counts });
  }
}
