import { canceled } from '../core/failure.ts';

/** Requests that wait for their slot, first come first served. */
export interface SlotQueue {
  readonly size: number;
  wait(signal: AbortSignal): Promise<void>;
  /** Lets the next one go; false where nobody waits. */
  grant(): boolean;
  /** Sends everybody away, and whoever comes later. */
  close(): void;
}

interface Waiter {
  go(): void;
  leave(): void;
}

/** A waiter whose signal aborts leaves at once and takes no slot with it. */
export function createSlotQueue(): SlotQueue {
  const waiters = new Set<Waiter>(); // keeps the order of coming, and a waiter leaves in O(1)
  let isClosed = false;
  return {
    get size() {
      return waiters.size;
    },
    wait(signal) {
      if (signal.aborted || isClosed) return Promise.reject(canceled());
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          waiters.delete(waiter);
          signal.removeEventListener('abort', waiter.leave);
          settle();
        };
        const waiter: Waiter = {
          go: () => end(resolve),
          leave: () => end(() => reject(canceled())),
        };
        signal.addEventListener('abort', waiter.leave);
        waiters.add(waiter);
      });
    },
    grant() {
      const [first] = waiters;
      first?.go();
      return first !== undefined;
    },
    close() {
      isClosed = true;
      for (const waiter of [...waiters]) waiter.leave();
    },
  };
}
