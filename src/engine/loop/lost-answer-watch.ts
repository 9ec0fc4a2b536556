import { needsProbe } from '../failure/after-failure.ts';
import type { WorkPorts } from './work-ports.ts';

type WatchPorts = Pick<WorkPorts, 'clock' | 'ledger' | 'listener' | 'serverNow' | 'steps'>;

/**
 * Tells when a run has nothing to do but to wait until lost answers may be looked up: minutes in
 * which it would seem to hang.
 */
export class LostAnswerWatch {
  readonly #ports: WatchPorts;
  #told = { due: 0, count: 0 };

  constructor(ports: WatchPorts) {
    this.#ports = ports;
  }

  /** Nothing is under way, and the next thing is due then, in server time. */
  waits(due: number): void {
    const { clock, ledger, listener, serverNow, steps } = this.#ports;
    const lookedUp = ledger.lostAnswers.byStep().filter(({ step }) => {
      const operation = steps[step]?.operation;
      return operation !== undefined && needsProbe(operation.doubt);
    });
    if (!lookedUp.some((lost) => lost.due === due)) {
      this.goesOn();
      return;
    }
    const count = lookedUp.reduce((sum, lost) => sum + lost.count, 0);
    if (this.#told.due === due && this.#told.count === count) return;
    this.#told = { due, count };
    const until = clock.now() + due - serverNow();
    listener({ kind: 'waiting', wait: { until, lostAnswers: count } });
  }

  /** Something is sent again. */
  goesOn(): void {
    if (this.#told.count === 0) return;
    this.#told = { due: 0, count: 0 };
    this.#ports.listener({ kind: 'waiting', wait: null });
  }
}
