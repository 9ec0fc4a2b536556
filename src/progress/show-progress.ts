import type { Clock } from '../core/world.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { ProgressPrinter } from './printer.ts';
import { createFigures } from './progress-figures.ts';
import { applyEvent, currentWaits, NO_PROGRESS, type ProgressState } from './progress-state.ts';
import type { RequestCounts } from './request-counter.ts';

/** The progress display of a run. */
export interface RunProgress {
  readonly listener: RunListener;
  /** Removes the display from the screen while something else needs it. */
  suspend<Result>(use: () => Promise<Result>): Promise<Result>;
  /** Ends the display. Call it before printing anything about the end of the run. */
  close(): void;
}

/** Shows a run's events on a printer, at the printer's interval. */
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
      // A run that waits for a lock sends no requests and would seem to hang.
      const hasBegun = facts.requests().sent > 0 || latest.state.waits.size > 0;
      if (!suspended && hasBegun) printer.show(latest);
    }
  };
  // The loop only ends by cancellation, so there is nothing to await or report.
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
