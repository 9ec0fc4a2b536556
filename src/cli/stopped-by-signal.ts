import { ClassifiedError } from '../core/failure.ts';
import type { StopSignal } from './surroundings.ts';

/** Work that a signal stopped before there was a run to speak of. */
export class StoppedBySignal extends Error {
  override readonly name = 'StoppedBySignal';
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(
      `Stopped by ${signal} before the first item: no run was made, and one that was there is as it was.`,
    );
    this.signal = signal;
  }
}

/** What ended the work: the signal, where it was that. */
export function stoppedBy(signal: StopSignal | null, error: unknown): unknown {
  const isOurStop = error instanceof ClassifiedError && error.kind === 'canceled';
  return signal !== null && isOurStop ? new StoppedBySignal(signal) : error;
}
