import { errorMessage } from '../core/error-message.ts';
import { WaitReporter } from '../core/wait.ts';
import type { Clock } from '../core/world.ts';
import type { RunListener } from '../engine/run-events.ts';

/** Time between two checks of the workers and the calls, and between two tries to reach Redis, ms. */
export const LOOK_EVERY_MS = 2000;
/** A lease that is still taken after this time belongs to a coordinator that is alive, ms. */
const LEASE_PATIENCE_MS = 16_000;

interface ReachOptions {
  readonly clock: Clock;
  readonly listener: RunListener;
  /** Aborts when the run stops. */
  readonly stopSignal: AbortSignal;
}

/** Waits for Redis, for the lease of a run and for workers, and reports these waits. */
export class RedisReach {
  readonly #options: ReachOptions;
  readonly #wait: WaitReporter;

  constructor(options: ReachOptions) {
    this.#options = options;
    this.#wait = new WaitReporter('fleet', options.clock, options.listener);
  }

  /** Repeats a command until Redis can be reached. Rejects when the run stops. */
  async untilDone<Result>(command: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await command();
      } catch (error) {
        this.failed(error);
        await this.#pause();
      }
    }
  }

  /**
   * Repeats a command until it returns true. The lease of a coordinator that was killed expires after at most 15 s. So
   * if the lease is still taken after 16 s, its coordinator is alive, and this returns false.
   */
  async holdsLease(takeLease: () => Promise<boolean>): Promise<boolean> {
    const { clock } = this.#options;
    const startedAt = clock.monotonic();
    while (!(await this.untilDone(takeLease))) {
      if (clock.monotonic() - startedAt > LEASE_PATIENCE_MS) return false;
      this.#begin('waiting for the end of an earlier process of this run, up to 15 s');
      await this.#pause();
    }
    return true;
  }

  /** Reports that a command failed. */
  failed(error: unknown): void {
    const message = errorMessage(error);
    // Redis begins its own errors with a code. Other errors are texts of the client about a lost connection.
    const cause = /^[A-Z]{2,} /.test(message) ? message : 'the connection is lost';
    this.#begin(`waiting for Redis: ${cause}`);
  }

  /** Reports whether requests wait because no worker is connected. */
  found({ areWaiting }: { readonly areWaiting: boolean }): void {
    if (!areWaiting) this.#wait.end();
    else this.#begin('waiting for a worker: none is connected. Start `ucbulk worker --fleet …`');
  }

  close(): void {
    this.#wait.end();
  }

  #begin(reason: string): void {
    this.#wait.begin(null, { kind: 'workers', reason });
  }

  #pause(): Promise<void> {
    return this.#options.clock.sleep(LOOK_EVERY_MS, this.#options.stopSignal);
  }
}
