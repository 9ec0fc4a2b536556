import type { Clock } from '../core/world.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { ProgressPrinter } from './printer.ts';
import { createFigures } from './progress-figures.ts';
import { applyEvent, currentWaits, NO_PROGRESS, type ProgressState } from './progress-state.ts';
import type { RequestCounts } from './request-counter.ts';

/** The running display of a run's progress. */
export interface RunProgress {
  readonly listener: RunListener;
  /** Removes the display from the screen until `use` has ended. For example, `use` may ask a question. */
  suspend<Result>(use: () => Promise<Result>): Promise<Result>;
  /** Ends the display. Must be called before the result of the run is printed. */
  close(): void;
}

/** Displays the events of a run. Calls the printer in each interval. */
export function showProgress(facts: {
  readonly clock: Clock;
  readonly printer: ProgressPrinter;
  readonly requests: () => RequestCounts;
}): RunProgress {
  const { clock, printer } = facts;
  const figuresAt = createFigures();
  const closed = new AbortController();
  let state = NO_PROGRESS;
  let suspended = false;
  const current = (): ProgressState => ({ ...state, waits: currentWaits(state, clock.now()) });
  const figures = () => figuresAt(clock.monotonic(), current(), facts.requests());
  const loop = async () => {
    while (!closed.signal.aborted) {
      await clock.sleep(printer.everyMs, closed.signal);
      const latest = figures();
      // Shows nothing until the run has sent a request or waits. A wait counts too: a run that waits for the
      // lock of another run sends no requests, and without a display it would seem to hang.
      const hasBegun = facts.requests().sent > 0 || latest.state.waits.size > 0;
      if (!suspended && hasBegun) printer.show(latest);
    }
  };
  // The loop ends only when `close` cancels its sleep. The sleep then rejects, and this rejection is not an
  // error.
  loop().catch(() => undefined);
  return {
    listener(event) {
      state = applyEvent(state, event);
    },
    async suspend(use) {
      suspended = true;
      printer.finish();
      try {
        return await use();
      } finally {
        suspended = false;
      }
    },
    close() {
      closed.abort();
      printer.finish();
    },
  };
}
