import type { RunId } from '../../src/core/run.ts';
import type { ControlChange } from '../../src/core/run-control.ts';
import { Catalog } from '../../src/ledger/catalog.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import type { Schedule } from './schedule.ts';

/** A run that nobody controls rarely looks, because each look costs time of the simulation. */
const RARELY_MS = 600_000;
interface ControlsParts {
  readonly schedule: Schedule;
  readonly clock: VirtualClock;
  /** The wall clock of the machine. */
  readonly now: () => number;
  readonly stateDirectory: string;
  readonly run: () => RunId | null;
  readonly accuse: (what: string) => void;
  /** How long after the pause a request may still be sent, because it was granted before, ms. */
  readonly slackMs: number;
}

/** Another process that controls the run, and checks that a paused run sends nothing. */
export class Controls {
  readonly #parts: ControlsParts;

  constructor(parts: ControlsParts) {
    this.#parts = parts;
  }

  /** Interval at which the run looks for requests, ms. */
  get lookEveryMs(): number {
    return this.#parts.schedule.mishaps.some(({ kind }) => kind === 'control') ? 1000 : RARELY_MS;
  }

  /** Asks the run for something. */
  ask(change: 'pause' | 'stop' | 'set', forMs: number): void {
    if (change === 'stop') this.#write({ state: 'stopped' });
    if (change === 'set') this.#write({ rate: 1 + (forMs % 7), concurrency: 1 });
    if (change !== 'pause') return;
    this.#write({ state: 'paused' });
    this.#parts.clock.after(forMs, () => this.#write({ state: null }));
  }

  /** Called when a request of the run is written. */
  written(): void {
    const { now, accuse, slackMs } = this.#parts;
    if (this.lookEveryMs === RARELY_MS) return;
    const control = this.#with(({ controls }, run) => controls.find(run));
    if (control?.state !== 'paused' || control.applied !== control.revision) return;
    const lateMs = now() - (control.appliedAt ?? 0);
    if (lateMs > slackMs) accuse(`a request was sent ${lateMs} ms after the pause`);
  }

  #write(change: ControlChange): void {
    this.#with(({ controls }, run) => controls.ask(run, change, this.#parts.now()));
  }

  #with<Result>(use: (catalog: Catalog, run: RunId) => Result): Result | null {
    const { stateDirectory, run } = this.#parts;
    const controlled = run();
    if (controlled === null) return null;
    const catalog = Catalog.open(statePaths(stateDirectory).catalog, () => undefined);
    try {
      return use(catalog, controlled);
    } finally {
      catalog.close();
    }
  }
}
