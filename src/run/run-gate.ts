import { canceled } from '../core/failure.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { Gate } from '../transport/gate.ts';
import type { LiveControl } from './live-control.ts';

/** The reasons for which a run sends no request. */
interface RunGateOptions {
  readonly runStop: Pick<RunStop, 'signal'>;
  readonly control: Pick<LiveControl, 'isPaused' | 'untilContinued'>;
  /** Counts a request. Returns false if the request budget is spent. */
  readonly mayRequest: () => boolean | Promise<boolean>;
}

/**
 * Wraps a rate limiter (gate) so that it lets no request pass while the run is paused, and after it stopped or
 * spent its request budget. After a stop, requests that already wait are canceled.
 */
export function createRunGate(gate: Gate, { runStop, control, mayRequest }: RunGateOptions): Gate {
  const takeSlot = async (): Promise<void> => {
    // A pause may begin while the request waits for its slot. The request then needs a new slot afterwards.
    do {
      await control.untilContinued(runStop.signal);
      await gate.take(runStop.signal);
    } while (control.isPaused);
  };
  return {
    ...gate,
    async take() {
      await takeSlot();
      const may = mayRequest();
      if (may === true) return;
      if (may === false || !(await may)) throw canceled('The request budget is spent');
      // A pause may have begun while the process reserved the cost of the request.
      if (control.isPaused) await takeSlot();
    },
  };
}
