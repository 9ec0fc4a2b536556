import type { Ledger } from '../../ledger/ledger.ts';
import type { EngineStep } from '../tasks/step-items.ts';

/** What gathering looks at. */
export interface GatheringPorts {
  readonly ledger: Ledger;
  readonly steps: readonly EngineStep[];
  readonly serverNow: () => number;
  readonly isWalking: () => boolean;
}

/** How long a batch in the middle of a pipeline waits for company, ms. */
const GATHER_MS = 2000;

/**
 * Batch steps in the middle of a pipeline get their items one by one: they wait until a request
 * is full, a moment has passed, or nothing more can come.
 */
export class Gathering {
  readonly #ports: GatheringPorts;
  readonly #since = new Map<number, number>();

  constructor(ports: GatheringPorts) {
    this.#ports = ports;
  }

  /** True while the step had better wait for more items. */
  waits(step: number): boolean {
    const operation = this.#ports.steps[step]?.operation;
    if (step === 0 || operation?.shape !== 'batch' || operation.fixed !== undefined) return false;
    const pending = this.#ports.ledger.items.countsByStep().get(step)?.pending ?? 0;
    const mayFill = pending > 0 && pending < operation.chunkSize && this.#isMoreToCome(step);
    if (!mayFill) {
      this.#since.delete(step);
      return false;
    }
    const now = this.#ports.serverNow();
    const since = this.#since.get(step) ?? now;
    this.#since.set(step, since);
    if (now - since < GATHER_MS) return true;
    this.#since.delete(step);
    return false;
  }

  /** When the step has waited long enough, in server time; null where it does not wait, by the last word of `waits`. */
  waitsUntil(step: number): number | null {
    const since = this.#since.get(step);
    return since === undefined ? null : since + GATHER_MS;
  }

  #isMoreToCome(step: number): boolean {
    if (this.#ports.isWalking()) return true;
    const counts = this.#ports.ledger.items.countsByStep();
    return [...counts].some(
      ([place, { pending, running, waiting }]) => place < step && pending + running + waiting > 0,
    );
  }
}
